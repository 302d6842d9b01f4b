"""What is refused before any work: every answer is as docs/openapi.yaml has it, and Twilio is asked for nothing."""

from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml

from tests.scenario.floor import Floor

DOCUMENT = yaml.safe_load((Path(__file__).resolve().parents[2] / "docs/openapi.yaml").read_text(encoding="utf-8"))
ERROR = {"$ref": "#/components/schemas/Error", "components": DOCUMENT["components"]}
CH, WT, KD, UO = (prefix + "0" * 32 for prefix in ("CH", "WT", "KD", "UO"))
PARK = {"taskSid": WT, "conversationSid": CH, "interactionSid": KD, "channelSid": UO}
NONSENSE: dict[str, Any] = {
    "another kind of SID": WT,
    "a path": "CH/../../Accounts",
    "a path in a SID": "CH" + "0" * 28 + "/../",
    "an encoded path": "CH" + "0" * 26 + "%2F%2E%2E",
    "a query": CH + "?PageSize=1",
    "a line more": CH + "\n",
    "a line in it": "CH" + "0" * 31 + "\n0",
    "other digits": "CH" + "\u0660" * 32,
    "a list": [CH],
    "an object": {"toString": CH},
    "a number": 7,
    "something huge": "C" * 200_000,
    "nothing": "",
}


def refused(floor: Floor, path: str, **request: Any) -> tuple[int, dict[str, Any]]:
    """The answer, which must be an error of the document, and cause no request of a function."""
    with floor.rehearsal.counting() as seen:
        answer = floor.rehearsal.http.post(f"/{floor.rehearsal.outputs_now()['domain']}{path}", **request)
    asked = [call["path"] for call in seen if call["source"] == "function" and "/Tokens/validate" not in call["path"]]
    assert asked == []
    body: dict[str, Any] = answer.json()
    jsonschema.validate(body, ERROR)
    assert str(answer.status_code) in DOCUMENT["paths"][path.partition("?")[0]]["post"]["responses"]
    assert "/" not in body["error"]["message"]  # no place in our files
    return answer.status_code, body["error"]


@pytest.mark.parametrize("value", NONSENSE.values(), ids=NONSENSE.keys())
@pytest.mark.parametrize("function", ["/park", "/unpark", "/close"])
def test_a_field_of_the_wrong_kind_is_told_by_name(floor: Floor, function: str, value: Any) -> None:
    """400 with the field and what is allowed, before the token is looked at; each field of the function."""
    document = DOCUMENT["paths"][function]["post"]["requestBody"]["content"]["application/json"]["schema"]
    sids = [name for name in document["properties"] if name.endswith("Sid")]
    for field in sids:
        if value == WT and field == "taskSid":
            continue
        if value == "" and field not in document["required"]:
            continue
        body = {**PARK, "status": "closed", "Token": floor.ada.token, field: value}
        status, error = refused(floor, function, json=body)
        assert (status, error["code"]) == (400, "bad_request")
        assert [problem["field"] for problem in error["problems"]] == [field]


@pytest.mark.parametrize("token", ["", "x", "a b", "é" * 20, "t" * 9000, {"token": 1}])
@pytest.mark.parametrize("function", ["/park", "/unpark", "/parked", "/close"])
def test_no_valid_token_is_401(floor: Floor, function: str, token: Any) -> None:
    """Whatever it looks like."""
    body = {**PARK, "status": "closed", "Token": token}
    assert refused(floor, function, json=body)[0] == 401


@pytest.mark.parametrize("function", ["/park", "/unpark", "/parked", "/close"])
def test_an_expired_token_and_one_of_another_account_are_401(floor: Floor, function: str) -> None:
    """Twilio's verdict on the token is the only one, whatever roles it names."""
    control = floor.rehearsal.control
    body = {**PARK, "status": "closed"}
    asked = {"workerSid": floor.ada.sid, "roles": ["agent"], "expiresIn": 5}
    expired = control("POST", "token", asked)["token"]
    control("POST", "clock", {"advance": 10})
    assert refused(floor, function, json={**body, "Token": expired})[0] == 401
    elsewhere = control(
        "POST", "flex-account", {"accountSid": "AC" + "e" * 32, "workers": [{"friendlyName": "eve", "attributes": {}}]}
    )
    foreign = control("POST", "token", {"workerSid": elsewhere["workers"][0]["sid"], "roles": ["admin"]})["token"]
    assert refused(floor, function, json={**body, "Token": foreign})[0] == 401


def test_a_token_that_cannot_be_checked_is_retryable(floor: Floor) -> None:
    """An outage of Twilio's token check is no verdict: 503, and nothing else is asked."""
    fault = {"host": "iam.twilio.com", "status": 500, "times": None}
    floor.rehearsal.control("POST", "faults", fault)
    try:
        status, error = refused(floor, "/park", json={**PARK, "Token": floor.ada.token})
    finally:
        floor.rehearsal.control("DELETE", "faults")
    assert (status, error["code"], error["retryable"]) == (503, "retryable", True)


