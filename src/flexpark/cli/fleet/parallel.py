"""One piece of work for each stack, several at a time.

What one stack's work raises is its own outcome: it hides and stops nothing of the others. Ctrl-C cancels what is under
way, starts nothing more, and still gives an outcome for each stack.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, TypeAlias

from flexpark.cli.interrupts import GENTLY, Interrupts
from flexpark.errors import Cancelled, FlexparkError, TimedOut

PARALLEL = 4  # stacks at once, where nobody says otherwise
Status = Literal["waiting", "looking", "running", "cancelling", "done", "unchanged", "failed", "cancelled"]


@dataclass(frozen=True)
class Outcome:
    """How one stack's work ended, or where it stands. `told` is one line; `detail` is for `--json`."""

    stack: str
    status: Status = "waiting"
    told: str = ""
    seconds: float = 0.0
    error: FlexparkError | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """Pulumi's exit code of this stack alone."""
        if self.error is not None:
            return self.error.exit_code
        return Cancelled.exit_code if self.status == "cancelled" else 0


Tell: TypeAlias = Callable[[Status, str], None]


class Work(Protocol):
    """What is done for one stack, in a thread of its own."""

    def run(self, tell: Tell) -> Outcome:
        """Do it; `tell` says where it stands. Raises `FlexparkError`."""

    def cancel(self) -> None:
        """Stop it, from another thread."""


def run_all(
    stacks: Sequence[str],
    work_of: Callable[[str], Work],
    *,
    parallel: int,
    watch: Callable[[Outcome], None],
    timeout: float | None = None,
) -> tuple[list[Outcome], bool]:
    """Do the work of every stack, `parallel` at a time; one that takes longer than `timeout` seconds is cancelled.

    Answers the outcomes in the order of the stacks, and whether Ctrl-C came. `watch` hears of every change, from any of
    the threads, one at a time.
    """
    fleet = _Fleet(work_of, watch, timeout)
    with (
        Interrupts(fleet.stop) as interrupts,
        ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="stack") as pool,
    ):
        futures = [pool.submit(fleet.do, name) for name in stacks]
        wait(futures)
    return [future.result() for future in futures], interrupts.came > 0


class _Limit:
    """Cancels one stack's work when its time is over, and again, at once, if it has not ended by then."""

    PATIENCE = 30.0  # seconds after the gentle one: time for what is under way

    def __init__(self, name: str, seconds: float | None, work: Work) -> None:
        self._name = name
        self._seconds = seconds or 0
        self._passed = False
        self._work = work
        self._timers = [threading.Timer(seconds + more, self._pass) for more in (0, self.PATIENCE)] if seconds else []

    def _pass(self) -> None:
        self._passed = True
        self._work.cancel()

    def __enter__(self) -> None:
        for timer in self._timers:
            timer.daemon = True
            timer.start()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for timer in self._timers:
            timer.cancel()
        if self._passed and kind is not None and issubclass(kind, Cancelled):
            raise TimedOut(f"{self._name}: took longer than {self._seconds:g} s, and was cancelled") from None


class _Fleet:
    """The work under way."""

    def __init__(self, work_of: Callable[[str], Work], watch: Callable[[Outcome], None], timeout: float | None) -> None:
        self._timeout = timeout
        self._work_of = work_of
        self._watch = watch
        self._lock = threading.RLock()  # one outcome is told at a time
        self._running: dict[str, Work] = {}
        self._stopped = False

    def do(self, name: str) -> Outcome:
        began = time.monotonic()
        outcome = replace(self._outcome(name), seconds=time.monotonic() - began)
        self._tell(outcome)
        return outcome

    def stop(self) -> None:
        """Begin no more, and cancel what is under way: gently, and at once when it is called again."""
        self._stopped = True
        under_way = dict(self._running)
        for work in under_way.values():
            work.cancel()
        for name in under_way:  # not before: a terminal may keep who writes to it waiting
            self._tell_under_way(name, "cancelling", GENTLY)

    def _outcome(self, name: str) -> Outcome:
        try:
            if self._stopped:
                return Outcome(name, "cancelled", "not begun")
            work = self._running[name] = self._work_of(name)
            if self._stopped:  # meanwhile, and it was not yet known
                work.cancel()
            with _Limit(name, self._timeout, work):
                return work.run(lambda status, told: self._tell_under_way(name, status, told))
        except Cancelled as error:
            return Outcome(name, "cancelled", str(error), error=error)
        except FlexparkError as error:
            return Outcome(name, "failed", error.message, error=error)
        except Exception as error:  # a fault of ours in one stack must not hide the others' results
            return Outcome(name, "failed", f"{type(error).__name__}: {error}", error=FlexparkError(str(error)))
        finally:
            self._running.pop(name, None)

    def _tell_under_way(self, name: str, status: Status, told: str) -> None:
        with self._lock:
            if name in self._running:  # else how it ended is told, or about to be
                self._watch(Outcome(name, "cancelling" if self._stopped else status, told))

    def _tell(self, outcome: Outcome) -> None:
        with self._lock:
            self._watch(outcome)
