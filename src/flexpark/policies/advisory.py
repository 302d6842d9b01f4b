"""Advisory rules: allowed, and hardly ever meant."""

from collections.abc import Iterator

from flexpark.environment.model import Environment
from flexpark.policies.model import Circumstances, Finding
from flexpark.rendering.bundle import Bundle
from flexpark.rendering.workflow import placeholder_sids
from taskrouter import advise_workflow, parse_workflow


def unused_queues(environment: Environment, _: Bundle, __: Circumstances) -> Iterator[Finding]:
    """A queue that the stack creates and sends nothing to: no route, not the default, not where resumes go."""
    used = {environment.default_queue, environment.park.resume.queue, *(route.queue for route in environment.routes)}
    for queue in environment.queues:
        if queue.create is not None and queue.name not in used:
            yield f"queues: {queue.name}", "gets no new work: no route, default_queue or park.resume.queue names it"


def unreachable_filters(environment: Environment, bundle: Bundle, _: Circumstances) -> Iterator[Finding]:
    """Steps of the workflow that no task comes to."""
    if bundle.workflow is None:
        return
    workflow = parse_workflow(bundle.workflow.configuration(placeholder_sids(environment)))
    for problem in advise_workflow(workflow):
        yield f"workflow: {problem.path}", f"{problem.what} ({problem.allowed})"
