"""Deployed Functions behind Twilio's gateway: visibility, signatures, Variables, new builds, the client inside."""

import hashlib
import json
import time
from collections.abc import Iterator

import httpx
import pytest
from twilio.request_validator import RequestValidator

from tests.contract.serverless_kit import Site, new_site
from twilio_emulator.testing import Emulator

CODE = {
    "/echo": (
        "public",
        "exports.handler = (context, event, callback) => {"
        " const { request, ...rest } = event;"
        " callback(null, { event: rest, headers: request.headers, domain: context.DOMAIN_NAME,"
        "  service: context.SERVICE_SID, environment: context.ENVIRONMENT_SID, account: context.ACCOUNT_SID }); };",
    ),
    "/signed": ("protected", "exports.handler = (context, event, callback) => callback(null, { ran: true });"),
    "/lib/greeting": ("private", "module.exports = { greet: (name) => `hello ${name}` };"),
    "/uses-private": (
        "public",
        "const { greet } = require(Runtime.getFunctions()['lib/greeting'].path);"
        "exports.handler = (context, event, callback) => callback(null, greet(event.name));",
    ),
    "/variable": ("public", "exports.handler = (context, event, callback) => callback(null, `${context.MOOD}`);"),
    "/client": (
        "public",
        "exports.handler = async (context, event, callback) => {"
        " const found = await context.getTwilioClient().serverless.v1.services(context.SERVICE_SID).fetch();"
        " return callback(null, found.uniqueName); };",
    ),
    "/calls-signed": (
        "public",
        "exports.handler = async (context, event, callback) => {"
        " const answer = await fetch(`https://${context.DOMAIN_NAME}/signed`, { method: 'POST' });"
        " return callback(null, String(answer.status)); };",
    ),
    "/custom": (
        "public",
        "exports.handler = (context, event, callback) => {"
        " const response = new Twilio.Response(); response.setStatusCode(409);"
        " response.appendHeader('Content-Type', 'application/json'); response.setBody({ error: 'no' });"
        " callback(null, response); };",
    ),
    "/never": ("public", "exports.handler = () => {};"),
}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as started:
        yield started


@pytest.fixture(scope="module")
def site(emulator: Emulator) -> Site:
    return new_site(emulator, "functions-test", CODE)


def signature(site: Site, path: str, form: dict[str, str] | None = None) -> dict[str, str]:
    """The header, computed by Twilio's own library over the URL that Twilio would sign."""
    signed = RequestValidator(site.emulator.auth_token).compute_signature(f"https://{site.domain}{path}", form or {})
    return {"X-Twilio-Signature": signed}


def test_query_form_and_json_become_the_event(site: Site) -> None:
    """As at Twilio, with lower-case header names."""
    answer = site.call("/echo?a=1&b=2", "POST", data={"b": "3"}, headers={"X-Mixed-Case": "yes"}).json()
    assert answer["event"] == {"a": "1", "b": "3"}
    assert answer["headers"]["x-mixed-case"] == "yes"
    assert answer["headers"]["host"] == site.domain
    assert not {"flexpark-runner-secret", "x-emulator-source"} & set(answer["headers"])

    assert site.call("/echo", "POST", json={"list": [1, {"x": None}]}).json()["event"] == {"list": [1, {"x": None}]}


def test_the_context_names_where_it_runs(site: Site) -> None:
    """What Twilio sets in every Function's context."""
    answer = site.call("/echo").json()
    assert answer["domain"] == site.domain
    assert (answer["service"], answer["environment"]) == (site.service_sid, site.environment_sid)
    assert answer["account"] == site.emulator.account_sid


def test_without_include_credentials_the_context_has_none(emulator: Emulator) -> None:
    """`include_credentials` is explicit."""
    bare = new_site(emulator, "no-credentials", {"/echo": CODE["/echo"]}, credentials=False)
    assert "account" not in bare.call("/echo").json()


def test_a_protected_function_takes_twilios_signature_only(site: Site) -> None:
    """403 for everything else, and the Function does not run."""
    form = {"MessageSid": "IM1", "Body": "a&b ü"}
    path = "/signed?v=1&park=x%20y"

    assert site.call(path, "POST", data=form, headers=signature(site, path, form)).json() == {"ran": True}
    assert site.call(path, headers=signature(site, path)).json() == {"ran": True}
    refused = [
        site.call(path, "POST", data=form),
        site.call(path, "POST", data=form, headers={"X-Twilio-Signature": "nonsense ü".encode()}),
        site.call(path, "POST", data=form | {"Body": "other"}, headers=signature(site, path, form)),
        site.call("/signed?v=2", "POST", data=form, headers=signature(site, path, form)),
    ]
    assert [answer.status_code for answer in refused] == [403] * 4


