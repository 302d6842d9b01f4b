"""States as released versions of the provider wrote them, by version, and the command that records today's.

``python -m tests.stack.provider.recorded`` adds what is not recorded yet of the version at hand; what is there stays as
it was written. ``types.json`` holds one resource of each type (the program's inputs, and what the engine recorded);
``stack.json`` is an export of the park inventory's stack.
"""

import json
import tempfile
import textwrap
from collections.abc import Container
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct
from twilio_provider.servicer import VERSION
from twilio_provider.values import decode, encode

from tests.stack.provider.project import Project
from tests.stack.provider.test_park_inventory import PARK
from tests.unit.provider.engine_kit import Engine
from tests.unit.provider.fake_twilio import FakeTwilio
from tests.unit.provider.inventory import EXAMPLES, inputs_for
from tests.unit.provider.serving import served

HOME = Path(__file__).parent / "fixtures"
VERSIONS = sorted(path.name for path in HOME.iterdir()) if HOME.exists() else []


def types_of(version: str) -> dict[str, dict[str, Any]]:
    """Token -> ``id``, ``given``, ``inputs``, ``outputs`` as that version recorded them."""
    text = (HOME / version / "types.json").read_text("utf-8")
    return {token: {name: _plain(value) for name, value in entry.items()} for token, entry in json.loads(text).items()}


def _plain(value: Any) -> Any:
    return decode(ParseDict(value, Struct())) if isinstance(value, dict) else value


def _wire(values: dict[str, Any]) -> Any:
    return MessageToDict(encode(values))


def record_types(known: Container[str]) -> dict[str, dict[str, Any]]:
    """One of each type that is not known, made against the stand-in."""
    made = {}
    for token, example in EXAMPLES.items():
        if token in known:
            continue
        with FakeTwilio() as twilio, served(twilio.environment) as address, Engine(address) as engine:
            engine.configure(accountSid=twilio.account, stackId="5tack")
            given = inputs_for(engine, example)
            resource = engine.create(token, given)
            made[token] = {
                "id": resource.identity,
                "given": _wire(given),
                "inputs": _wire(resource.inputs),
                "outputs": _wire(resource.outputs),
            }
    return made


def record_stack(folder: Path) -> str:
    """The export of the park inventory's stack."""
    with FakeTwilio() as twilio:
        project = Project(folder, twilio)
        project.pulumi("stack", "init", "dev")
        project.program(textwrap.dedent(PARK))
        project.up()
        return project.pulumi("stack", "export").text


def _placeless(value: Any) -> Any:
    """Without the places on this machine where the program's calls stood."""
    match value:
        case dict():
            return {k: _placeless(v) for k, v in value.items() if k not in {"sourcePosition", "stackTrace"}}
        case list():
            return [_placeless(item) for item in value]
        case _:
            return value


def main() -> None:
    """Record what is missing of today's version."""
    home = HOME / VERSION
    home.mkdir(parents=True, exist_ok=True)
    types, stack = home / "types.json", home / "stack.json"
    known = json.loads(types.read_text("utf-8")) if types.exists() else {}
    known |= record_types(known)
    lines = ",\n".join(f"{json.dumps(token)}: {json.dumps(entry)}" for token, entry in known.items())
    types.write_text("{\n" + lines + "\n}\n", "utf-8")
    if not stack.exists():
        with tempfile.TemporaryDirectory() as folder:
            exported = json.loads(record_stack(Path(folder)))
        stack.write_text(json.dumps(_placeless(exported), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
