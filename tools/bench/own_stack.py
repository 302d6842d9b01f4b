"""The life of the project's own stack by the plain Pulumi CLI."""

from collections.abc import Iterator
from contextlib import contextmanager

from flexpark.cli.rehearsal import Rehearsal
from tools.bench.ground import open_ground
from tools.bench.life import Step, Steps, live
from tools.bench.rows import Row


def bench() -> list[Row]:
    """Create and `noop_unpinned` with the stack file as it stands; then look-ups are pinned, as for one in use."""
    return live("own_stack", _ground)


@contextmanager
def _ground() -> Iterator[tuple[Rehearsal, Steps]]:
    with open_ground("own_stack") as rehearsal:
        yield rehearsal, _steps(rehearsal)


def _steps(rehearsal: Rehearsal) -> Steps:
    def up() -> object:
        return rehearsal.pulumi("up", "--yes", "--skip-preview")

    def preview() -> object:
        return rehearsal.pulumi("preview", "--expect-no-changes")

    return (
        Step("create", up),
        Step("noop_unpinned", preview),
        Step("noop", preview, prepare=lambda: pin(rehearsal)),
        Step("refresh", lambda: rehearsal.pulumi("refresh", "--yes", "--skip-preview")),
        Step("change", up, prepare=lambda: rehearsal.configure("park", {"list_ttl": {"default": "48h"}})),
        Step(
            "destroy",
            lambda: rehearsal.pulumi("destroy", "--yes", "--skip-preview"),
            prepare=lambda: rehearsal.pulumi("state", "unprotect", "--all", "--yes"),
        ),
    )


def pin(rehearsal: Rehearsal) -> None:
    """Pin all look-ups in the stack file, as `flexpark adopt` does."""
    account = rehearsal.account
    rehearsal.configure("pinned", {"workspaceSid": account["workspaceSid"], "queues": dict(account["queues"])})
