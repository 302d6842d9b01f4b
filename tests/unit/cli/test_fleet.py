"""Several stacks at once, without an engine: what one does never hides or stops another, and what is told of all."""

import os
import signal
import threading
from collections.abc import Callable

import pytest

from flexpark.cli.fleet.parallel import Outcome, Tell, run_all
from flexpark.cli.fleet.table import raise_for, results_json
from flexpark.cli.interrupts import GENTLY
from flexpark.errors import Cancelled, FlexparkError, PolicyError, ResourceError


class Job:
    """One stack's work, as the test gives it."""

    def __init__(self, do: Callable[[], Outcome]) -> None:
        self._do = do

    def run(self, tell: Tell) -> Outcome:
        tell("looking", "")
        return self._do()

    def cancel(self) -> None:
        """Nothing to cancel."""


def raising(error: Exception) -> Callable[[], Outcome]:
    def do() -> Outcome:
        raise error

    return do


def test_every_stack_has_its_outcome_in_the_order_of_the_names() -> None:
    """Also one with a fault of ours; each status is told before the outcome."""
    jobs = {
        "b": raising(ResourceError("b: Twilio refused")),
        "a": lambda: Outcome("a", "done", "3 created", detail={"plan": {}}),
        "d": raising(KeyError("oops")),
        "c": lambda: Outcome("c", "unchanged", "no changes"),
    }
    heard: list[tuple[str, str]] = []
    outcomes, interrupted = run_all(
        list(jobs), lambda name: Job(jobs[name]), parallel=2, watch=lambda o: heard.append((o.stack, o.status))
    )
    assert not interrupted
    assert [(o.stack, o.status, o.exit_code) for o in outcomes] == [
        ("b", "failed", 4),
        ("a", "done", 0),
        ("d", "failed", 1),
        ("c", "unchanged", 0),
    ]
    assert [status for stack, status in heard if stack == "a"] == ["looking", "done"]
    assert {row["stack"]: row["error"] for row in results_json(outcomes)}["b"] == "b: Twilio refused"


def test_no_more_run_at_once_than_allowed() -> None:
    """Two at a time: each waits for another one beside it, and a third never comes."""
    beside, running, most = threading.Barrier(2, timeout=30), 0, 0
    lock = threading.Lock()

    def do(name: str) -> Outcome:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        beside.wait()
        with lock:
            running -= 1
        return Outcome(name, "done")

    names = [str(number) for number in range(6)]
    outcomes, _ = run_all(names, lambda name: Job(lambda: do(name)), parallel=2, watch=lambda _: None)
    assert [outcome.status for outcome in outcomes] == ["done"] * 6
    assert most == 2


@pytest.mark.parametrize(
    ("errors", "code"),
    [((PolicyError("p"), PolicyError("q")), 5), ((PolicyError("p"), ResourceError("r")), 1)],
)
def test_the_exit_code_is_what_all_failures_share(errors: tuple[FlexparkError, ...], code: int) -> None:
    """Scripts can tell a fleet's refusal from its failure; every reason is told."""
    outcomes = [Outcome(str(n), "failed", error=error) for n, error in enumerate(errors)] + [Outcome("fine", "done")]
    with pytest.raises(FlexparkError, match=f"rollout up: 2 of {len(outcomes)} stacks failed") as refused:
        raise_for(outcomes, doing="rollout up", interrupted=False)
    assert refused.value.exit_code == code
    assert all(error.message in str(refused.value) for error in errors)


def test_one_stack_alone_is_told_once() -> None:
    """Its name is not put before a message that begins with it; there are no others that would be done."""
    with pytest.raises(FlexparkError) as refused:
        raise_for([Outcome("a", "failed", error=PolicyError("a: no"))], doing="rollout up", interrupted=False)
    assert str(refused.value) == "rollout up: 1 of 1 stack failed\na: no"


def test_after_ctrl_c_it_is_cancelled_whatever_else_failed() -> None:
    """Exit code 8, with how many were not finished."""
    outcomes = [Outcome("a", "done"), Outcome("b", "cancelled"), Outcome("c", "failed", error=ResourceError("c"))]
    with pytest.raises(Cancelled, match="1 of 3 stacks not finished"):
        raise_for(outcomes, doing="rollout up", interrupted=True)


def test_a_stack_that_takes_too_long_is_cancelled_alone() -> None:
    """It fails with the exit code of a time-out; the others are done."""

    class Slow(Job):
        def __init__(self) -> None:
            self._cancelled = threading.Event()

        def run(self, tell: Tell) -> Outcome:  # noqa: ARG002
            assert self._cancelled.wait(30)
            raise Cancelled("slow: up: cancelled")

        def cancel(self) -> None:
            self._cancelled.set()

    jobs = {"slow": Slow(), "quick": Job(lambda: Outcome("quick", "done"))}
    outcomes, interrupted = run_all(list(jobs), jobs.__getitem__, parallel=2, watch=lambda _: None, timeout=0.1)
    assert not interrupted
    assert [(o.stack, o.status, o.exit_code) for o in outcomes] == [("slow", "failed", 9), ("quick", "done", 0)]
    assert outcomes[0].told == "slow: took longer than 0.1 s, and was cancelled"


def test_any_number_of_interrupts_stops_all_and_loses_no_outcome() -> None:
    """Two at once as well: nothing more is begun, what is under way is cancelled, and says so; each has its row."""
    under_way, said = threading.Event(), threading.Event()
    heard: list[tuple[str, str]] = []

    class Long(Job):
        def __init__(self) -> None:
            self.cancels = 0
            self._cancelled = threading.Event()

        def run(self, tell: Tell) -> Outcome:
            tell("running", "1 of 3")
            under_way.set()
            assert self._cancelled.wait(30)
            assert said.wait(30)
            tell("running", "2 of 3")
            raise Cancelled("long: up: cancelled")

        def cancel(self) -> None:
            self.cancels += 1
            self._cancelled.set()

    long = Long()
    jobs: dict[str, Job] = {"long": long, "next": Job(lambda: Outcome("next", "done"))}

    def interrupt() -> None:
        under_way.wait(30)
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)

    def watch(outcome: Outcome) -> None:
        heard.append((outcome.status, outcome.told))
        if outcome.status == "cancelling":
            said.set()

    threading.Thread(target=interrupt).start()
    outcomes, interrupted = run_all(list(jobs), jobs.__getitem__, parallel=1, watch=watch)
    assert interrupted
    assert [(o.stack, o.status, o.told) for o in outcomes] == [
        ("long", "cancelled", "long: up: cancelled"),
        ("next", "cancelled", "not begun"),
    ]
    assert long.cancels >= 1
    assert heard[:2] == [("running", "1 of 3"), ("cancelling", GENTLY)]
    assert ("cancelling", "2 of 3") in heard
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
