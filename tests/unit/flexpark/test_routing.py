"""Where a task goes, offline: the way, its picture, and who would satisfy an expression."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexpark import ConfigurationError, placeholder_sids
from flexpark.routing.diagram import diagram
from flexpark.routing.floor import Floor, Person
from flexpark.routing.satisfy import satisfying
from flexpark.routing.way import Way, resumed, way_of
from taskrouter import parse
from tests.unit.flexpark.building import Project, sid

SALES = {"name": "Sales", "create": {"target_workers": 'skills HAS "sales"'}}
SUPPORT = {"name": "Support", "create": {"target_workers": 'skills HAS "support"'}}
EVERYONE = {"name": "Everyone", "existing": {"name": "Everyone"}}
ROUTES = [{"name": "Sales enquiries", "when": 'topic == "sales"', "queue": "Sales"}]
FLOOR = Floor(
    workers=(
        Person(name="ada", attributes={"skills": ["support"]}),
        Person(name="ben", attributes={"skills": ["support"]}, idle=60),
        Person(name="cleo", attributes={"skills": ["sales"]}),
    )
)


@pytest.fixture
def routed(project: Project) -> Project:
    """Three queues and a route."""
    return project.stack(queues=[SALES, SUPPORT, EVERYONE], routes=ROUTES)


def way(project: Project, attributes: dict[str, Any], *away: str, floor: Floor | None = FLOOR, **park: Any) -> Way:
    """The way of a task, with these settings of the park feature."""
    if park:
        project.stack(queues=[SALES, SUPPORT, EVERYONE], routes=ROUTES, park=park)
    return way_of(project.load(), project.root, attributes, floor, away)


def back(project: Project, queue: str, worker: str) -> dict[str, Any]:
    """The attributes of a woken conversation."""
    return resumed(project.load(), queue, worker, FLOOR)


def ends(found: Way) -> tuple[object, ...]:
    """What expectations compare."""
    return found.outcome, found.filter, found.queue, found.worker, found.after


def test_new_work_goes_by_the_first_route_that_holds(routed: Project) -> None:
    """To who can, and among several to the longest idle."""
    assert ends(way(routed, {"topic": "sales"})) == ("assigned", "Sales enquiries", "Sales", "cleo", 0)
    assert ends(way(routed, {"topic": "else"})) == ("assigned", "default", "Everyone", "ben", 0)


def test_what_was_parked_comes_back_to_who_parked_it(routed: Project) -> None:
    """Though somebody else is idle longer; after the wait to somebody else; for good, when nobody is there."""
    marks = back(routed, "Support", "ada")
    assert ends(way(routed, marks)) == ("assigned", "Resume in Support", "Support", "ada", 0)
    assert ends(way(routed, marks, "ada")) == ("assigned", "Resume in Support", "Support", "ben", 120)
    late = way(routed, marks, "ada", "ben")
    assert ends(late) == ("waiting", "Resume in Support", "Support", None, 120)
    assert [stop.why for stop in late.stops] == [
        "ada is away; on after 120 s",
        "nobody in the queue is available, and this target has no timeout",
    ]


def test_a_skip_goes_on_at_once(routed: Project) -> None:
    """`known_worker.when_unavailable: skip` costs no time."""
    marks = back(routed, "Support", "ada")
    found = way(routed, marks, "ada", known_worker={"when_unavailable": "skip"})
    assert (found.worker, found.after, found.stops[0].end) == ("ben", 0, "skipped")


def test_a_worker_who_left_the_queue_is_told(routed: Project) -> None:
    """The reason is in the queue, not in the presence."""
    found = way(routed, back(routed, "Support", "cleo"))
    assert (found.worker, found.stops[0].why) == ("ben", "cleo is not in the queue; on after 120 s")


def test_destinations_of_their_own_are_followed(routed: Project) -> None:
    """`resume.destination: queue` takes what its customer wakes past the filters by queue."""
    routed.stack(queues=[SALES, SUPPORT, EVERYONE], park={"resume": {"destination": "queue", "queue": "Everyone"}})
    found = way_of(routed.load(), routed.root, resumed(routed.load(), "Support", "ada", FLOOR), FLOOR)
    assert (found.filter, found.queue) == ("Resume: Everyone", "Everyone")


def test_without_a_floor_the_queue_is_told_and_no_more(routed: Project) -> None:
    """Nobody is invented."""
    found = way(routed, {"topic": "sales"}, floor=None)
    assert ends(found) == ("queued", "Sales enquiries", "Sales", None, 0)


def test_every_comparison_is_told_with_what_its_names_hold(routed: Project) -> None:
    """Why a filter holds or does not."""
    [route] = [one for one in way(routed, {"topic": "else"}).filters if one.name == "Sales enquiries"]
    [finding] = route.findings
    assert (finding.text, finding.holds, finding.values) == ('topic == "sales"', False, (("topic", "else"),))


def test_an_existing_queue_takes_whom_the_caller_says(routed: Project) -> None:
    """Its TargetWorkers are in the account; without a word, everyone."""
    floor = FLOOR.model_copy(update={"target_workers": {"Everyone": 'skills HAS "sales"'}})
    assert way(routed, {}, floor=floor).worker == "cleo"


def test_sids_that_the_files_give_are_used(routed: Project) -> None:
    """So attributes copied from a real task find their queue."""
    routed.stack(queues=[SALES, {"name": "Everyone", "existing": {"sid": sid("WQ", 7)}}])
    found = way_of(routed.load(), routed.root, {"originalRouting": {"queueSid": sid("WQ", 7)}})
    assert found.queue == "Everyone"
    assert placeholder_sids(routed.load())["Everyone"] != sid("WQ", 7)


def test_who_and_what_is_not_there_is_refused(routed: Project) -> None:
    """With those there are."""
    with pytest.raises(ConfigurationError, match="there is no queue 'Sale'"):
        back(routed, "Sale", "ada")
    with pytest.raises(ConfigurationError, match="there is no worker 'eve'"):
        back(routed, "Sales", "eve")


def picture(found: Way) -> ET.Element:
    """The picture, read back."""
    return ET.fromstring(diagram(found, "acme-dev"))  # noqa: S314 - our own


def test_the_picture_shows_the_path_and_escapes_what_it_is_given(routed: Project) -> None:
    """One filter and one queue stand out; hostile attributes stay text; nothing lies outside of the picture."""
    hostile = {"topic": "sales", "x": "</text><script>alert(1)</script>", "y": {"z": ["]]>"]}}
    found = picture(way(routed, hostile))
    texts = [element.text or "" for element in found.findall(".//{*}text")]
    assert "Sales enquiries → Sales → cleo" in texts
    assert any("</text><script>" in text for text in texts)
    assert not (found.findall(".//{*}script"))
    assert (
        len([rect for rect in found.findall(".//{*}rect") if rect.get("class") == "card-good"]) == 3
    )  # target, queue, legend
    width, height = float(found.get("width", 0)), float(found.get("height", 0))
    for rect in found.findall(".//{*}rect"):
        right, bottom = (float(rect.get(a, 0)) + float(rect.get(b, 0)) for a, b in (("x", "width"), ("y", "height")))
        assert right <= width and bottom <= height


@given(st.integers(min_value=1, max_value=40), st.text(max_size=80), st.integers(min_value=0, max_value=30))
def test_no_card_lies_over_another(queues: int, name: str, attributes: int) -> None:
    """However many queues there are, and however long their names."""
    from flexpark.routing.walk import Stop  # noqa: PLC0415 - only here
    from flexpark.routing.way import Looked  # noqa: PLC0415 - only here

    names = [f"{number} {name}" for number in range(queues)]
    looked = tuple(
        Looked(one, f'a == "{number}"', number == 3, (), ("x",), (one,), number == 3)
        for number, one in enumerate(names)
    )
    stops = (
        (Stop(3, 1, names[3], None, None, 0, "waits", "w", {str(n): "away" for n in range(12)}),) if queues > 3 else ()
    )
    found = Way(
        {str(n): n for n in range(attributes)}, looked, stops, "waiting" if stops else "cancelled", None, None, None, 0
    )
    drawn = picture(found)
    cards = [
        tuple(float(rect.get(key, 0)) for key in ("x", "y", "width", "height"))
        for rect in drawn.findall(".//{*}rect")
        if rect.get("class") != "page"
    ]
    for number, (x, y, width, height) in enumerate(cards):
        for other_x, other_y, other_width, other_height in cards[number + 1 :]:
            apart = x + width <= other_x or other_x + other_width <= x
            assert apart or y + height <= other_y or other_y + other_height <= y


EXPRESSIONS = {
    'skills HAS "a" AND skills HAS "b"': True,
    'routing.skills HAS "a" AND (level > 3 OR vip == true)': True,
    "NOT (a == 1) AND a != 2": True,
    'lang IN ["en", "fr"] AND x NOT IN ["q"]': True,
    '"en" IN languages': True,
    "worker.a >= 5": True,
    "a == 1 AND a == 2": False,
    "1 == 2": False,
}


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_attributes_are_found_that_satisfy_an_expression(text: str) -> None:
    """What is found holds; where there cannot be any, there is none."""
    found = satisfying(text, "worker")
    assert (found is not None) is EXPRESSIONS[text]
    assert found is None or parse(text).matches_worker(json.loads(json.dumps(found)))