def test_a_signed_json_body_is_covered_by_its_hash(site: Site) -> None:
    """`bodySHA256` is in the signed query; a body that does not match is refused."""
    body = json.dumps({"a": 1}).encode()
    path = f"/signed?bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = signature(site, path) | {"Content-Type": "application/json"}

    assert site.call(path, "POST", content=body, headers=headers).status_code == 200
    assert site.call(path, "POST", content=body + b" ", headers=headers).status_code == 403
    unhashed = signature(site, "/signed") | {"Content-Type": "application/json"}
    assert site.call("/signed", "POST", content=body, headers=unhashed).status_code == 403


def test_a_private_function_is_for_functions_only(site: Site) -> None:
    """403 from outside, `require` through Runtime.getFunctions() inside."""
    assert site.call("/lib/greeting").status_code == 403
    assert site.call("/uses-private?name=Ada").text == "hello Ada"


def test_only_get_post_and_options_are_served(site: Site) -> None:
    """As Twilio documents; OPTIONS is answered without running anything."""
    assert [site.call("/echo", method).status_code for method in ("PUT", "DELETE", "PATCH", "HEAD")] == [405] * 4
    preflight = site.call("/signed", "OPTIONS")
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, POST, OPTIONS"


def test_unknown_paths_and_domains_answer_404(site: Site) -> None:
    """There is nothing behind them."""
    assert site.call("/nothing").status_code == 404
    assert httpx.get(f"{site.emulator.url}/nobody-1234.twil.io/echo").status_code == 404


def test_an_updated_variable_applies_without_a_deployment(site: Site) -> None:
    """Made, changed and removed Variables are seen by the next call."""
    assert site.call("/variable").text == "undefined"
    variable = site.environment.variables.create(key="MOOD", value="calm")
    assert site.call("/variable").text == "calm"
    variable.update(value="glad")
    assert site.call("/variable").text == "glad"
    variable.delete()
    assert site.call("/variable").text == "undefined"


def test_a_function_reaches_twilio_through_the_emulator(site: Site) -> None:
    """Unmodified: context.getTwilioClient() and fetch. The request log tells them from others' requests."""
    assert site.call("/client").text == "functions-test"
    seen = site.emulator.control("GET", "/requests", {"source": "function"})["requests"]
    assert seen[-1]["operation"] == "FetchService"


def test_a_process_can_be_killed_in_the_middle(site: Site) -> None:
    """The call that it was making has its effect, the Function answers 500 and does no more; the next request runs."""
    fault = {"host": "serverless.twilio.com", "method": "GET", "when": "after", "action": "kill"}
    site.emulator.control("POST", "/faults", fault)
    assert site.call("/client").status_code == 500
    site.emulator.control("DELETE", "/faults")
    assert site.call("/client").text == "functions-test"


def test_a_function_may_call_another_but_does_not_sign(site: Site) -> None:
    """The protected one refuses an unsigned call, wherever it comes from."""
    assert site.call("/calls-signed").text == "403"


def test_a_response_object_sets_status_and_headers(site: Site) -> None:
    """Twilio.Response is the runtime handler's own."""
    answer = site.call("/custom")
    assert (answer.status_code, answer.json()) == (409, {"error": "no"})


def test_a_new_deployment_switches_over(emulator: Emulator) -> None:
    """Once it is deployed, the next call meets the new code."""
    moving = new_site(emulator, "moving", {"/v": ("public", "exports.handler = (c, e, cb) => cb(null, 'one');")})
    assert moving.call("/v").text == "one"
    moving.deploy({"/v": ("public", "exports.handler = (c, e, cb) => cb(null, 'two');")})
    assert moving.call("/v").text == "two"


def test_public_assets_are_files(emulator: Emulator) -> None:
    """With the content type of their extension; private ones are for Functions."""
    files = new_site(emulator, "assets")
    reader = files.upload(
        "/read",
        "public",
        "exports.handler = (c, e, cb) => cb(null, Runtime.getAssets()['/secret.txt'].open());",
    )
    assets = [
        files.upload("/page.html", "public", "<p>hi</p>", kind="Assets"),
        files.upload("/secret.txt", "private", "hidden", kind="Assets"),
    ]
    build = files.api.builds.create(function_versions=[reader], asset_versions=assets)
    assert files.wait(build.sid) == "completed"
    files.environment.deployments.create(build_sid=build.sid)

    page = files.call("/page.html")
    assert (page.text, page.headers["content-type"].partition(";")[0]) == ("<p>hi</p>", "text/html")
    assert files.call("/secret.txt").status_code == 403
    assert files.call("/read").text == "hidden"


def test_after_ten_seconds_it_is_504(site: Site) -> None:
    """Twilio's limit, and other calls go on meanwhile."""
    started = time.monotonic()
    answer = site.call("/never")
    assert answer.status_code == 504
    assert time.monotonic() - started > 9.9
    assert site.call("/echo").status_code == 200
