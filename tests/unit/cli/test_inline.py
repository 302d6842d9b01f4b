"""The inline program, where several run at once in one process."""

import re
import subprocess
import sys
from pathlib import Path

from infra.products import PRODUCTS

INFRA = Path(__file__).resolve().parents[3] / "infra"


def test_every_product_that_the_program_uses_is_loaded_before_programs_run_side_by_side() -> None:
    """A module that two threads load at the same time is half a module to one of them."""
    used = {
        name for path in INFRA.glob("*.py") for name in re.findall(r"(?<![.\w])twilio\.([a-z]+)\.", path.read_text())
    }
    assert used == set(PRODUCTS)


def test_loading_leaves_none_to_be_loaded_later() -> None:
    """In a process of its own, since others may have loaded them here."""
    code = (
        "from types import ModuleType; import pulumi_twilio as twilio; from infra.products import PRODUCTS, load; "
        "kinds = lambda: {type(getattr(twilio, name)) is ModuleType for name in PRODUCTS}; "
        "before = kinds(); load(); print(before, kinds())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=INFRA.parent)
    assert done.stdout.strip() == "{False} {True}"
