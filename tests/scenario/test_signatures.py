"""What Twilio did not sign as it came is refused by the platform; what it signed may come again and changes nothing."""

import hashlib
from typing import Any
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator

from tests.scenario.floor import Floor


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
    assert status(f"{path}&x=1", signed, content=body, headers=headers) == 403
    assert status(path, signed, content=body, headers=headers) == 200


def test_a_webhook_that_was_altered_is_refused(floor: Floor) -> None:
    """Who may see one of Twilio's requests cannot make another of it: neither field, nor query, nor address."""
    _, opened, _ = floor.parked(floor.ada)
    url = str(dict(floor.webhooks(opened)[0]["configuration"])["url"])  # type: ignore[call-overload]
    form = {"ConversationSid": opened.conversation, "EventType": "onMessageAdded", "Index": "1", "Author": "agent"}
    signature = RequestValidator(floor.rehearsal.account["authToken"]).compute_signature(url, form)
    park = urlsplit(url).query.split("park=")[1][:32]
    altered: list[tuple[str, dict[str, str]]] = [
        (url, {**form, "Author": opened.customer}),
        (url, {**form, "Index": "9"}),
        (url, {**form, "More": "x"}),
        (url.replace(park, "0" * 32), form),
        (url.replace("v=1", "v=2"), form),
        (f"{url}&x=1", form),
        (url.replace("unpark-on-message", "unpark-from-studio"), form),
    ]
    for address, fields in altered:
        with floor.rehearsal.counting() as seen:
            target = address.removeprefix("https:/")
            answer = floor.rehearsal.http.post(target, data=fields, headers={"X-Twilio-Signature": signature})
        assert answer.status_code in {403, 404}, address
        assert [call for call in seen if call["source"] == "function"] == []
    assert len(floor.webhooks(opened)) == 1


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
