"""The inline program, where several run at once in one process."""

import re
from pathlib import Path

from infra.products import PRODUCTS

INFRA = Path(__file__).resolve().parents[3] / "infra"


def test_every_product_that_the_program_uses_is_loaded_before_programs_run_side_by_side() -> None:
    """A module that two threads load at the same time is half a module to one of them."""
    used = {
        name for path in INFRA.glob("*.py") for name in re.findall(r"(?<![.\w])twilio\.([a-z]+)\.", path.read_text())
    }
    assert used == set(PRODUCTS)
