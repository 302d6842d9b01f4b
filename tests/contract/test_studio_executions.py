"""Studio's executions: a message runs a flow, which calls signed Functions and answers in the conversation."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.clients import client_by_address
from tests.contract.flex_kit import COMPANY, CUSTOMER, Flex, Receiver, receiver, refusal
from tests.contract.serverless_kit import Site, new_site
from twilio_emulator.testing import Emulator

RESUME = (
    "exports.handler = async (context, event, callback) => {"
    " const sync = context.getTwilioClient().sync.v1.services(event.service).documents;"
    " const { request, ...given } = event;"
    " await sync.create({ data: given });"
    " const no = new Twilio.Response(); no.setStatusCode(503);"
    " if (event.body === 'fail') return callback(null, no);"
    " return callback(null, { status: 'invited', list: [{ name: event.body }] }); };"
)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for the file; every test begins with a reset."""
    with Emulator() as started:
        yield started


@pytest.fixture
def flex(emulator: Emulator) -> Flex:
    """A fresh Flex-like account."""
    return Flex(emulator)


@pytest.fixture
def site(flex: Flex) -> Site:
    """A protected function that notes what it was given."""
    return new_site(flex.emulator, "studio-test", {"/unpark-from-studio": ("protected", RESUME)})


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """Something that takes webhooks."""
    with receiver() as seen:
        yield seen


def state(name: str, kind: str, properties: dict[str, Any], *transitions: Any) -> dict[str, Any]:
    """A state; transitions are (event, next) or whole."""
    shaped = [entry if isinstance(entry, dict) else {"event": entry[0], "next": entry[1]} for entry in transitions]
    return {"name": name, "type": kind, "properties": properties, "transitions": shaped}


def when(value: str, following: str) -> dict[str, Any]:
    """A match of what the customer wrote."""
    condition = {"type": "equal_to", "arguments": ["{{trigger.conversation.Body}}"], "value": value}
    return {"event": "match", "next": following, "conditions": [{"friendly_name": value, **condition}]}


def resume_flow(flex: Flex, site: Site, service: str) -> str:
    """Stops at `stop`; else greets, calls the function with what was said, and tells what came of it; its SID."""
    parameters = {
        "service": service,
        "conversationSid": "{{trigger.conversation.ConversationSid}}",
        "body": "{{flow.variables.said}}",
        "flow": "{{flow.flow_sid}}",
        "nothing": "{{trigger.conversation.Nothing.at.all}}",
    }
    states = [
        state("Trigger", "trigger", {}, ("incomingConversationMessage", "split"), ("incomingRequest", "tell")),
        state(
            "split",
            "split-based-on",
            {"input": "{{trigger.conversation.Body}}"},
            {"event": "noMatch", "next": "note"},
            when("Stop", None),  # type: ignore[arg-type]  # the end
        ),
        state(
            "note",
            "set-variables",
            {"variables": [{"key": "said", "value": "{{trigger.conversation.Body}}"}]},
            ("next", "resume"),
        ),
        state(
            "resume",
            "run-function",
            {
                "url": f"https://{site.domain}/unpark-from-studio?v=1",
                "parameters": [{"key": key, "value": value} for key, value in parameters.items()],
            },
            ("success", "tell"),
            ("fail", "sorry"),
        ),
        state(
            "tell", "send-message", {"body": "{{widgets.resume.parsed.status}} {{widgets.resume.parsed.list[0].name}}"}
        ),
        state("sorry", "send-message", {"body": "Sorry: {{widgets.resume.status_code}}"}),
    ]
    definition = {"description": "resume", "initial_state": "Trigger", "states": states}
    flows = flex.client.studio.v2.flows
    return str(flows.create(friendly_name="resume", status="published", definition=definition).sid)


@pytest.fixture
def service(flex: Flex) -> str:
    """Where the function notes."""
    return str(flex.client.sync.v1.services.create(friendly_name="notes").sid)


@pytest.fixture
def flow(flex: Flex, site: Site, service: str) -> str:
    """The resume flow."""
    return resume_flow(flex, site, service)


def notes(flex: Flex, service: str) -> list[dict[str, Any]]:
    """What the function was given."""
    return [document.data for document in flex.client.sync.v1.services(service).documents.list()]


def said(flex: Flex, conversation: str) -> list[tuple[str, str]]:
    """Authors and texts of a conversation."""
    found = flex.client.conversations.v1.conversations(conversation).messages.list()
    return [(message.author, message.body) for message in found]


