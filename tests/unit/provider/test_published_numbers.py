"""The numbers that the provider's pages show of it: counted again."""

import json
import re

from tests.unit.provider import climbed
from tests.unit.provider.inventory import EXAMPLES

HOME = climbed.PAGE.parents[1]


def test_the_page_of_the_ladder_is_what_the_tests_are() -> None:
    """A type that does not climb, and a rung that some types leave out, is seen there."""
    assert climbed.PAGE.read_text("utf-8") == climbed.page(), "run: python -m tests.unit.provider.climbed"


def test_every_type_that_is_left_out_of_a_rung_has_a_reason_or_is_named() -> None:
    """Together with those that climb it, they are all there are."""
    rungs = climbed.rungs()
    assert len(rungs) >= 15
    for rung in rungs:
        assert len(rung.tokens) + len(rung.left) == len(EXAMPLES), rung.name


def test_the_readmes_numbers_of_types_and_functions_are_those_of_the_schema() -> None:
    """Beside those of the peers."""
    schema = json.loads((HOME / "schema.json").read_text("utf-8"))
    short = [token.split(":")[2] for token in schema["functions"]]
    gets, lists = (sum(bool(re.match(f"{verb}[A-Z]", name)) for name in short) for verb in ("get", "list"))
    assert gets + lists == len(short)
    table = re.findall(r"^\| (.+?) \| \d+ \| \d+ \| (.+) \|$", (HOME / "README.md").read_text("utf-8"), re.MULTILINE)
    assert dict(table) == {
        "resource types": str(len(schema["resources"])),
        "data sources": f"{len(short)}: {gets} `get` functions, {lists} `list` functions",
    }
