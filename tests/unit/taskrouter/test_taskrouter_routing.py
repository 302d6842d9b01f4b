"""Where tasks go and to whom: the park workflow, and what Twilio's pages say of timeouts, skips and order."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from taskrouter import Match, Position, Worker, counts, eligible, members, parse_workflow, skips, targets_for

SALES, SUPPORT, EVERYONE = ("WQ" + letter * 32 for letter in "abe")
SKILLED = 'skills HAS "support"'


def route(task: dict[str, Any], *filters: dict[str, Any], default: str | None = EVERYONE) -> Match:
    """The way of a task through these filters."""
    routing = {"filters": list(filters), "default_filter": {"queue": default} if default else None}
    return targets_for(parse_workflow({"task_routing": routing}), task)


def resumes(queue: str, **known: Any) -> dict[str, Any]:
    """The filter of one queue in the park workflow: the known worker first, then the queue."""
    known_target = {"queue": queue, "timeout": 120, "known_worker_sid": "task.originalRouting.workerSid", **known}
    return {
        "filter_friendly_name": f"to {queue[-1]}",
        "expression": f'originalRouting.queueSid == "{queue}"',
        "targets": [known_target, {"queue": queue}],
    }


def always(*targets: dict[str, Any]) -> dict[str, Any]:
    """A filter that every task matches."""
    return {"expression": "1==1", "targets": list(targets)}


def agent(name: str, **fields: Any) -> Worker:
    """An available Support worker."""
    return Worker(sid=f"WK-{name}", friendly_name=name, **{"attributes": {"skills": ["support"]}, **fields})


def parked(queue: str, worker: str | None) -> dict[str, Any]:
    """A resumed task's attributes."""
    return {"originalRouting": {"queueSid": queue, "queueName": "", "workerSid": worker}}


def test_a_resumed_task_goes_to_its_worker_and_then_to_its_queue() -> None:
    """The filter of the original queue holds; its first target names the worker, the second nobody."""
    match = route(parked(SUPPORT, "WK-ann"), resumes(SALES), resumes(SUPPORT))
    assert (match.filter, match.filter_index, match.is_default) == ("to b", 1, False)
    first, second = match.targets
    assert (first.queue, first.timeout, first.known_worker_sid) == (SUPPORT, 120, "WK-ann")
    assert (second.queue, second.timeout, second.known_worker) == (SUPPORT, None, None)
    workers = [agent("ben"), agent("ann"), agent("sal", attributes={"skills": ["sales"]})]
    assert [worker.friendly_name for worker in eligible(workers, SKILLED, first, {})] == ["ann"]
    assert [worker.friendly_name for worker in eligible(workers, SKILLED, second, {})] == ["ben", "ann"]


def test_new_work_goes_to_the_default_filter() -> None:
    """A task without originalRouting matches none of the filters."""
    match = route({"topic": "sales"}, resumes(SALES), resumes(SUPPORT))
    assert match.is_default
    assert (match.filter, match.filter_index, [target.queue for target in match.targets]) == (None, None, [EVERYONE])


def test_without_a_default_filter_a_stranger_goes_nowhere() -> None:
    """No filter, no default: the task is cancelled."""
    match = route({}, resumes(SALES), default=None)
    assert (match.first, match.targets, match.is_default) == (None, (), False)


def test_nobody_matches_a_known_worker_that_is_null_or_elsewhere() -> None:
    """The task waits there for its timeout (documented): the name is null, of another queue, or missing."""
    for task in (parked(SUPPORT, None), parked(SUPPORT, "WK-sal"), {"originalRouting": {"queueSid": SUPPORT}}):
        target = route(task, resumes(SUPPORT)).targets[0]
        assert target.known_worker is not None
        workers = [agent("ann"), agent("sal", attributes={"skills": ["sales"]})]
        assert eligible(workers, SKILLED, target, task) == []


def test_a_known_worker_can_be_named_by_friendly_name() -> None:
    """The other documented form."""
    named = {"queue": SUPPORT, "timeout": 5, "known_worker_friendly_name": "task.agent.name"}
    target = route({"agent": {"name": "ann"}}, always(named)).targets[0]
    assert (target.known_worker_friendly_name, target.known_worker_sid) == ("ann", None)
    assert [worker.sid for worker in eligible([agent("ben"), agent("ann")], "1==1", target, {})] == ["WK-ann"]


def test_only_workers_that_can_take_the_task_are_asked() -> None:
    """In the queue, in an available activity, with room on the channel, and fit for the target's expression."""
    target = route({}, always({"queue": SUPPORT, "expression": "task.language IN worker.languages"})).targets[0]
    fit = {"skills": ["support"], "languages": ["en"]}
    workers = [
        agent("fit", attributes=fit),
        agent("away", attributes=fit, available=False),
        agent("full", attributes=fit, has_capacity=False),
        agent("mute"),
        agent("elsewhere", attributes={"languages": ["en"]}),
    ]
    asked = eligible(workers, SKILLED, target, {"language": "en"})
    assert [worker.friendly_name for worker in asked] == ["fit"]
    assert [worker.friendly_name for worker in members(workers, SKILLED)] == ["fit", "away", "full", "mute"]
    assert members(workers, "") == []