def attach(flex: Flex, conversation: str, flow: str, **more: Any) -> Any:
    """A scoped webhook of target studio."""
    webhooks = flex.client.conversations.v1.conversations(conversation).webhooks
    return webhooks.create(target="studio", configuration_flow_sid=flow, **more)


def test_a_message_runs_the_flow(flex: Flex, flow: str, service: str) -> None:
    """Split, variables, the signed function, an answer in the conversation by the flow."""
    conversation = flex.conversation()
    attach(flex, conversation, flow)
    answers = flex.customer_says(conversation, "I am back")
    assert [answer["status"] for answer in answers] == [200, 200]
    (given,) = notes(flex, service)
    expected = {"v": "1", "conversationSid": conversation, "body": "I am back", "flow": flow, "nothing": ""}
    assert expected.items() <= given.items()
    assert said(flex, conversation)[-2:] == [(CUSTOMER, "I am back"), (flow, "invited I am back")]


def test_an_execution_tells_its_steps(flex: Flex, flow: str) -> None:
    """What led where, and what it knew."""
    conversation = flex.conversation()
    attach(flex, conversation, flow)
    flex.customer_says(conversation, "Hi")
    executions = flex.client.studio.v2.flows(flow).executions
    (found,) = executions.list()
    assert (found.status, found.contact_channel_address, found.flow_version) == ("ended", CUSTOMER, 1)
    execution = executions(found.sid)
    steps = [(step.transitioned_from, step.name, step.transitioned_to) for step in reversed(execution.steps.list())]
    assert steps == [
        ("Trigger", "incomingConversationMessage", "split"),
        ("split", "noMatch", "note"),
        ("note", "next", "resume"),
        ("resume", "success", "tell"),
        ("tell", "sent", "Ended"),
    ]
    context = execution.execution_context().fetch().context
    assert context["flow"]["variables"] == {"said": "Hi"}
    assert context["flow"]["channel"]["address"] == COMPANY
    assert context["widgets"]["resume"]["status_code"] == 200
    first = execution.steps.list()[-1]
    assert execution.steps(first.sid).step_context().fetch().context["widgets"] == {}
    assert execution.delete()
    assert executions.list() == []


def test_a_split_goes_by_what_was_said(flex: Flex, flow: str, service: str) -> None:
    """Upper and lower case are alike."""
    conversation = flex.conversation()
    attach(flex, conversation, flow)
    flex.customer_says(conversation, " stop ")
    assert notes(flex, service) == []
    assert said(flex, conversation)[-1] == (CUSTOMER, " stop ")


def test_a_function_that_fails_takes_the_other_way(flex: Flex, flow: str) -> None:
    """A 5xx is `fail`."""
    conversation = flex.conversation()
    attach(flex, conversation, flow)
    flex.customer_says(conversation, "fail")
    assert said(flex, conversation)[-1] == (flow, "Sorry: 503")


def test_replay_after_gives_the_flow_the_message_that_was_there(flex: Flex, flow: str, service: str) -> None:
    """How a handler passes on the message that woke it."""
    conversation = flex.conversation()
    flex.customer_says(conversation, "wake up")
    attach(flex, conversation, flow, configuration_replay_after=0)
    flex.emulator.control("GET", "/idle")
    assert [given["body"] for given in notes(flex, service)] == ["wake up"]


def test_a_flows_own_address_is_taken_as_a_webhook(flex: Flex, flow: str, service: str) -> None:
    """A raw flow URL in a webhook of target webhook."""
    conversation = flex.conversation()
    flex.client.conversations.v1.conversations(conversation).webhooks.create(
        target="webhook",
        configuration_url=flex.client.studio.v2.flows(flow).fetch().webhook_url,
        configuration_method="POST",
        configuration_filters=["onMessageAdded", "onConversationStateUpdated"],
    )
    flex.customer_says(conversation, "I am back")
    assert [given["body"] for given in notes(flex, service)] == ["I am back"]


@pytest.mark.parametrize(("fire", "told"), [(True, [CUSTOMER, "flow"]), (False, [CUSTOMER])])
def test_a_flows_message_never_runs_a_flow(flex: Flex, flow: str, hook: Receiver, fire: bool, told: list[str]) -> None:
    """Whether other webhooks hear it is a switch."""
    flex.emulator.control("POST", "/switches", {"studio_messages_fire": fire})
    conversation = flex.conversation()
    attach(flex, conversation, flow)
    flex.client.conversations.v1.conversations(conversation).webhooks.create(
        target="webhook", configuration_url=hook.url, configuration_filters=["onMessageAdded"]
    )
    flex.customer_says(conversation, "Hi")
    assert [form["Author"] for form in hook.forms] == [flow if author == "flow" else author for author in told]
    assert len(flex.client.studio.v2.flows(flow).executions.list()) == 1


