"""What Twilio allows in a workflow and hardly anybody means: steps nobody reaches, tasks that fall out.

https://www.twilio.com/docs/taskrouter/workflow-configuration, "Evaluation"
"""

from collections.abc import Iterator

from taskrouter.errors import Problem
from taskrouter.workflow import Workflow


def advise_workflow(workflow: Workflow) -> list[Problem]:
    """Advice on a workflow that breaks no rule; an empty list when there is none."""
    return list(_advice(workflow))


def _advice(workflow: Workflow) -> Iterator[Problem]:
    if workflow.default_filter is None:
        yield Problem(
            "task_routing.default_filter", "is missing: a task that no filter matches is cancelled", "a default_filter"
        )
    for index, filter_ in enumerate(workflow.filters):
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
