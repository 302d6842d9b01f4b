"""One environment on an emulator for all scenarios of a worker process: stood up once, by the real engine."""

from collections.abc import Iterator

import pytest

from flexpark.cli.rehearsal import Rehearsal, open_rehearsal
from tests.scenario.floor import Floor


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """An environment that is up."""
    with open_rehearsal(tmp_path_factory.mktemp("scenario") / "rehearsal") as rehearsal:
        rehearsal.pulumi("up", "--yes", "--skip-preview")
        yield rehearsal


@pytest.fixture
def floor(deployed: Rehearsal) -> Iterator[Floor]:
    """A contact centre of the test's own on it."""
    floor = Floor(deployed)
    yield floor
    floor.clear()
