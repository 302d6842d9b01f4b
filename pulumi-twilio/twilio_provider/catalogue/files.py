"""The checked-in files that are derived, and whether they still are what would be derived today."""

import json
from pathlib import Path
from typing import Any

from twilio_provider.catalogue.classes import classes_table
from twilio_provider.catalogue.derive import derive
from twilio_provider.catalogue.model import to_json
from twilio_provider.catalogue.reference import reference
from twilio_provider.catalogue.schema import package_schema
from twilio_provider.catalogue.twins import twins_table

_ROOT = Path(__file__).parents[2]
_REFERENCE = _ROOT / "docs" / "reference"


def rendered() -> dict[Path, str]:
    """Path -> text of every derived file."""
    catalogue = derive()
    schema = package_schema(catalogue)
    pages = {_REFERENCE / name: text for name, text in reference(schema).items()}
    return {
        Path(__file__).with_name("catalogue.json"): _text(to_json(catalogue)),
        _ROOT / "schema.json": _text(schema),
        _ROOT / "docs" / "provider-twins.md": twins_table(catalogue),
        _ROOT / "docs" / "provider-types.md": classes_table(catalogue),
        **pages,
    }


def stale() -> list[str]:
    """The names of the files that differ from what would be derived, and of pages that nothing leads to any more."""
    files = rendered()
    differing = [path.name for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]
    return differing + [path.name for path in _REFERENCE.glob("*.md") if path not in files]


def write() -> None:
    """Write every derived file."""
    files = rendered()
    for path in set(_REFERENCE.glob("*.md")) - set(files):
        path.unlink()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _text(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
