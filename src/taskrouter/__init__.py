"""Twilio TaskRouter's routing as pure functions: no clock, no network, nothing of Twilio, Pulumi or flexpark.

What enters: texts of expressions, decoded workflow configurations, attributes of tasks and workers.
What leaves: frozen values, and errors that say where, what and what is allowed.

    text ---------- parse ----------> Expression --- matches, matches_worker, skips --> bool
                                                 --- findings --> each comparison, and what its names hold
    configuration - check_workflow -> [Problem]                  everything wrong at once
                  - parse_workflow -> Workflow(filters, default_filter)
                  - advise_workflow -> [Problem]                 allowed, and hardly ever meant
    Workflow + task attributes ------ targets_for -> Match: which filter, which targets in order, what comes after
    Target + workers + task --------- eligible ----> the workers to ask, in order;  skips -> leave the target at once

Start reading in `grammar.lark` (the language), then `evaluation` (what it means), `rules` (what a configuration may
be) and `routing` (where a task goes). `nodes`, `parsing`, `writing`, `names` and `errors` serve them.

What no document of Twilio's settles is decided in one place each:

- a missing attribute compares false (`Missing`, a switch; `evaluation`);
- comparing different types is false, `!=` true (`evaluation`);
- `NOT` before a condition and the constant `null` are accepted, AND binds closer than OR, words in either case
  (Twilio's own examples write `in` and `IN`) (`grammar.lark`);
- strings have no escapes, so some values cannot be quoted (`quote` raises UnquotableError).
"""

from taskrouter.advice import advise_workflow
from taskrouter.errors import ExpressionError, Problem, UnquotableError, WorkflowError
from taskrouter.evaluation import Missing
from taskrouter.expression import Expression, parse
from taskrouter.findings import Finding, findings
from taskrouter.routing import Match, Position, Step, targets_for
from taskrouter.rules import check_workflow
from taskrouter.workers import Worker, counts, eligible, members, skips
from taskrouter.workflow import Filter, KnownWorker, Target, Workflow, parse_workflow
from taskrouter.writing import quote

__all__ = [
    "Expression",
    "ExpressionError",
    "Filter",
    "Finding",
    "KnownWorker",
    "Match",
    "Missing",
    "Position",
    "Problem",
    "Step",
    "Target",
    "UnquotableError",
    "Worker",
    "Workflow",
    "WorkflowError",
    "advise_workflow",
    "check_workflow",
    "counts",
    "eligible",
    "findings",
    "members",
    "parse",
    "parse_workflow",
    "quote",
    "skips",
    "targets_for",
]
