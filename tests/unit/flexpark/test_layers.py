"""Layers build on layers, and every value knows where it was written."""

from typing import Any

import pytest

from flexpark import ConfigurationError, QueueToCreate, resolve_environment
from flexpark.environment.explain import Explained, explain, keys
from tests.unit.flexpark.building import STACK_FILE, Project

FOLDER = "templates/environments"
BASE = "queues:\n  - {name: A, create: {}}\n  - {name: B, existing: {name: Bee}}\ndefault_queue: A\n"


def layers(project: Project, **texts: str) -> Project:
    """Layers by name, and a stack file over the one called `top`."""
    for name, text in texts.items():
        project.write(f"{FOLDER}/{name}.yaml", text)
    return project.stack(layer="top")


def value(project: Project, key: str) -> Explained:
    """The one value of a key."""
    (found,) = explain(resolve_environment(project.root, "acme-dev"), key)
    return found


def test_a_layer_lies_over_those_that_it_extends(project: Project) -> None:
    """Base, class of customer, region: each later one wins, and what none of them says is from below."""
    layers(
        project,
        base=BASE + "park: {known_worker: {timeout: 10}, reinvites: 1, task_timeout: 100}\n",
        premium="extends: base\npark: {known_worker: {timeout: 20}, reinvites: 3}\n",
        europe="park: {known_worker: {timeout: 30}}\n",
        top="extends: [premium, europe]\n",
    )
    park = project.load().park
    assert (park.known_worker.timeout, park.reinvites, park.task_timeout) == (30, 3, 100)


def test_a_layer_that_is_reached_twice_counts_once_and_first(project: Project) -> None:
    """Otherwise the base would come again over what refines it."""
    layers(
        project,
        base=BASE + "park: {reinvites: 1}\n",
        premium="extends: base\npark: {reinvites: 3}\n",
        europe="extends: base\n",
        top="extends: [premium, europe]\n",
    )
    assert project.load().park.reinvites == 3
    assert resolve_environment(project.root, "acme-dev").layers == ("base", "premium", "europe", "top")


def test_a_mapping_changes_a_list_by_name(project: Project) -> None:
    """An item keeps its place and what is not said of it; a new one comes last; false removes."""
    layers(project, base=BASE, top="extends: base\nqueues:\n  C: {create: {task_order: LIFO}}\n")
    project.stack(layer="top", queues={"A": {"create": {"max_reserved_workers": 2}}, "B": False, "D": {"create": {}}})
    environment = project.load()
    assert [queue.name for queue in environment.queues] == ["A", "C", "D"]
    made = {queue.name: queue.create or QueueToCreate() for queue in environment.queues}
    assert (made["C"].task_order, made["A"].max_reserved_workers) == ("LIFO", 2)


def test_by_name_the_other_way_to_have_a_queue_goes(project: Project) -> None:
    """A queue is created or existing, found by name or by SID: the upper file decides, whole."""
    layers(project, top=BASE)
    project.stack(layer="top", queues={"A": {"existing": {"name": "Ay"}}, "B": {"existing": {"sid": "WQ" + "1" * 32}}})
    queues = project.load().queues
    assert [(queue.create, queue.existing and (queue.existing.name, queue.existing.sid)) for queue in queues] == [
        (None, ("Ay", None)),
        (None, (None, "WQ" + "1" * 32)),
    ]


WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "an unknown layer, with the way to it": (
        {"top": "extends: middle\n", "middle": "extends: [bse]\n", "base": BASE},
        f'{FOLDER}/middle.yaml:1: extends[0]: there is no layer "bse" (top -> middle -> bse)',
        "did you mean base?",
    ),
    "a cycle, with all of it": (
        {"top": BASE + "extends: a\n", "a": "# a\nextends: b\n", "b": "extends: a\n"},
        f"{FOLDER}/b.yaml:1: extends: makes a cycle: top -> a -> b -> a",
        "a layer may not build on itself",
    ),
    "itself": (
        {"top": BASE + "extends: top\n"},
        f"{FOLDER}/top.yaml:5: extends: makes a cycle: top -> top",
        "a layer may not build on itself",
    ),
    "no name": ({"top": BASE + "extends: [3]\n"}, f"{FOLDER}/top.yaml:5: extends[0]: is 3", "a layer's name"),
    "a way out of the folder": (
        {"top": BASE + "extends: ../../x\n"},
        f'{FOLDER}/top.yaml:5: extends: there is no layer "../../x"',
        "allowed:",
    ),
    "a wrong type three levels deep, two layers down": (
        {"top": "extends: base\n", "base": BASE + "park:\n  known_worker:\n    timeout: soon\n"},
        f'{FOLDER}/base.yaml:7: park.known_worker.timeout: is "soon"',
        "a whole number",
    ),
    "a secret": (
        {"top": BASE + "park:\n  resume:\n    queue: {secure: v1:abc}\n"},
        f"{FOLDER}/top.yaml:7: park.resume.queue: is a secret",
        "put it into the stack file",
    ),
    "a change of what is not there": (
        {"top": "extends: base\nqueues:\n  Z: false\n", "base": BASE},
        f'{FOLDER}/top.yaml:3: queues.Z: there is no "Z" below to remove',
        "allowed: A, B",
    ),
    "a change that is none": (
        {"top": "extends: base\nqueues: {A: 3}\n", "base": BASE},
        f"{FOLDER}/top.yaml:2: queues.A: is 3",
        "or false, which removes it",
    ),
    "a new name for an item": (
        {"top": "extends: base\nqueues: {A: {name: Z}}\n", "base": BASE},
        f"{FOLDER}/top.yaml:2: queues.A.name: is given twice",
        "another name is another item",
    ),
    "a wrong value in an item changed by name": (
        {"top": "extends: base\nqueues:\n  A:\n    create: {task_order: LILO}\n", "base": BASE},
        f'{FOLDER}/top.yaml:4: queues.A.create.task_order: is "LILO"',
        "FIFO or LIFO",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_layers_is_told_with_file_and_line(project: Project, name: str) -> None:
    """The place, what is wrong, what is allowed; nothing else is blamed for it."""
    texts, told, allowed = WRONG[name]
    layers(project, **texts)
    problems = resolve_environment(project.root, "acme-dev").problems
    said = [str(problem) for problem in problems if str(problem).startswith(told)]
    assert len(said) == 1 and allowed in said[0], [str(problem) for problem in problems]
    assert len(problems) == 1, [str(problem) for problem in problems]


def test_a_value_is_explained_with_what_it_replaced(project: Project) -> None:
    """File and line, the nearest file below first."""
    layers(
        project,
        base=BASE + "park:\n  reinvites: 1\n",
        top="extends: base\npark:\n  reinvites: 2\n",
    )
    project.text("  flexpark:park:\n    reinvites: 3\n")
    text = (project.root / STACK_FILE).read_text().replace("layer: standard", "layer: top")
    project.write(STACK_FILE, text)
    found = value(project, "park.reinvites")
    assert (found.value, found.where, found.replaced_key) == (3, f"{STACK_FILE}:9", "park.reinvites")
    assert [(one.where, one.value) for one in found.replaced] == [
        (f"{FOLDER}/top.yaml:3", 2),
        (f"{FOLDER}/base.yaml:6", 1),
    ]
    assert value(project, "flexpark:park.reinvites") == found
    assert value(project, "park.task_timeout").where == "default"


def test_items_are_explained_by_name_through_changes_by_name(project: Project) -> None:
    """Also after one before them was removed; a list that is replaced is told as one."""
    layers(
        project,
        base=BASE,
        top="extends: base\nqueues:\n  A: false\n  B:\n    existing: {name: Bea}\ndefault_queue: B\n",
    )
    found = value(project, "queues[B].existing.name")
    assert (found.value, found.where) == ("Bea", f"{FOLDER}/top.yaml:5")
    assert value(project, "queues.B.name").where == f"{FOLDER}/base.yaml:3"
    project.stack(layer="top", queues=[{"name": "Q", "create": {}}], default_queue="Q")
    whole = value(project, "queues[Q].name")
    assert whole.replaced_key == "queues" and whole.replaced[0].where.startswith(f"{FOLDER}/top.yaml")


def test_an_unknown_key_is_told_with_those_there_are(project: Project) -> None:
    """At the level where it leaves what there is."""
    with pytest.raises(ConfigurationError, match=r'there is no "timeot" in park.known_worker') as caught:
        value(project, "park.known_worker.timeot")
    assert "did you mean timeout? allowed: timeout, when_unavailable" in caught.value.remedy


def test_what_is_wrong_can_be_explained(project: Project) -> None:
    """That is when it is needed: the files' own words, without defaults."""
    project.stack(park={"reinvites": "many"})
    assert value(project, "park.reinvites").value == "many"


def test_every_key_that_is_offered_can_be_explained(project: Project) -> None:
    """What a shell completes is understood."""
    resolved = resolve_environment(project.root, "acme-dev")
    offered: list[Any] = keys(resolved)
    assert {"park", "park.known_worker.timeout", "queues[Everyone].existing.name", "twilio:accountSid"} <= set(offered)
    assert all(explain(resolved, key) for key in offered)
