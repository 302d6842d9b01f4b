"""What is odd or large is carried to the digit, or refused before anything is changed."""

import json
import re

import pytest

from flexpark.cli.demo.actors import Customer, Opened, Work
from tests.scenario.floor import Floor

# Members of task attributes, as text: what JSON libraries like to change.
ODD = {
    "emoji": '"mood":"\U0001f642\U0001f468\u200d\U0001f469\u200d\U0001f467","\U0001f600":1',
    "right to left": '"name":"\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u202eabc\u202c"',
    "escapes": r'"text":"a\"b\\c\/d\u0041\u2028\n\t\u00e9\ud83d\ude00","<\/script>":"{\"a\":[1,{]}"',
    "numbers beyond 2^53": '"order":12345678901234567890,"negative":-9007199254740993,"list":[18446744073709551616]',
    "digits of fractions": '"price":1.10,"tiny":0.1000000000000000055511151231257827,"e":1E+2',
    "keys of JavaScript's own": '"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"toString":"a"',
    "empty things": '"":"","list":[],"object":{},"nothing":null,"no":false',
    "deep": '"deep":' + '{"d":[' * 150 + "1" + "]}" * 150,
    "wide": ",".join(f'"key{n}":{n}' for n in range(200)),
}
FILLERS = {"a letter": "x", "an emoji": "\U0001f642", "a letter of three bytes": "\u4e16", "a quote": r"\""}


def parks(floor: Floor, opened: Opened, work: Work) -> tuple[int, dict[str, object], list[str]]:
    """Park; the calls by which the function changed anything (its token check is none)."""
    with floor.rehearsal.counting() as seen:
        status, body = floor.ada.parks(opened, work)
    changes = [
        call["operation"]
        for call in seen
        if call["source"] == "function" and call["method"] != "GET" and call["operation"] != "ValidateToken"
    ]
    return status, body, changes


def woken(floor: Floor, customer: Customer, opened: Opened) -> str:
    """The attributes, as text, of the one task that a message of the customer makes."""
    floor.ada.goes(available=False)
    assert [answer["status"] for answer in customer.writes(opened, "Hello?")] == [200]
    [task] = floor.live_tasks(opened)
    return str(task["attributes"])


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_odd_attributes_reach_the_next_task_as_they_were_written(floor: Floor, odd: str) -> None:
    """The record keeps each value's own text, digit by digit; the next task has the same values under the same keys."""
    customer, opened, work = floor.accepted(floor.ada, "support")
    floor.describe(work, odd)
    assert parks(floor, opened, work)[1]["status"] == "parked"
    assert odd in str(floor.record(opened)["attributes"])
    sent, carried = json.loads(f"{{{odd}}}"), json.loads(woken(floor, customer, opened))
    assert {key: carried[key] for key in sent} == sent
    assert carried["originalRouting"]["workerSid"] == floor.ada.sid


def characters(body: dict[str, object]) -> int:
    """How many the next task's attributes would have had, as the refusal says."""
    error = body["error"]
    assert isinstance(error, dict)
    assert error["code"] == "too_large"
    [found] = re.findall(r"would have (\d+) characters", error["message"])
    return int(found)


@pytest.mark.parametrize("filler", FILLERS.values(), ids=FILLERS.keys())
def test_attributes_are_refused_from_the_first_character_too_many(floor: Floor, filler: str) -> None:
    """4,097 (in UTF-16 units, never fewer than characters) leave the agent in and change nothing; 4,096 make a task."""
    customer, opened, work = floor.accepted(floor.ada, "support")
    unit = len(filler.encode("utf-16-le")) // 2

    def filled(units: int) -> tuple[int, dict[str, object], list[str]]:
        times, rest = divmod(units, unit)
        floor.describe(work, f'"filler":"{filler * times}{"x" * rest}"')
        return parks(floor, opened, work)

    status, body, changes = filled(3_300)
    room = 3_300 - (characters(body) - 4_096)
    assert (status, changes) == (422, [])
    status, body, changes = filled(room + 1)
    assert (status, characters(body), changes) == (422, 4_097, [])
    assert floor.task_of(work)["assignment_status"] == "assigned"
    assert floor.webhooks(opened) == []
    assert filled(room)[1]["status"] == "parked"
    assert len(woken(floor, customer, opened)) <= 4_096


def test_a_record_that_would_not_fit_leaves_the_agent_in(floor: Floor) -> None:
    """16 KiB of a Sync document: many customers with long names, and long attributes, are refused in time."""
    _, opened, work = floor.accepted(floor.ada, "support", channel_type="web")
    floor.describe(work, '"filler":"' + "\u4e16" * 2_500 + '"')
    people = f"conversations.twilio.com/v1/Conversations/{opened.conversation}/Participants"
    for n in range(45):
        floor.rehearsal.api("POST", people, Identity=f"{n:03d}{'i' * 200}")
    status, body, changes = parks(floor, opened, work)
    assert (status, changes) == (422, [])
    assert "Sync document" in json.dumps(body)
    assert floor.task_of(work)["assignment_status"] == "assigned"


def test_attributes_of_the_conversation_stay_as_they_are(floor: Floor) -> None:
    """They belong to others: 16 KB of them, odd keys and digits included, are the same before and after."""
    customer, opened, work = floor.accepted(floor.ada, "support")
    address = f"conversations.twilio.com/v1/Conversations/{opened.conversation}"
    others = '{"pre_engagement_data":{"__proto__":12345678901234567890},"x":"' + "\u05d0" * 7_900 + '"}'
    floor.rehearsal.api("POST", address, Attributes=others)
    assert parks(floor, opened, work)[1]["status"] == "parked"
    woken(floor, customer, opened)
    assert floor.rehearsal.api("GET", address)["attributes"] == others


@pytest.mark.parametrize(
    "name", ["Zo\u00eb \u05e9\u05dc\u05d5\u05dd \U0001f600", "__proto__", "constructor", 'a"b\\c', "x" * 200]
)
def test_a_customer_of_any_name_is_known_again(floor: Floor, name: str) -> None:
    """Web chat customers have identities, of whatever text."""
    customer, opened, _ = floor.parked(floor.ada, channel_type="web", customer=name)
    assert floor.ada.list()[0]["customer"] == name
    woken(floor, customer, opened)


@pytest.mark.parametrize(
    "text",
    ["\u202e\u05e9\u05dc\u05d5\u05dd", "\U0001f600" * 400, '{"Author": "x", "EventType": "y"}', "a=b&Author=c&v=9"],
)
def test_a_message_of_any_text_wakes(floor: Floor, text: str) -> None:
    """What it says is nothing that the functions look at."""
    customer, opened, _ = floor.parked(floor.ada)
    floor.ada.goes(available=False)
    assert [answer["status"] for answer in customer.writes(opened, text)] == [200]
    assert len(floor.live_tasks(opened)) == 1
