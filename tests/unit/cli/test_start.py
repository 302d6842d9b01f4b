"""How little is loaded before an engine is started: its start is what everything else is done beside."""

import subprocess
import sys

import pytest

import flexpark

LATE = ("pulumi", "pydantic", "jinja2", "lark", "httpx", "twilio_api", "requests", "rich", "infra")


@pytest.mark.parametrize("command", ["flexpark.cli.preview", "flexpark.cli.up", "flexpark.cli.up.running"])
def test_what_an_engine_is_started_without(command: str) -> None:
    """Each of these takes longer to load than the engine takes to be started."""
    code = f"import sys, flexpark.cli.app, {command}; print([name for name in {LATE!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_found_where_it_is_said_to_be() -> None:
    """They are loaded when they are first used, so a wrong one would be found by a user."""
    assert [name for name in flexpark.__all__ if getattr(flexpark, name) is None] == []
    with pytest.raises(AttributeError, match="no attribute 'Bundles'"):
        _ = flexpark.Bundles
