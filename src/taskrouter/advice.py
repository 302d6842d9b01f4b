"""What Twilio allows in a workflow and hardly anybody means: steps nobody reaches, tasks that fall out.

https://www.twilio.com/docs/taskrouter/workflow-configuration, "Evaluation"
"""

from collections.abc import Iterator

from taskrouter.errors import Problem
from taskrouter.workflow import Filter, Workflow


def advise_workflow(workflow: Workflow) -> list[Problem]:
    """Advice on a workflow that breaks no rule; an empty list when there is none."""
    return list(_advice(workflow))


def _advice(workflow: Workflow) -> Iterator[Problem]:
    if workflow.default_filter is None:
        yield Problem(
            "task_routing.default_filter", "is missing: a task that no filter matches is cancelled", "a default_filter"
        )
    for index, filter_ in enumerate(workflow.filters):
        for number, before in enumerate(workflow.filters[:index]):
            if _keeps_all_of(before, filter_):
                what = f"is never reached: filter {number} takes its tasks and keeps them"
                yield Problem(
                    f"task_routing.filters[{index}]", what, f"before filter {number}, or with tasks of its own"
                )
                break
        path = f"task_routing.filters[{index}].targets"
        *earlier, last = filter_.targets
        for step, target in enumerate(earlier):
            if target.timeout is None and target.skip_if is None:
                yield Problem(f"{path}[{step + 1}]", "is never reached", f"a timeout or skip_if on target {step}")
            if target.known_worker is not None and target.timeout is None:
                yield Problem(f"{path}[{step}]", "waits for a known worker for good", "a timeout")
        if last.timeout is not None:
            yield Problem(
                f"{path}[{len(earlier)}].timeout",
                "cancels the task, unless a later filter matches it too",
                "no timeout on the last target",
            )


def _keeps_all_of(earlier: Filter, later: Filter) -> bool:
    """Whether every task of the later filter is taken by the earlier one, for good. False where nobody can tell.

    A task leaves a filter, for the next one that matches, when the time-out of its last target has passed.
    """
    takes_all = not any(earlier.expression.keys()) and earlier.expression.matches({})
    return (takes_all or earlier.expression == later.expression) and earlier.targets[-1].timeout is None
