"""Whatever is asked of the deployed functions, they answer as docs/openapi.yaml says.

Requests are made up from the document by schemathesis, the same ones in every run; in many of them SIDs and tokens are
those of real conversations, so that more than the entry checks answers.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from twilio.request_validator import RequestValidator

from tests.scenario.floor import Floor
from tests.scenario.test_destinations import through_studio
from tests.scenario.test_security import DOCUMENT

CHECKS: list[Any] = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Requests are signed here, or carry a real token: neither is left to what is made up.
UNSIGNED = {path: {"post": {**item["post"], "security": []}} for path, item in DOCUMENT["paths"].items()}
SCHEMA = schemathesis.openapi.from_dict({**DOCUMENT, "paths": UNSIGNED})
PATHS = sorted(DOCUMENT["paths"], key="/reconcile".__eq__)  # it may drain: last
MODES = {"as described": GenerationMode.POSITIVE, "otherwise": GenerationMode.NEGATIVE}
FORM = "application/x-www-form-urlencoded"
EXAMPLES = 25
# What is no event is passed over: a refusal would lose the other events of its array.
LENIENT = {"/task-events"}


@dataclass(frozen=True)
class Ground:
    """An environment with every function, and what is in it: tokens, and the SIDs of conversations, each set of one."""

    floor: Floor
    tokens: tuple[str, ...]
    conversations: tuple[dict[str, str], ...]

    def send(self, path: str, **request: Any) -> requests.Response:
        """POST what schemathesis made up, signed as Twilio signs where the function needs that."""
        domain = self.floor.rehearsal.outputs_now()["domain"]
        base = f"{self.floor.rehearsal.emulator.url}/{domain}"
        prepared = requests.Request("POST", f"{base}{path}", **request).prepare()
        body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body or b""
        form = dict(parse_qsl(body.decode(), keep_blank_values=True)) if "data" in request else {}
        if "data" not in request:
            prepared.prepare_url(prepared.url or "", {"bodySHA256": hashlib.sha256(body).hexdigest()})
        signed = f"https://{(prepared.url or '').partition('127.0.0.1:')[2].partition('/')[2]}"
        token = self.floor.rehearsal.account["authToken"]
        prepared.headers["X-Twilio-Signature"] = RequestValidator(token).compute_signature(signed, form)
        with requests.Session() as session:
            session.trust_env = False
            return session.send(prepared, timeout=20)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Parked, accepted and closed conversations of an agent; tokens of two agents, a supervisor, and nobody's."""
    with through_studio(tmp_path_factory.mktemp("conformance")) as (floor, _):
        ada = floor.hired("ada", "support", at_once=10)
        boss = floor.hired("boss", "support", roles=("supervisor",))
        made = [*(floor.parked(ada) for _ in range(4)), *(floor.accepted(ada, "support") for _ in range(2))]
        _, closed, _ = floor.parked(ada)
        floor.close(closed)
        records = {opened.conversation: floor.record(opened) for _, opened, _ in made[:4]}
        conversations = tuple(
            {
                "conversationSid": opened.conversation,
                "ConversationSid": opened.conversation,
                "interactionSid": opened.interaction,
                "kd": opened.interaction,
                "channelSid": opened.channel,
                "uo": opened.channel,
                "taskSid": work.task,
                "workerSid": ada.sid,
                "Author": opened.customer,
                "Index": "1",
                "EventType": "onMessageAdded",
                "park": str(records.get(opened.conversation, {}).get("parkId", "0" * 32)),
            }
            for _, opened, work in made
        )
        yield Ground(floor, (ada.token, floor.ben.token, boss.token, "nobody"), conversations)


def realistic(ground: Ground, given_values: Any, drawn: st.DataObject) -> Any:
    """What was made up, with some of its fields as they are in one conversation, or a real token."""
    if not isinstance(given_values, dict):
        return given_values
    real = drawn.draw(st.sampled_from([{}, *ground.conversations]))
    token = {"Token": drawn.draw(st.sampled_from(ground.tokens))} if "Token" in given_values else {}
    return {**given_values, **{name: value for name, value in real.items() if name in given_values}, **token}


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES.keys())
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_as_the_document_says(ground: Ground, path: str, mode: GenerationMode) -> None:
    """Status, content type and body; nothing is a fault of ours; what the document allows is not called invalid."""
    described = mode is GenerationMode.POSITIVE
    cases = SCHEMA[path]["POST"].as_strategy(generation_mode=mode)
    answered = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, drawn=st.data())
    def ask(case: "schemathesis.Case[Any]", drawn: st.DataObject) -> None:
        assume(isinstance(case.body, (dict, list)))  # to anything else the platform answers
        # A form has texts, and Twilio never sends a name twice: how it would sign that is not documented.
        odd = isinstance(case.body, dict) and any(
            isinstance(value, (dict, list, type(None))) for value in case.body.values()
        )
        assume(not (odd and case.media_type == FORM))
        if described:
            case.body = realistic(ground, case.body, drawn)
            case.query = realistic(ground, case.query, drawn)
        elif isinstance(case.body, dict) and isinstance(case.body.get("Token"), str) and case.body["Token"]:
            case.body = {**case.body, "Token": ground.tokens[0]}  # so that what else is wrong is looked at
        request = case.as_transport_kwargs("http://any")
        kept = {name: request[name] for name in ("params", "data", "json", "headers") if request.get(name) is not None}
        response = ground.send(path, **kept)
        answered.append(response.status_code)
        assert response.status_code != 500, response.text
        assert not described or response.status_code != 400, response.text
        strict = [] if described or path in LENIENT else [negative_data_rejection]
        case.validate_response(response, checks=[*CHECKS, *strict])

    ask()
    assert len(answered) >= EXAMPLES // 2
    assert not described or 200 in answered, "the document's own requests are never taken"
