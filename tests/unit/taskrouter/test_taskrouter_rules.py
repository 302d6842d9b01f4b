"""The rules of a workflow configuration: each broken one is named, with its place and what is allowed."""

from typing import Any

import pytest

from taskrouter import WorkflowError, advise_workflow, check_workflow, parse_workflow

SALES = "WQ" + "a" * 32
EVERYONE = "WQ" + "e" * 32
AGENT = "task.originalRouting.workerSid"


def workflow(*targets: Any, expression: Any = "1==1", **routing: Any) -> dict[str, Any]:
    """A valid configuration with one filter; a test says only what matters."""
    filter_ = {"filter_friendly_name": "Sales", "expression": expression, "targets": list(targets)}
    return {"task_routing": {"filters": [filter_], "default_filter": {"queue": EVERYONE}, **routing}}


def target(**fields: Any) -> dict[str, Any]:
    """A valid target."""
    return {"queue": SALES, **fields}


@pytest.mark.parametrize(
    "configuration",
    [
        {"task_routing": {"default_filter": {"queue": EVERYONE}}},
        {"task_routing": {"filters": [], "default_filter": {"queue": EVERYONE}}},
        workflow(target(priority=1, timeout=300), {"priority": 10}),
        workflow(target(priority="10", timeout="300"), target()),
        workflow(target(timeout=120, known_worker_sid=AGENT, skip_if="1==1"), target()),
        workflow(target(known_worker_friendly_name="task.agent", timeout=5), target()),
        workflow(target(expression="task.language IN worker.languages", order_by="worker.level DESC, worker.age ASC")),
        workflow(target(skip_if=f"workers.available == 0 OR workers.WA{'0' * 32} < 2"), target()),
        workflow(target(), expression="originalRouting.queueSid == 'x'"),
        workflow(target(), default_filter=None),
    ],
)
def test_what_twilio_documents_is_allowed(configuration: dict[str, Any]) -> None:
    """The shapes of Twilio's own pages have no problems."""
    assert check_workflow(configuration) == []
    parse_workflow(configuration)


FIRST = "task_routing.filters[0].targets[0]"


@pytest.mark.parametrize(
    ("configuration", "path", "says"),
    [
        ([], "$", "is no object"),
        ({}, "task_routing", "is missing"),
        ({"task_routing": {}}, "task_routing", "routes nothing"),
        ({**workflow(target()), "filters": []}, "filters", "is not a key here"),
        (workflow(target(), filters="all"), "task_routing.filters", "is no list"),
        (workflow(target(), filters=[1]), "task_routing.filters[0]", "is no object"),
        (workflow(target(), expression=None), "task_routing.filters[0].expression", "is missing"),
        (workflow(target(), expression=1), "task_routing.filters[0].expression", "is no string"),
        (workflow(target(), expression="a ="), "task_routing.filters[0].expression", "line 1, column 3"),
        (workflow(target(), expression="worker.a == 1"), "task_routing.filters[0].expression", "worker.a"),
        (workflow(), "task_routing.filters[0].targets", "is empty"),
        (workflow(1), FIRST, "is no object"),
        (workflow({}), f"{FIRST}.queue", "is missing"),
        (workflow(target(queue="Sales")), f"{FIRST}.queue", "no TaskQueue SID"),
        (workflow(target(), target(queue="WQ1")), "task_routing.filters[0].targets[1].queue", "no TaskQueue SID"),
        (workflow(target(timeout=0)), f"{FIRST}.timeout", "out of range"),
        (workflow(target(timeout=1.5)), f"{FIRST}.timeout", "no whole number"),
        (workflow(target(timeout=True)), f"{FIRST}.timeout", "no whole number"),
        (workflow(target(priority=-1)), f"{FIRST}.priority", "out of range"),
        (workflow(target(priority=2**31)), f"{FIRST}.priority", "out of range"),
        (workflow(target(expression="language == 'en'")), f"{FIRST}.expression", "say whose they are"),
        (workflow(target(skip_if="task.urgent == true")), f"{FIRST}.skip_if", "counts the queue's workers"),
        (workflow(target(skip_if="workers.WA1 == 1")), f"{FIRST}.skip_if", "counts the queue's workers"),
        (workflow(target(order_by="level DESC")), f"{FIRST}.order_by", "no attribute of the worker"),
        (workflow(target(order_by="worker.level")), f"{FIRST}.order_by", "is no order"),
        (workflow(target(known_worker_sid="WK" + "0" * 32)), f"{FIRST}.known_worker_sid", "does not refer"),
        (workflow(target(known_worker_sid="task.a", known_worker_friendly_name="task.b")), FIRST, "in two ways"),
        (workflow(target(know_worker_sid="task.a")), f"{FIRST}.know_worker_sid", "is not a key here"),
        (
            workflow(target(), default_filter={"queue": EVERYONE, "timeout": 5}),
            "task_routing.default_filter.timeout",
            "is not a key here",
        ),
        (workflow(target(), default_filter={}), "task_routing.default_filter.queue", "is missing"),
    ],
)
def test_a_broken_rule_is_named(configuration: Any, path: str, says: str) -> None:
    """One problem, at its JSON path, which says what is wrong and what is allowed; the model refuses the same."""
    (problem,) = check_workflow(configuration)
    assert problem.path == path
    assert says in problem.what
    assert problem.allowed
    with pytest.raises(WorkflowError) as refused:
        parse_workflow(configuration)
    assert refused.value.problems == (problem,)


