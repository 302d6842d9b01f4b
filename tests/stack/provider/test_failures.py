"""Every row of the published table of failures, by fault injection behind the real engine; its words are true."""

import re
from pathlib import Path

import pytest

from tests.stack.provider.failures import ROWS, Row
from tests.stack.provider.project import Project

TABLE = Path(__file__).parents[3] / "pulumi-twilio" / "docs" / "failures.md"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_a_row_of_the_table_of_failures(project: Project, row: Row) -> None:
    """What it says has to come of it does: by the requests that are sent, of which every fault has struck one."""
    project.program(row.program)
    sent = [re.sub(r"([A-Z]{2})[0-9a-f]{32}", r"\1", request) for request in row.play(project)]
    assert sorted(sent) == sorted(row.requests)
    untouched = [fault for fault in project.twilio.faults if fault.times]
    assert untouched == (project.twilio.faults if row.never_met else [])
    assert bool(project.twilio.faults) is row.faulty


def test_the_published_table_has_just_these_rows() -> None:
    """In these words."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", TABLE.read_text("utf-8"), re.MULTILINE)
    stated = [(what.strip(), ours.strip()) for what, ours in rows[1 : len(ROWS) + 1]]
    assert stated == [(row.what, row.ours) for row in ROWS]
