"""The checked-in files that are derived, and whether they still are what would be derived today."""

import json
from pathlib import Path
from typing import Any

from twilio_provider.catalogue.classes import classes_table
from twilio_provider.catalogue.derive import derive
from twilio_provider.catalogue.model import to_json
from twilio_provider.catalogue.schema import package_schema
from twilio_provider.catalogue.twins import twins_table

_ROOT = Path(__file__).parents[2]


def rendered() -> dict[Path, str]:
    """Path -> text of every derived file."""
    catalogue = derive()
    return {
        Path(__file__).with_name("catalogue.json"): _text(to_json(catalogue)),
        _ROOT / "schema.json": _text(package_schema(catalogue)),
        _ROOT / "docs" / "provider-twins.md": twins_table(catalogue),
        _ROOT / "docs" / "provider-types.md": classes_table(catalogue),
    }


def stale() -> list[str]:
    """The names of the files that differ from what would be derived."""
    return [path.name for path, text in rendered().items() if not path.exists() or path.read_text("utf-8") != text]


def write() -> None:
    """Write every derived file."""
    for path, text in rendered().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _text(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
