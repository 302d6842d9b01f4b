"""A plan in words that are safe in public: replaces and deletes first, properties by name, no value, no output.

A comment on GitHub holds 65,536 characters and a note on GitLab a million; people read far less. What does not fit is
counted, the dangerous steps last to be left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flexpark.plan.model import ORDER, Kind, Plan, Step

LIMIT = 60_000
SIGNS: Mapping[Kind, str] = {"replace": "+-", "delete": "-", "update": "~", "import": "=", "create": "+"}
NO_CHANGES = "no changes"
_HEADINGS: Mapping[Kind, str] = {
    "replace": "To replace: deleted and created anew",
    "delete": "To delete",
    "update": "To change in place",
    "import": "To import",
    "create": "To create",
}
_WORDS: Mapping[Kind, tuple[str, str]] = {
    "replace": ("to replace", "replaced"),
    "delete": ("to delete", "deleted"),
    "update": ("to change", "changed"),
    "import": ("to import", "imported"),
    "create": ("to create", "created"),
}
_PATHS = 8  # changed properties of one resource that are named


def headline(plan: Plan, *, done: bool = False) -> str:
    """`2 to delete, 1 to change`: the numbers in one line, the dangerous ones first. When done: `2 deleted`."""
    return ", ".join(f"{number} {_WORDS[kind][done]}" for kind, number in plan.counts.items()) or NO_CHANGES


def as_text(plan: Plan, *, limit: int = LIMIT) -> str:
    """One line for each step."""
    named = ((step, f"{step.resource.type} {step.resource.name}") for step in _sorted(plan))
    lines = (f"  {SIGNS[step.kind]:<2} {name}{_paths(step, '{}')}" for step, name in named)
    return "\n".join(_fitting([f"{plan.stack}: {headline(plan)}"], lines, limit))


def as_markdown(plan: Plan, *, notes: Iterable[str] = (), limit: int = LIMIT) -> str:
    """A comment on a merge or pull request. `notes` are further lines under the heading, such as what a policy says."""
    head = [f"### `{plan.stack}`: {headline(plan)}", *(f"- {_escaped(note)}" for note in notes)]
    return "\n".join(_fitting(head, _markdown_steps(plan), limit)) + "\n"


def as_json(plan: Plan) -> dict[str, Any]:
    """`{stack, counts, same, steps: [{kind, type, name, urn, changed}]}`; nothing is left out."""
    return {
        "stack": plan.stack,
        "counts": dict(plan.counts),
        "same": plan.same,
        "steps": [
            {
                "kind": step.kind,
                "type": step.resource.type,
                "name": step.resource.name,
                "urn": step.resource.urn,
                "changed": list(step.changed),
            }
            for step in _sorted(plan)
        ],
    }


def _sorted(plan: Plan) -> list[Step]:
    return [step for kind in ORDER for step in plan.of_kind(kind)]


def _markdown_steps(plan: Plan) -> Iterator[str]:
    told: Kind | None = None
    for step in _sorted(plan):
        if step.kind != told:
            told = step.kind
            yield f"\n**{_HEADINGS[step.kind]}**\n"
        yield f"- `{step.resource.type}` `{_escaped(step.resource.name)}`{_paths(step, '`{}`')}"


def _paths(step: Step, form: str) -> str:
    if step.kind not in {"update", "replace"} or not step.changed:
        return ""
    named = [form.format(_escaped(path)) for path in step.changed[:_PATHS]]
    more = len(step.changed) - len(named)
    return ": " + ", ".join(named) + (f" and {more} more" if more else "")


def _escaped(text: str) -> str:
    """Text that ends no code span and mentions nobody."""
    return text.replace("`", "'").replace("@", "@\u200b").replace("\n", " ")


def _fitting(head: list[str], lines: Iterable[str], limit: int) -> list[str]:
    """As many lines as fit, then how many are missing."""
    taken, size = list(head), sum(len(line) + 1 for line in head)
    waiting = list(lines)
    for index, line in enumerate(waiting):
        size += len(line) + 1
        if size > limit:
            left = sum(not line.startswith("\n") for line in waiting[index:])
            return [*taken, f"\n... and {left} more steps; `flexpark preview --summary json` tells all"]
        taken.append(line)
    return taken