def test_every_problem_is_told_at_once() -> None:
    """Nobody corrects a workflow one message at a time."""
    configuration = workflow(target(queue="x", timeout=0, skip_if="?"), expression="", default_filter={})
    assert [problem.path.rpartition(".")[2] for problem in check_workflow(configuration)] == [
        "expression",
        "queue",
        "timeout",
        "skip_if",
        "queue",
    ]


def test_queues_that_exist_may_be_given() -> None:
    """With the queues given, any string of them is a queue and nothing else is: placeholders before they have SIDs."""
    configuration = workflow(target(queue="<sales>"), default_filter={"queue": "<everyone>"})
    assert check_workflow(configuration, queues={"<sales>", "<everyone>"}) == []
    (problem,) = check_workflow(configuration, queues={"<sales>"})
    assert (problem.path, problem.allowed) == ("task_routing.default_filter.queue", "'<sales>'")


@pytest.mark.parametrize(
    ("configuration", "says"),
    [
        (workflow(target(), default_filter=None), "a task that no filter matches is cancelled"),
        (workflow(target(), target()), "never reached"),
        (workflow(target(timeout=5)), "cancels the task"),
        (workflow(target(known_worker_sid=AGENT, skip_if="workers.available == 0"), target()), "for good"),
    ],
)
def test_what_hardly_anybody_means_is_advised_against(configuration: Any, says: str) -> None:
    """Twilio allows it, so it is advice and no problem."""
    assert check_workflow(configuration) == []
    assert [says in problem.what for problem in advise_workflow(parse_workflow(configuration))] == [True]


@pytest.mark.parametrize(
    ("expressions", "first_timeout", "unreached"),
    [
        (("1==1", 'topic == "a"'), None, ["task_routing.filters[1]"]),
        (('topic == "a"', 'topic == "b"', 'topic  ==  "a"'), None, ["task_routing.filters[2]"]),
        (('topic == "a"', 'topic == "b"'), None, []),
        (("1==2", 'topic == "a"'), None, []),
        (("1==1", 'topic == "a"'), 5, []),
    ],
)
def test_a_filter_behind_one_that_keeps_its_tasks_is_advised_against(
    expressions: tuple[str, ...], first_timeout: int | None, unreached: list[str]
) -> None:
    """Equal or constant conditions are told; a time-out on the last target lets tasks through to later filters."""
    first = target(timeout=first_timeout) if first_timeout else target()
    filters = [{"expression": text, "targets": [target()]} for text in expressions]
    filters[0]["targets"] = [first]
    default = {"queue": first["queue"]}
    advice = advise_workflow(parse_workflow({"task_routing": {"filters": filters, "default_filter": default}}))
    assert [problem.path for problem in advice if "takes its tasks" in problem.what] == unreached
