"""Who may import whom is said of every package."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_package_is_under_the_contracts_of_the_import_linter() -> None:
    """One that it does not know may import anything."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    homes = (ROOT / "src", ROOT / "pulumi-twilio")
    packages = {path.parent.name for home in homes for path in home.glob("*/__init__.py")}
    assert packages - {*settings["root_packages"]} == set()
    sources = {name.split(".")[0] for contract in settings["contracts"] for name in contract["source_modules"]}
    assert packages - sources == set()
