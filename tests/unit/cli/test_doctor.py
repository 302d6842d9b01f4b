"""What doctor says of what it has seen."""

from datetime import UTC, datetime, timedelta

import pytest

from flexpark.cli.doctor.account import clock


@pytest.mark.parametrize(
    ("seconds", "state", "what"),
    [
        (0, "ok", "within half a minute"),
        (20, "ok", "within half a minute"),
        (100, "warning", "behind Twilio's"),
        (-100, "warning", "ahead of Twilio's"),
        (1000, "problem", "behind Twilio's"),
    ],
)
def test_a_clock_is_wrong_by_degrees(seconds: int, state: str, what: str) -> None:
    """Half a minute is the network's; five minutes make Flex's tokens invalid. Each but the first has a remedy."""
    finding = clock(datetime.now(UTC) + timedelta(seconds=seconds))
    assert (finding.check, finding.state) == ("clock", state)
    assert what in finding.what
    assert bool(finding.remedy) == (state != "ok")
