"""Fixtures of the domain's tests."""

from pathlib import Path

import pytest

from tests.unit.flexpark.building import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with a valid stack file, acme-dev, over the layer `standard`."""
    return Project(tmp_path).stack()