def test_twilios_own_fields_are_known_of_a_worker() -> None:
    """`sid`, `friendly_name`, `activity_sid`, `activity_name` and channels, whatever the attributes claim."""
    worker = agent(
        "ann", activity_name="On call", attributes={"sid": "forged"}, channels={"sms": {"assigned_tasks": 1}}
    )
    assert members([worker], 'sid == "WK-ann" AND friendly_name == "ann" AND activity_name == "On call"') == [worker]
    assert members([worker], "worker.channel.sms.assigned_tasks == 1") == [worker]


def test_workers_are_asked_in_order() -> None:
    """The longest idle first; `order_by` before that, and those without the attribute last in either direction."""
    workers = [
        agent("new", idle_since=30, attributes={"level": 1}),
        agent("old", idle_since=10, attributes={"level": 1}),
        agent("top", idle_since=20, attributes={"level": 9}),
        agent("none", idle_since=0),
    ]

    def asked(**order: str) -> list[str]:
        target = route({}, always({"queue": SUPPORT, **order})).targets[0]
        return [worker.friendly_name for worker in eligible(workers, "1==1", target, {})]

    assert asked() == ["none", "old", "top", "new"]
    assert asked(order_by="worker.level DESC") == ["top", "old", "new", "none"]
    assert asked(order_by="worker.level ASC") == ["old", "new", "top", "none"]


def test_ties_are_broken_by_the_next_clause() -> None:
    """Twilio's example: equal in finance, Bob's support is lower."""
    alice = agent("alice", attributes={"finance": 10, "support": 8})
    bob = agent("bob", idle_since=5, attributes={"finance": 10, "support": 5})
    target = route({}, always({"queue": SALES, "order_by": "worker.finance ASC, worker.support ASC"})).targets[0]
    assert eligible([alice, bob], "1==1", target, {}) == [bob, alice]


def test_a_skip_counts_the_queue_and_not_the_known_worker() -> None:
    """`workers.available` sees every member; only `1==1` skips because one certain worker is away."""
    ann, ben = agent("ann", available=False, activity_sid="WA1"), agent("ben", activity_sid="WA2")
    assert counts([ann, ben]) == {"available": 1, "unavailable": 1, "WA1": 1, "WA2": 1}
    task = parked(SUPPORT, "WK-ann")
    waits, counted, always_skips = (
        route(task, resumes(SUPPORT, **extra)).targets[0]
        for extra in ({}, {"skip_if": "workers.available == 0"}, {"skip_if": "1==1"})
    )
    assert [skips(target, [ann, ben]) for target in (waits, counted, always_skips)] == [False, False, True]
    assert skips(counted, [ann])


def test_later_targets_inherit_the_queue_alone() -> None:
    """Priority None leaves the task's as it is; timeouts and expressions are not inherited (documented)."""
    first = {"queue": SALES, "priority": "1", "timeout": 300, "expression": "worker.level > 1"}
    _, second, third = route({}, always(first, {"priority": 10, "timeout": 5}, {})).targets
    assert (second.queue, second.priority, second.timeout, second.expression) == (SALES, 10, 5, None)
    assert (third.queue, third.priority, third.timeout) == (SALES, None, None)


def way(match: Match, *skipped: bool) -> list[int | None]:
    """The filters a task passes, leaving each step as told: by a skip (true) or a timeout."""
    passed: list[int | None] = []
    position: Position | None = Position()
    for skip in (*skipped, False):
        step = match.at(position) if position else None
        if position is None or step is None:
            break
        passed.append(step.filter_index)
        position = match.after(position, skipped=skip)
    return passed


def test_a_timeout_goes_on_to_the_next_matching_filter_and_never_to_the_default() -> None:
    """ "The `default_filter` does not count as a subsequent filter for the purposes of a timeout.\""""
    short = {"queue": SALES, "timeout": 5}
    never = {"expression": "1==2", "targets": [short]}
    match = route({}, always(short, short), never, always(short))
    assert way(match, False, False, False) == [0, 0, 2]
    assert way(match, False, False, True) == [0, 0, 2]


def test_who_skips_every_filter_reaches_the_default() -> None:
    """ "Tasks that skip a named filter still qualify for the `default_filter`.\""""
    short = {"queue": SALES, "timeout": 5, "skip_if": "1==1"}
    assert way(route({}, always(short), always(short)), True, True) == [0, 1, None]
    assert way(route({}, always(short, short)), False, True) == [0, 0, None]
    assert way(route({}, always(short), default=None), True) == [0]


def test_the_package_knows_neither_twilio_nor_pulumi_nor_flexpark() -> None:
    """Importing it brings lark and the standard library alone, and does not build the parser."""
    code = (
        "import sys, taskrouter; from taskrouter.parsing import _parser; "
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'flexpark', 'pulumi', 'twilio', 'twilio_emulator'}), "
        "_parser.cache_info().currsize)"
    )
    source = Path(__file__).parents[3] / "src"
    run = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(source)}, capture_output=True, text=True, check=True
    )
    assert run.stdout.split("\n")[0] == "[] 0"
