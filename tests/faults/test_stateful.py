"""Long runs in which anything may happen: people, faults, losses and time in any order, drawn by Hypothesis.

`centre.py` has the steps and what must hold after each. A run that fails is shrunk to the shortest that does, and
printed; `--stateful-seed` draws the same runs again.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from flexpark.cli.demo.actors import Agent
from tests.conftest import STEPS
from tests.faults.centre import AGENTS, CONVERSATIONS, Centre, Fault
from tests.faults.extent import stateful_seed
from tests.faults.harness import Benches
from tests.faults.matrix import Operation

PARTS, RUNS, LONGEST = 3, 110, 40
"""Side by side; runs of each part; steps of each run, of which some find nothing to do."""
LEAST = 10_000
KINDS = ("not_sent", "429_once", "500_before", "500_after", "503_after", "reset_after", "412", "kill")

conversations = st.integers(0, CONVERSATIONS - 1)
agents = st.sampled_from(AGENTS)


def fault_of(operation: Operation) -> st.SearchStrategy[Fault]:
    """Mostly none, now and then a call of this operation that meets one."""
    return st.one_of(st.none(), st.tuples(st.just(operation), st.integers(0, 19), st.sampled_from(KINDS)))


class Anything(RuleBasedStateMachine):
    """One run in a contact centre."""

    centre: Centre

    def __init__(self) -> None:
        super().__init__()
        self.centre.again()

    def _who(self, supervised: bool) -> Agent | None:
        return self.centre.people["sue"] if supervised else None

    @invariant()
    def holds(self) -> None:
        """What is true at every moment."""
        self.centre.look()

    @rule(of=conversations, supervised=st.booleans(), fault=fault_of("park"))
    def park(self, of: int, supervised: bool, fault: Fault) -> None:
        """The agent parks, or the supervisor for the agent."""
        self.centre.parks(of, self._who(supervised), fault)

    @rule(of=conversations, fault=fault_of("repark"))
    def park_again(self, of: int, fault: Fault) -> None:
        """The agent parks, or clicks once more."""
        self.centre.parks(of, None, fault)

    @rule(of=conversations, fault=fault_of("message"))
    def write(self, of: int, fault: Fault) -> None:
        """The customer writes."""
        self.centre.writes(of, fault)

    @rule(of=conversations, supervised=st.booleans(), fault=fault_of("agent"))
    def resume(self, of: int, supervised: bool, fault: Fault) -> None:
        """The agent resumes, or the supervisor for the agent."""
        self.centre.resumes(of, self._who(supervised), fault)

    @rule(of=conversations, fault=fault_of("message"))
    def deliver_again(self, of: int, fault: Fault) -> None:
        """The last webhook comes once more, however old."""
        self.centre.acts("delivery again", of, lambda story: story.delivered_again(), fault)

    @rule(name=agents)
    def accept(self, name: str) -> None:
        """An agent accepts."""
        self.centre.answers(name, accepts=True)

    @rule(name=agents, accepts=st.booleans())
    def answer(self, name: str, accepts: bool) -> None:
        """An agent accepts or declines."""
        self.centre.answers(name, accepts=accepts)

    @rule(name=agents, available=st.booleans())
    def go(self, name: str, available: bool) -> None:
        """An agent comes or goes."""
        self.centre.goes(name, available=available)

    @rule(of=conversations, unheard=st.booleans(), fault=fault_of("ended"))
    def cancel(self, of: int, unheard: bool, fault: Fault) -> None:
        """A task that waits is cancelled; its events arrive, or never do."""
        self.centre.cancels(of, fault, unheard=unheard)

    @rule(of=conversations, fault=fault_of("ended"))
    def hear_again(self, of: int, fault: Fault) -> None:
        """An old event comes again."""
        self.centre.hears_again(of, fault)

    @rule(of=conversations, fault=fault_of("repair"))
    def reconcile(self, of: int, fault: Fault) -> None:
        """The scheduled job runs."""
        self.centre.reconciles(of, fault)

    @rule(seconds=st.sampled_from((1, 5, 20, 61, 130, 1800)))
    def wait(self, seconds: int) -> None:
        """Time passes: leases, offers and workflow steps end."""
        self.centre.passes(seconds)

    @precondition(lambda self: len(self.centre.told) > LONGEST // 2)
    @rule(of=conversations, supervised=st.booleans(), fault=fault_of("close"))
    def close(self, of: int, supervised: bool, fault: Fault) -> None:
        """The agent closes it for good, or the supervisor does; late, since little can happen to it then."""
        self.centre.closes(of, self._who(supervised), fault)

    @precondition(lambda self: len(self.centre.told) > LONGEST // 2)
    @rule(of=conversations)
    def hang_up(self, of: int) -> None:
        """Flex closes it."""
        self.centre.hangs_up(of)

    @rule()
    def rest(self) -> None:
        """All settles."""
        self.centre.rests()

    def teardown(self) -> None:
        """All settles in the end; a run that went wrong has ended where it did."""
        self.centre.ran += 1
        if not self.centre.wrong:
            self.centre.rests()


def run(benches: Benches, number: int, runs: int, steps: int) -> Centre:
    """Runs of one seed on a bench. Raises with the shortest run that goes wrong."""
    with benches.bench() as bench:
        centre = Centre(bench)
        here: type[Anything] = type("AnythingHere", (Anything,), {"centre": centre})

        # A function: Hypothesis parses the source of a class, which Python 3.11 cannot do in two threads at once.
        @seed(number)
        def machine() -> Anything:
            return here()

        run_state_machine_as_test(
            cast("type[Anything]", machine),  # "a class or a function", as its documentation has it
            settings=settings(
                max_examples=runs,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
        return centre


def done(centre: Centre) -> int:
    """How many steps did something."""
    return sum(n for what, n in centre.steps.items() if not what.startswith("nothing"))


@pytest.fixture(scope="module", autouse=True)
def whatever_is_loaded() -> Iterator[None]:
    """Hypothesis likes to draw numbers that it finds in the modules which happen to be loaded: then a seed draws other
    runs alone than among other tests, and others again on another day.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HypothesisProvider, "_maybe_draw_constant", lambda *_, **__: None)
        yield


@pytest.fixture(scope="module")
def parts(benches: Benches) -> Iterator[list[Future[Centre]]]:
    """All parts, under way."""
    with ThreadPoolExecutor(PARTS) as pool:
        numbers = [stateful_seed() * PARTS + part for part in range(PARTS)]
        yield [pool.submit(run, benches, number, RUNS, LONGEST) for number in numbers]


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_whatever_happens(
    parts: list[Future[Centre]], part: int, record_property: Callable[[str, object], None]
) -> None:
    """Never lost, never doubled, others' things untouched; at rest once it is reconciled."""
    centre = parts[part].result()
    did = ", ".join(f"{what} {n}" for what, n in sorted(centre.steps.items()))
    record_property(STEPS, f"part {part}: {centre.ran} runs, {done(centre)} steps, seed {stateful_seed()} ({did})")


def test_it_was_a_lot_that_happened(parts: list[Future[Centre]]) -> None:
    """Steps that found nothing to do do not count."""
    assert sum(done(part.result()) for part in parts) >= LEAST, "fewer steps than were asked for: raise RUNS"


def test_the_same_seed_is_the_same_run(benches: Benches) -> None:
    """What goes wrong once goes wrong again: nothing hangs on the machine's speed, nor on SIDs drawn at random."""
    first, second = (run(benches, stateful_seed(), runs=2, steps=25) for _ in range(2))
    assert first.history == second.history
    assert first.steps == second.steps
