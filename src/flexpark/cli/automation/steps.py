"""What an operation of the engine tells: steps as they happen, and the result at the end."""

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pulumi import automation as auto

STACK_TYPE = "pulumi:pulumi:Stack"
UNCHANGED = frozenset({"same", "read", "read-replacement"})
_STYLE = re.compile(r"<\{%.*?%\}>|\x1b\[[0-9;]*m")

State = Literal["begun", "done", "failed"]
OnEvent = Callable[["auto.EngineEvent"], object]


def name_of(urn: str) -> str:
    """The logical name in a URN."""
    return urn.rsplit("::", 1)[-1]


@dataclass(frozen=True)
class Step:
    """One thing done to one resource.

    `op` is the engine's word (`create`, `update`, `delete`, `replace`, `create-replacement`, `same` ...). `identity` is
    the provider's id, where it is known. `diffs` names the properties that change. `old` and `new` are the inputs
    before and after, with secrets blotted out by the engine (`[secret]`). At preview, `done` means planned.
    """

    urn: str
    type: str
    op: str
    state: State
    identity: str = ""
    diffs: tuple[str, ...] = ()
    protect: bool = False
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The logical name."""
        return name_of(self.urn)

    @property
    def changes(self) -> bool:
        """Whether it changes something at the provider, or at a component."""
        return self.op not in UNCHANGED


OnStep = Callable[[Step], object]


@dataclass(frozen=True)
class Result:
    """How an operation ended well.

    `steps` are those that changed something (at preview: would change), in the order in which they ended; `changes`
    counts them by operation, `unchanged` counts the rest. `outputs` are the stack's outputs, secrets as `[secret]`.
    `warnings` are the engine's and the provider's. `seconds` is its time, from the engine's start.
    """

    operation: str
    steps: tuple[Step, ...]
    unchanged: int
    outputs: Mapping[str, Any]
    warnings: tuple[str, ...]
    seconds: float

    @property
    def changes(self) -> Mapping[str, int]:
        """How many resources by operation: `{"create": 3}`; empty where nothing changes."""
        return dict(Counter(step.op for step in self.steps))


class Recorder:
    """Collects one operation's events. The engine sends them in order, from one thread."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._done: dict[tuple[str, str], Step] = {}
        self._unchanged: set[str] = set()
        self._outputs: Mapping[str, Any] = {}
        self.warnings: list[str] = []
        self.errors: list[str] = []
        self.policies: list[str] = []

    def see(self, event: "auto.EngineEvent") -> Step | None:
        """Take one event in; the step that it tells of, if any."""
        if event.diagnostic_event is not None:
            self._hear(event.diagnostic_event)
        elif event.policy_event is not None and event.policy_event.enforcement_level == "mandatory":
            self.policies.append(_plain(event.policy_event.message))
        elif event.resource_pre_event is not None:
            return _step(event.resource_pre_event.metadata, "begun")
        elif event.res_outputs_event is not None:
            return self._finish(event.res_outputs_event.metadata)
        elif event.res_op_failed_event is not None:
            return _step(event.res_op_failed_event.metadata, "failed")
        return None

    def result(self, operation: str) -> Result:
        """All of it, once the engine has ended well."""
        steps = tuple(self._done.values())
        unchanged = len(self._unchanged - {step.urn for step in steps})
        took = time.monotonic() - self._began
        return Result(operation, steps, unchanged, self._outputs, tuple(self.warnings), took)

    def _finish(self, metadata: "auto.StepEventMetadata") -> Step:
        step = _step(metadata, "done")
        if step.type == STACK_TYPE:
            self._outputs = dict((metadata.new.outputs if metadata.new else None) or {})
        elif step.changes:
            self._done[step.urn, step.op] = step
        else:
            self._unchanged.add(step.urn)
        return step

    def _hear(self, said: "auto.DiagnosticEvent") -> None:
        text = _plain(said.message)
        known = {"error": self.errors, "warning": self.warnings}.get(said.severity)
        if known is not None and text and text not in known:
            known.append(text)


def _step(metadata: "auto.StepEventMetadata", state: State) -> Step:
    old, new = metadata.old, metadata.new
    now = new or old
    return Step(
        urn=metadata.urn,
        type=metadata.type,
        op=metadata.op.value,
        state=state,
        identity=(now.id if now else "") or "",
        diffs=tuple(metadata.detailed_diff or metadata.diffs or ()),
        protect=bool(now and now.protect),
        old=(old.inputs if old else None) or {},
        new=(new.inputs if new else None) or {},
    )


def _plain(text: str) -> str:
    return _STYLE.sub("", text).strip()
