"""What an import records, by the real engine: all that Twilio shows, and which of it a program has not said yet."""

import json

from tests.stack.provider.project import Project

KEY_TYPE = "twilio:iam:ApiKey"
KEY = 'twilio.iam.ApiKey("key", friendly_name="ours", policy={policy}, opts=opts)\n'
ALLOW = {"allow": ["/twilio/messaging"]}
BOTH = {**ALLOW, "deny": ["/twilio/messaging/delete"]}
MARK = "__imported"


def test_an_object_that_was_imported_counts_as_the_programs_once_that_has_given_it(project: Project) -> None:
    """To give less of what an import recorded changes nothing; to give less than before does."""
    key = project.twilio.add("iam.twilio.com", "/v1/Keys", friendly_name="ours", policy=BOTH)
    project.program("")
    project.up()
    provider = f"provider={project.state()['twilio']['urn']}"
    quiet = ("--yes", "--protect=false", "--generate-code=false")
    done = project.pulumi("import", KEY_TYPE, "key", f"Keys/{key['sid']}", *quiet, "--provider", provider)
    assert done.code == 0, done.text
    assert MARK not in done.text
    assert project.state()["key"]["inputs"][MARK] == ["policy"]
    project.program(KEY.format(policy=json.dumps(ALLOW)))
    unchanged = project.pulumi("preview", "--diff", "--expect-no-changes")
    assert (unchanged.code, MARK in unchanged.text) == (0, False), unchanged.text
    project.program(KEY.format(policy=json.dumps(BOTH)))
    project.up()
    assert MARK not in project.state()["key"]["inputs"]
    project.program(KEY.format(policy=json.dumps(ALLOW)))
    changed = project.pulumi("preview", "--diff", "--json")
    (step,) = [s for s in json.loads(changed.text)["steps"] if "ApiKey" in s["urn"]]
    assert (step["op"], list(step["detailedDiff"])) == ("update", ["policy"])