def test_a_message_during_an_execution_is_ignored(flex: Flex, flow: str) -> None:
    """Twilio's warning 81002: nothing waits for it."""
    conversation = flex.conversation()
    attach(flex, conversation, flow)
    fault = {"path": "/unpark-from-studio$", "action": "hang", "hang_seconds": 2, "when": "before"}
    flex.emulator.control("POST", "/faults", fault)
    for body in ("one", "two"):
        given = {"conversationSid": conversation, "author": CUSTOMER, "body": body}
        flex.emulator.control("POST", "/customer-message", given)
    flex.emulator.control("GET", "/idle")
    flex.emulator.control("DELETE", "/faults")
    (execution,) = flex.client.studio.v2.flows(flow).executions.list()
    context = flex.client.studio.v2.flows(flow).executions(execution.sid).execution_context().fetch().context
    assert context["trigger"]["conversation"]["Body"] == "one"
    assert context["widgets"]["resume"]["status_code"] is None


def test_a_flow_that_is_not_published_does_not_run(flex: Flex, flow: str) -> None:
    """404 at its address, and so for one that is not there."""
    flows = flex.client.studio.v2.flows
    definition = flows(flow).fetch().definition
    draft = flows.create(friendly_name="draft", status="draft", definition=definition).sid
    conversation = flex.conversation()
    attach(flex, conversation, draft)
    attach(flex, conversation, "FW" + "0" * 32)
    assert [answer["status"] for answer in flex.customer_says(conversation, "Hi")] == [404, 404]
    assert refusal(flows(draft).executions.create, to=CUSTOMER, from_=COMPANY) == (400, 20001)


def test_an_execution_by_rest_has_data(flex: Flex, flow: str) -> None:
    """And no conversation to send to, which is its failing event."""
    executions = flex.client.studio.v2.flows(flow).executions
    made = executions.create(to=CUSTOMER, from_=COMPANY, parameters={"name": "Zoe"})
    flex.emulator.control("GET", "/idle")
    context = executions(made.sid).execution_context().fetch().context
    assert context["flow"]["data"] == {"name": "Zoe"}
    assert "conversations only" in json.dumps(context["widgets"]["tell"])
    assert executions(made.sid).fetch().status == "ended"
    assert executions(made.sid).update(status="ended").status == "ended"
    assert refusal(executions(made.sid).update, status="active") == (400, 20001)


def test_a_closed_conversation_hears_no_flow(flex: Flex, flow: str) -> None:
    """`failed`, with Twilio's code."""
    conversation = flex.conversation()
    attach(flex, conversation, flow)
    closing = {"path": "/unpark-from-studio$", "action": "hang", "hang_seconds": 1, "when": "before"}
    flex.emulator.control("POST", "/faults", closing)
    given = {"conversationSid": conversation, "author": CUSTOMER, "body": "Hi"}
    flex.emulator.control("POST", "/customer-message", given)
    flex.client.conversations.v1.conversations(conversation).update(state="closed")
    flex.emulator.control("GET", "/idle")
    flex.emulator.control("DELETE", "/faults")
    executions = flex.client.studio.v2.flows(flow).executions
    context = executions(executions.list()[0].sid).execution_context().fetch().context
    assert context["widgets"]["sorry"]["error"]["code"] == 50377


def test_what_ran_when_the_emulator_ended_has_ended(tmp_path: Path) -> None:
    """So that the next message starts an execution again."""
    with Emulator(state=tmp_path / "state.db") as first:
        flex = Flex(first)
        site = new_site(first, "studio-restart", {"/unpark-from-studio": ("protected", RESUME)})
        flow = resume_flow(flex, site, "IS0")
        conversation = flex.conversation()
        attach(flex, conversation, flow)
        first.control("POST", "/faults", {"path": "/unpark-from-studio$", "action": "hang", "hang_seconds": 60})
        given = {"conversationSid": conversation, "author": CUSTOMER, "body": "Hi"}
        first.control("POST", "/customer-message", given)
        executions = flex.client.studio.v2.flows(flow).executions
        while not executions.list(status="active"):
            time.sleep(0.02)
        first.process.kill()
    with Emulator(state=tmp_path / "state.db") as second:
        executions = client_by_address(second).studio.v2.flows(flow).executions
        assert [execution.status for execution in executions.list()] == ["ended"]
