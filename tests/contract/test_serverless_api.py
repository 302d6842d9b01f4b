"""Serverless v1 as the official client sees it: shapes, conflicts, builds, deployments."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException

from tests.contract.serverless_kit import DEPENDENCIES, client_of, new_site
from twilio_emulator.testing import Emulator

HELLO = {"/hello": ("public", "exports.handler = (context, event, callback) => callback(null, 'hello');")}

PACKAGES = [{"name": name, "version": version} for name, version in DEPENDENCIES.items()]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as started:
        yield started


def test_a_domain_is_the_name_four_digits_and_the_suffix(emulator: Emulator) -> None:
    """Signatures are computed over URLs that look like Twilio's."""
    site = new_site(emulator, "Domain-Test")

    assert re.fullmatch(r"domain-test-\d{4}-dev\.twil\.io", site.domain)
    bare = site.api.environments.create(unique_name="production")
    assert re.fullmatch(r"domain-test-\d{4}\.twil\.io", bare.domain_name)
    assert bare.build_sid is None


def test_a_service_is_found_by_its_unique_name(emulator: Emulator) -> None:
    """Twilio takes the unique name where a SID stands in the path."""
    site = new_site(emulator, "by-name")

    assert client_of(emulator).serverless.v1.services("by-name").fetch().sid == site.service_sid


def test_taken_names_answer_409(emulator: Emulator) -> None:
    """Deploy tools look for what exists when they see a conflict."""
    site = new_site(emulator, "taken")
    services = client_of(emulator).serverless.v1.services
    site.environment.variables.create(key="K", value="1")

    attempts = [
        lambda: services.create(unique_name="taken", friendly_name="other"),
        lambda: site.api.environments.create(unique_name="dev"),
        lambda: site.api.environments.create(unique_name="other", domain_suffix="dev"),
        lambda: site.environment.variables.create(key="K", value="2"),
    ]
    for attempt in attempts:
        with pytest.raises(TwilioRestException) as refused:
            attempt()
        assert (refused.value.status, refused.value.code) == (409, 20409)
    assert len(site.api.environments.list()) == 1


def test_what_twilio_cannot_do_is_not_there(emulator: Emulator) -> None:
    """Environments and builds have no update, deployments neither update nor delete."""
    site = new_site(emulator, "no-update", HELLO)
    deployment = site.environment.deployments.list()[0]
    base = f"{emulator.url}/serverless.twilio.com/v1/Services/{site.service_sid}"
    environment = f"{base}/Environments/{site.environment_sid}"

    for method, url in [
        ("POST", environment),
        ("POST", f"{base}/Builds/{site.build_sid}"),
        ("POST", f"{environment}/Deployments/{deployment.sid}"),
        ("DELETE", f"{environment}/Deployments/{deployment.sid}"),
    ]:
        answer = httpx.request(method, url, auth=(emulator.account_sid, emulator.auth_token))
        assert (answer.status_code, answer.json()["code"]) == (405, 20004)


def test_a_deployed_build_cannot_be_deleted(emulator: Emulator) -> None:
    """Nor can its functions; a deployment without a build takes it out of service."""
    site = new_site(emulator, "delete-build", HELLO)
    function = site.api.functions.list()[0]

    for thing in (site.api.builds(site.build_sid), function):
        with pytest.raises(TwilioRestException, match="part of an active Deployment") as refused:
            thing.delete()
        assert refused.value.status == 409

    assert site.environment.deployments.create().build_sid is None
    assert site.environment.fetch().build_sid is None
    assert site.call("/hello").status_code == 404
    assert site.api.builds(site.build_sid).delete()
    assert function.delete()


def test_deploying_the_same_build_again_answers_409(emulator: Emulator) -> None:
    """Twilio refuses a build that the environment serves already."""
    site = new_site(emulator, "twice", HELLO)

    with pytest.raises(TwilioRestException) as refused:
        site.environment.deployments.create(build_sid=site.build_sid)
    assert (refused.value.status, refused.value.code) == (409, 20409)


