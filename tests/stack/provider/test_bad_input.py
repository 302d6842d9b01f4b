"""What cannot work is said before the first write: on the real engine, with what a user would see."""

import pytest

from tests.stack.provider.project import Project, Ran
from tests.unit.provider.fake_twilio import Fault

GOOD = 'twilio.sync.Service("good", friendly_name="good", opts=opts)\n'


def raw(token: str, inputs: dict[str, object]) -> str:
    """A resource that the typed SDK would not let pass."""
    return f"pulumi.CustomResource({token!r}, 'bad', {inputs!r}, opts)\n"


PROGRAMS = {
    "unknown, missing and of a wrong type": (
        raw("twilio:taskrouter:TaskQueue", {"friendlyNam": "x", "workspaceSid": "WS1", "maxReservedWorkers": "3"}),
        (
            "property friendlyNam",
            "is not an input of taskrouter:TaskQueue; there are: workspaceSid, friendlyName",
            "must be a SID (WS and 32 hexadecimal digits)",
            "must be an integer, not a string",
            "is required",
        ),
    ),
    "both of two alternatives": (
        raw("twilio:webhooks:Rule", {"matchType": "PREFIX", "settings": [], "prefix": "https://x/", "value": "y"}),
        ("exactly one of prefix and value must be given, not both",),
    ),
    "neither of two alternatives": (
        raw("twilio:proxy:PhoneNumber", {"serviceSid": "KS" + "1" * 32}),
        ("exactly one of sid and phoneNumber must be given, and neither is",),
    ),
}
KEY = {"TWILIO_API_KEY": "SK" + "d" * 32, "TWILIO_API_SECRET": "hush-a-secret"}
ENVIRONMENTS = {
    "an endpoint where nobody answers": (
        {"TWILIO_ENDPOINT": "http://127.0.0.1:1"},
        ("http://127.0.0.1:1", "gave no answer: no connection could be made", "Nothing was done"),
    ),
    "a region that is none": (
        {"TWILIO_REGION": "dublin"},
        ("twilio:region (or its environment variable) must be a region such as us1, ie1 or au1",),
    ),
    "an endpoint that is no address": (
        {"TWILIO_ENDPOINT": "127.0.0.1:4010"},
        ("twilio:endpoint (or its environment variable) must be an http or https address",),
    ),
    "a key that was revoked": (
        KEY,
        ("401", f"Twilio does not accept the credentials of TWILIO_API_KEY {KEY['TWILIO_API_KEY']}", "Check TWILIO_"),
    ),
    "another account's credentials": (
        {"TWILIO_ACCOUNT_SID": "AC" + "b" * 32},
        ("the stack belongs to account", "Give the credentials of the stack's account"),
    ),
}


def refused(project: Project, ran: Ran, told: tuple[str, ...]) -> None:
    """Said in words, without a traceback; nothing was written and nothing is recorded."""
    missing = [text for text in told if text not in ran.text]
    assert missing == [], ran.text
    assert ran.code != 0
    assert "Traceback" not in ran.text, ran.text
    assert "hush" not in ran.text
    assert [request for request in ran.requests if not request.startswith("GET")] == []
    assert project.twilio.items == {}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_wrong_program_is_refused_by_its_preview(project: Project, name: str) -> None:
    """At the property, everything wrong with a resource at once; what is right beside it is not made either."""
    text, told = PROGRAMS[name]
    project.program(GOOD + text)
    refused(project, project.pulumi("up", "--yes"), told)


def test_a_region_where_the_credentials_are_none_is_said_to_be_one(project: Project) -> None:
    """Each region has credentials of its own: the region is what to check, beside them."""
    project.program(GOOD)
    project.twilio.faults.append(Fault("GET", "/2010-04-01/Accounts/", 401, times=9))
    ran = project.pulumi("up", "--yes", "--skip-preview", TWILIO_REGION="ie1", TWILIO_EDGE="dublin")
    refused(project, ran, ("Twilio does not accept the credentials", "TWILIO_REGION"))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_what_cannot_reach_the_stacks_account_writes_nothing(project: Project, name: str) -> None:
    """The first request is one that writes nothing; its failure says what to check."""
    environment, told = ENVIRONMENTS[name]
    project.program(GOOD)
    refused(project, project.pulumi("up", "--yes", "--skip-preview", **environment), told)
    assert "good" not in project.state()
