"""Park to unpark through the deployed functions: what agents and customers see."""

import json

from flexpark.cli.demo.actors import wait_for_offer
from tests.scenario.floor import Floor


def test_parking_completes_the_task_and_keeps_the_conversation(floor: Floor) -> None:
    """The agent is free, the conversation open, and exactly one webhook of ours waits on it."""
    _, opened, work = floor.parked(floor.ada)
    assert floor.task_of(work)["assignment_status"] == "completed"
    conversation = floor.rehearsal.api("GET", f"conversations.twilio.com/v1/Conversations/{opened.conversation}")
    assert conversation["state"] == "active"
    assert len(floor.webhooks(opened)) == 1
    assert opened.conversation in floor.listed(floor.ada)


def test_a_message_brings_it_back_to_the_same_worker(floor: Floor) -> None:
    """With a colleague of the same queue free, the known worker alone is offered the task."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.ben.goes(available=True)
    answered = customer.writes(opened, "Hello again")
    assert [(answer["status"], json.loads(answer["body"])["status"]) for answer in answered] == [(200, "invited")]
    wait_for_offer(floor.ada)
    assert floor.ben.offers() == []
    attributes = json.loads(str(floor.task_of(floor.ada.accepts())["attributes"]))
    assert attributes["originalRouting"]["workerSid"] == floor.ada.sid
    assert floor.webhooks(opened) == []
    assert opened.conversation not in floor.listed(floor.ada)


def test_a_second_message_makes_no_second_invite(floor: Floor) -> None:
    """Messages that pile up before anybody accepts make one task."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    for body in ("one", "two", "three"):
        customer.writes(opened, body)
    assert len(floor.live_tasks(opened)) == 1


def test_a_colleague_gets_it_after_the_known_worker_timeout(floor: Floor) -> None:
    """Same queue, other worker, once the known worker's time is over."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    floor.ben.goes(available=True)
    customer.writes(opened, "Anybody?")
    assert floor.ben.offers() == []
    floor.rehearsal.control("POST", "clock", {"advance": 121})
    wait_for_offer(floor.ben)
    assert floor.task_of(floor.ben.accepts())["assignment_status"] == "assigned"


def test_an_agent_resumes_from_the_list(floor: Floor) -> None:
    """The invite goes straight to the agent who resumes."""
    _, opened, _ = floor.parked(floor.ada, channel_type="web")
    status, body = floor.ada.resumes(opened)
    assert (status, body["status"]) == (200, "invited")
    wait_for_offer(floor.ada)
    assert floor.task_of(floor.ada.accepts())["assignment_status"] == "assigned"
    assert floor.webhooks(opened) == []


def test_parking_twice_answers_already(floor: Floor) -> None:
    """A double click leaks no second webhook."""
    _, opened, work = floor.parked(floor.ada)
    status, body = floor.ada.parks(opened, work)
    assert (status, body["status"]) == (200, "already")
    assert len(floor.webhooks(opened)) == 1


def test_resuming_what_another_agent_parked_is_forbidden(floor: Floor) -> None:
    """403, and the conversation stays parked."""
    _, opened, _ = floor.parked(floor.ada)
    status, body = floor.ben.resumes(opened)
    assert (status, body["error"]["code"]) == (403, "forbidden")
    assert len(floor.webhooks(opened)) == 1


def test_a_closed_conversation_is_refused_and_forgotten(floor: Floor) -> None:
    """The error says closed, and nothing of ours is left."""
    _, opened, _ = floor.parked(floor.ada)
    floor.close(opened)
    status, body = floor.ada.resumes(opened)
    assert status == 409
    assert body["error"]["code"] == "closed"
    assert opened.conversation not in floor.listed(floor.ada)


def test_an_expired_channel_says_expired(floor: Floor) -> None:
    """180 days after its last update the channel answers 404; the entry says so and goes."""
    _, opened, _ = floor.parked(floor.ada)
    floor.rehearsal.control("POST", "clock", {"advance": 181 * 86_400})
    token = floor.rehearsal.control("POST", "token", {"workerSid": floor.ada.sid, "roles": ["agent"]})
    floor.ada.token = token["token"]
    status, body = floor.ada.resumes(opened)
    assert (status, body["error"]["code"]) == (410, "expired")


def test_an_agents_own_message_wakes_nothing(floor: Floor) -> None:
    """Only a recorded customer's message does."""
    _, opened, _ = floor.parked(floor.ada)
    floor.api_message(opened, author=floor.ada.name)
    floor.rehearsal.control("GET", "idle")
    assert len(floor.webhooks(opened)) == 1
    assert floor.live_tasks(opened) == []


def test_a_park_without_a_token_is_refused_before_any_work(floor: Floor) -> None:
    """401, and not one request to Twilio."""
    _, opened, work = floor.accepted(floor.ada, "support")
    with floor.rehearsal.counting() as seen:
        body = {"taskSid": work.task, "conversationSid": opened.conversation}
        answer = floor.rehearsal.http.post(f"/{floor.rehearsal.outputs_now()['domain']}/park", json=body)
    assert answer.status_code == 401
    assert [request for request in seen if request["source"] == "function"] == []


def test_an_unsigned_webhook_is_refused_before_any_work(floor: Floor) -> None:
    """403 from the platform, and not one request to Twilio."""
    _, opened, _ = floor.parked(floor.ada)
    with floor.rehearsal.counting() as seen:
        form = {"ConversationSid": opened.conversation, "EventType": "onMessageAdded", "Author": opened.customer}
        answer = floor.rehearsal.http.post(
            f"/{floor.rehearsal.outputs_now()['domain']}/unpark-on-message?v=1", data=form
        )
    assert answer.status_code == 403
    assert [request for request in seen if request["source"] == "function"] == []


def test_a_supervisor_parks_for_an_agent(floor: Floor) -> None:
    """The list, and the way back, are the agent's; an agent may not do it for another."""
    _, opened, work = floor.accepted(floor.ada, "support")
    sids = {"conversationSid": opened.conversation, "interactionSid": opened.interaction, "channelSid": opened.channel}
    assert floor.ben.calls("park", taskSid=work.task, workerSid=floor.ada.sid, **sids)[0] == 403
    boss = floor.hired("boss", "support", roles=("supervisor",))
    assert boss.calls("park", taskSid=work.task, workerSid=floor.ada.sid, **sids)[1]["status"] == "parked"
    assert opened.conversation in floor.listed(floor.ada)
