"""What is refused before any work: every answer is as docs/openapi.yaml has it, and Twilio is asked for nothing."""

import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from twilio.request_validator import RequestValidator

from tests.scenario.floor import Floor

DOCUMENT = yaml.safe_load((Path(__file__).resolve().parents[2] / "docs/openapi.yaml").read_text(encoding="utf-8"))
ERROR = {"$ref": "#/components/schemas/Error", "components": DOCUMENT["components"]}
CH, WT, KD, UO = (prefix + "0" * 32 for prefix in ("CH", "WT", "KD", "UO"))
PARK = {"taskSid": WT, "conversationSid": CH, "interactionSid": KD, "channelSid": UO}
NONSENSE: dict[str, Any] = {
    "another kind of SID": WT,
    "a path": "CH/../../Accounts",
    "a path in a SID": "CH" + "0" * 28 + "/../",
    "a line more": CH + "\n",
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
    """400 with the field and what is allowed, before the token is looked at."""
    body = {**PARK, "status": "closed", "Token": floor.ada.token, "conversationSid": value}
    status, error = refused(floor, function, json=body)
    assert (status, error["code"]) == (400, "bad_request")
    assert [problem["field"] for problem in error["problems"]] == ["conversationSid"]


@pytest.mark.parametrize("token", ["", "x", "a b", "é" * 20, "t" * 9000, {"token": 1}])
@pytest.mark.parametrize("function", ["/park", "/unpark", "/parked", "/close"])
def test_no_valid_token_is_401(floor: Floor, function: str, token: Any) -> None:
    """Whatever it looks like."""
    body = {**PARK, "status": "closed", "Token": token}
    assert refused(floor, function, json=body)[0] == 401


def test_an_expired_token_and_one_of_another_account_are_401(floor: Floor) -> None:
    """Twilio's verdict on the token is the only one."""
    asked = {"workerSid": floor.ada.sid, "roles": ["agent"], "expiresIn": 5}
    expired = floor.rehearsal.control("POST", "token", asked)["token"]
    floor.rehearsal.control("POST", "clock", {"advance": 10})
    assert refused(floor, "/parked", json={"Token": expired})[0] == 401


def test_a_request_that_was_altered_or_is_signed_by_another_is_refused(floor: Floor) -> None:
    """403 from the platform: forms by their fields, JSON by its hash, both by the URL."""
    domain = floor.rehearsal.outputs_now()["domain"]
    token = floor.rehearsal.account["authToken"]

    def status(path: str, signature: str, **request: Any) -> int:
        with floor.rehearsal.counting() as seen:
            headers = {"X-Twilio-Signature": signature, **request.pop("headers", {})}
            answer = floor.rehearsal.http.post(f"/{domain}{path}", headers=headers, **request)
        assert [call for call in seen if call["source"] == "function"] == []
        return answer.status_code

    form = {"action": "list"}
    right = RequestValidator(token).compute_signature(f"https://{domain}/reconcile", form)
    assert status("/reconcile", right, data={"action": "drain", "mode": "close"}) == 403
    assert status("/reconcile?x=1", right, data=form) == 403
    assert status("/task-events", right, data=form) == 403
    other = RequestValidator("0" * 32).compute_signature(f"https://{domain}/reconcile", form)
    assert status("/reconcile", other, data=form) == 403
    body = b'[{"type": "com.twilio.taskrouter.task.canceled"}]'
    path = f"/task-events?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signed = RequestValidator(token).compute_signature(f"https://{domain}{path}", {})
    headers = {"Content-Type": "application/json"}
    assert status(path, signed, content=body + b" ", headers=headers) == 403
    assert status(path, signed, content=body, headers=headers) == 200


def test_a_replayed_webhook_reads_the_record_once_and_changes_nothing(floor: Floor) -> None:
    """It cannot be told from one that is delivered again."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    url = str(dict(floor.webhooks(opened)[0]["configuration"])["url"])  # type: ignore[call-overload]
    customer.writes(opened, "Hello?")
    form = {"ConversationSid": opened.conversation, "EventType": "onMessageAdded", "Index": "1"}
    form["Author"] = opened.customer
    signature = RequestValidator(floor.rehearsal.account["authToken"]).compute_signature(url, form)
    with floor.rehearsal.counting() as seen:
        address = url.removeprefix("https:/")
        answer = floor.rehearsal.http.post(address, data=form, headers={"X-Twilio-Signature": signature})
    assert answer.json() == {"status": "already"}
    calls = [(call["method"], call["operation"]) for call in seen if call["source"] == "function"]
    assert [method for method, _ in calls if method != "GET"] == []
    assert len([operation for _, operation in calls if operation == "FetchDocument"]) == 1
    assert len(floor.live_tasks(opened)) == 1


def test_only_the_allowed_origin_is_named(floor: Floor) -> None:
    """Whoever asks: no wildcard, and none for protected functions."""
    domain = floor.rehearsal.outputs_now()["domain"]
    for origin in ("https://evil.example", "https://flex.twilio.com"):
        answer = floor.rehearsal.http.post(f"/{domain}/parked", json={}, headers={"Origin": origin})
        assert answer.headers["access-control-allow-origin"] == "https://flex.twilio.com"


def test_attributes_are_carried_to_the_digit_or_refused_before_anything_is_changed(floor: Floor) -> None:
    """Emoji, right-to-left text, large numbers and odd keys come back; what would not fit leaves the agent in."""
    odd = '"emoji":"\U0001f642","rtl":"\u05e9\u05dc\u05d5\u05dd","big":12345678901234567890,"__proto__":{"a":1}'
    customer, opened, work = floor.accepted(floor.ada, "support")
    workspace = floor.rehearsal.account["workspaceSid"]
    address = f"taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks/{work.task}"

    def describe(more: str) -> None:
        text = str(floor.task_of(work)["attributes"])
        floor.rehearsal.api("POST", address, Attributes=f"{text.rstrip()[:-1]},{more}}}")

    describe(odd)
    assert floor.ada.parks(opened, work)[1]["status"] == "parked"
    floor.ada.goes(available=False)
    customer.writes(opened, "Hello?")
    [task] = floor.live_tasks(opened)
    carried = json.loads(str(task["attributes"]))
    assert {key: carried[key] for key in ("emoji", "rtl", "big", "__proto__")} == json.loads(f"{{{odd}}}")

    _, opened, work = floor.accepted(floor.cleo, "sales")
    address = f"taskrouter.twilio.com/v1/Workspaces/{workspace}/Tasks/{work.task}"
    room = 4096 - len(str(floor.task_of(work)["attributes"])) - 20
    describe(f'"filler":"{"x" * room}"')
    with floor.rehearsal.counting() as seen:
        status, body = floor.cleo.parks(opened, work)
    assert (status, body["error"]["code"]) == (422, "too_large")
    assert [
        call
        for call in seen
        if call["source"] == "function" and call["method"] != "GET" and "/Tokens/" not in call["path"]
    ] == []
    assert floor.task_of(work)["assignment_status"] == "assigned"
    assert floor.webhooks(opened) == []
