"""Benches for a worker process, and the part of the matrix that one file plays."""

from collections.abc import Iterator

import pytest

from tests.faults.extent import extent
from tests.faults.harness import Benches, Matrix


@pytest.fixture(scope="session")
def benches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Benches]:
    """Emulators with the functions deployed."""
    benches = Benches(tmp_path_factory.mktemp("faults"))
    yield benches
    benches.stop()


@pytest.fixture(scope="module")
def matrix(request: pytest.FixtureRequest, benches: Benches) -> Iterator[Matrix]:
    """Plays the cases of this file that this run asks for."""
    asked = [
        item.callspec.params["case"]
        for item in request.session.items
        if item.path == request.path and hasattr(item, "callspec") and "case" in item.callspec.params
    ]
    matrix = Matrix(benches, asked, merging=extent() != "apart")
    yield matrix
    matrix.stop()