def test_who_is_calling_is_what_the_token_says(floor: Floor) -> None:
    """Roles, workers and headers that a request brings along count for nothing."""
    _, opened, _ = floor.parked(floor.ada)
    claims = {"roles": ["supervisor"], "worker_sid": floor.ada.sid, "caller": {"workerSid": floor.ada.sid}}
    request = {"headers": {"x-twilio-signature": "x", "origin": "https://evil.example"}, "cookies": {}}
    status, body = floor.ben.calls("unpark", conversationSid=opened.conversation, request=request, **claims)
    assert (status, body["error"]["code"]) == (403, "forbidden")
    assert floor.ben.calls("parked", workerSid=floor.ada.sid, **claims)[0] == 403
    assert floor.ben.calls("unpark", conversationSid=opened.conversation, workerSid=floor.ada.sid)[0] == 403
    assert floor.ben.calls("close", conversationSid=opened.conversation, status="closed", **claims)[0] == 403
    assert len(floor.webhooks(opened)) == 1


@pytest.mark.parametrize(
    "request_field", [{"headers": {"origin": "https://evil.example"}}, {"headers": None}, "x", 7, [], None]
)
def test_an_overwritten_request_changes_nothing(floor: Floor, request_field: Any) -> None:
    """A body may overwrite `event.request`: no other origin is named, nothing breaks, no check is passed."""
    domain = floor.rehearsal.outputs_now()["domain"]
    answer = floor.rehearsal.http.post(f"/{domain}/parked", json={"request": request_field})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == "https://flex.twilio.com"
    inherited = '{"__proto__": {"Token": "%s"}, "constructor": {"Token": "x"}}' % floor.ada.token  # noqa: UP031
    headers = {"Content-Type": "application/json"}
    assert floor.rehearsal.http.post(f"/{domain}/parked", content=inherited, headers=headers).status_code == 401
    signed = {"action": "drain", "mode": "close", "request": request_field}
    assert floor.rehearsal.http.post(f"/{domain}/reconcile", json=signed).status_code == 403


def raw(floor: Floor, method: str, path: str, body: bytes = b"", **headers: str) -> int:
    """The status of a request whose path is sent as it is; no request of a function may come of it."""
    url = urlsplit(floor.rehearsal.emulator.url)
    connection = HTTPConnection(url.hostname or "", url.port)
    with floor.rehearsal.counting() as seen:
        connection.request(method, f"/{floor.rehearsal.outputs_now()['domain']}{path}", body, headers)
        answer = connection.getresponse()
        answer.read()
    connection.close()
    assert [call["path"] for call in seen if call["source"] == "function"] == []
    return answer.status


@pytest.mark.parametrize(
    "path",
    [
        "/flexpark/settings",
        "/flexpark%2Fsettings",
        "/park/../flexpark/settings",
        "/park/..%2F..%2Freconcile",
        "/%2e%2e/reconcile",
        "//reconcile",
        "/reconcile/",
        "/reconcile%00",
        "/reconcile%0a",
        "/RECONCILE",
        "/reconcile;x=1",
        "/flexpark/record",
        "/node_modules/twilio/package.json",
    ],
)
def test_a_path_that_is_no_function_reaches_none(floor: Floor, path: str) -> None:
    """403 or 404 from the platform: private modules and settings are nobody's to call."""
    assert raw(floor, "POST", path, b"action=list") in {403, 404}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "TRACE"])
def test_other_methods_are_refused(floor: Floor, method: str) -> None:
    """405 from the platform, for public and protected functions alike."""
    for path in ("/park", "/reconcile"):
        assert raw(floor, method, path) == 405


def test_a_body_that_is_too_large_or_no_json_is_refused(floor: Floor) -> None:
    """413 and 4xx from the platform, before any code of ours runs."""
    kind = {"Content-Type": "application/json"}
    assert raw(floor, "POST", "/park", b'{"Token":"' + b"x" * 6_400_000 + b'"}', **kind) == 413
    assert raw(floor, "POST", "/park", b'{"Token":', **kind) in {400, 500}
    assert raw(floor, "POST", "/park", b"[" * 100_000, **kind) in {400, 413, 500}


def test_only_the_allowed_origin_is_named(floor: Floor) -> None:
    """Whoever asks: no wildcard, and none for protected functions."""
    domain = floor.rehearsal.outputs_now()["domain"]
    for origin in ("https://evil.example", "https://flex.twilio.com"):
        answer = floor.rehearsal.http.post(f"/{domain}/parked", json={}, headers={"Origin": origin})
        assert answer.headers["access-control-allow-origin"] == "https://flex.twilio.com"