def test_dependencies_that_do_not_install_fail_the_build(emulator: Emulator) -> None:
    """A failed build cannot be deployed."""
    site = new_site(emulator, "bad-build")

    build = site.build(HELLO, {"twilio": "0.0.0-there-is-none"})

    assert site.api.builds(build).fetch().status == "failed"
    with pytest.raises(TwilioRestException) as refused:
        site.environment.deployments.create(build_sid=build)
    assert refused.value.status == 400


def test_a_build_names_what_is_in_it(emulator: Emulator) -> None:
    """Dependencies may come within an extra pair of quotes, as the official deploy tool sends them."""
    site = new_site(emulator, "contents")
    version = site.upload("/hello", "protected", HELLO["/hello"][1])

    build = site.api.builds.create(function_versions=[version], dependencies=f'"{json.dumps(PACKAGES)}"')

    assert build.status == "building"
    assert build.runtime == "node22"
    assert build.dependencies == PACKAGES
    assert [(item["sid"], item["path"], item["visibility"]) for item in build.function_versions] == [
        (version, "/hello", "PROTECTED")
    ]
    assert site.wait(build.sid) == "completed"


def test_an_empty_build_is_refused(emulator: Emulator) -> None:
    """As at Twilio, with 20001."""
    site = new_site(emulator, "empty")

    with pytest.raises(TwilioRestException, match="At least one Function Version or Asset Version") as refused:
        site.api.builds.create()
    assert (refused.value.status, refused.value.code) == (400, 20001)


def test_a_versions_source_can_be_read_back(emulator: Emulator) -> None:
    """Byte for byte, so that a provider can compare hashes."""
    site = new_site(emulator, "content")
    source = "// ünïcode \N{PILE OF POO}\r\nexports.handler = null;\n"
    sid = site.upload("deep/path", "private", source)
    function = site.api.functions.list()[0]

    version = site.api.functions(function.sid).function_versions(sid)
    assert version.fetch().path == "/deep/path"
    assert version.function_version_content().fetch().content == source


def test_deleting_a_service_deletes_what_is_below(emulator: Emulator) -> None:
    """And its domain answers no more."""
    site = new_site(emulator, "gone", HELLO)
    assert site.call("/hello").text == "hello"

    assert client_of(emulator).serverless.v1.services(site.service_sid).delete()

    assert site.call("/hello").status_code == 404
    with pytest.raises(TwilioRestException) as refused:
        site.environment.fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


def test_limits_of_names_and_values_are_enforced(emulator: Emulator) -> None:
    """400 with 20001, and nothing is made."""
    site = new_site(emulator, "limits")

    attempts = [
        lambda: client_of(emulator).serverless.v1.services.create(unique_name="n" * 51, friendly_name="x"),
        lambda: site.api.environments.create(unique_name="long", domain_suffix="s" * 17),
        lambda: site.environment.variables.create(key="k" * 129, value="v"),
        lambda: site.environment.variables.create(key="k", value="v" * 451),
    ]
    for attempt in attempts:
        with pytest.raises(TwilioRestException) as refused:
            attempt()
        assert (refused.value.status, refused.value.code) == (400, 20001)
    assert site.environment.variables.list() == []


def test_a_build_takes_as_many_polls_as_it_is_told(emulator: Emulator) -> None:
    """Builds are as fast as installs allow, unless the switch `build_polls` asks for more."""
    site = new_site(emulator, "polled")
    site.build(HELLO)  # its dependencies are installed from here on
    emulator.control("POST", "/switches", {"build_polls": 3})
    try:
        version = site.upload("/again", "public", HELLO["/hello"][1])
        build = site.api.builds.create(function_versions=[version], dependencies=json.dumps(PACKAGES))
        emulator.control("GET", "/idle")
        status = site.api.builds(build.sid).build_status()
        assert [status.fetch().status for _ in range(4)] == ["building"] * 3 + ["completed"]
    finally:
        emulator.control("POST", "/switches", {"build_polls": 0})
