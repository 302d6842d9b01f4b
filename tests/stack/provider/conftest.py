"""A project on the real engine for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.provider.project import Project
from tests.unit.provider.fake_twilio import FakeTwilio


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """An empty project with a stack."""
    with FakeTwilio() as twilio:
        made = Project(tmp_path, twilio)
        assert made.pulumi("stack", "init", "dev").code == 0
        yield made
