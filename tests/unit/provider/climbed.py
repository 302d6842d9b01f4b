"""The page of what climbed the ladder: ``python -m tests.unit.provider.climbed`` writes pulumi-twilio/docs/ladder.md.

It reads which types the tests of the ladder run over, so a rung that is added, or a type that does not climb, is shown.
"""

import inspect
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from twilio_provider.catalogue.classes import KINDS, classified
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.model import ResourceType

from tests.stack.provider import test_ladder_on_the_emulator as on_the_engine
from tests.stack.provider.recorded import VERSIONS, types_of
from tests.unit.provider import test_ladder as ladder
from tests.unit.provider.inventory import EXAMPLES

PAGE = Path(__file__).parents[3] / "pulumi-twilio" / "docs" / "ladder.md"
_TYPES = {resource.token: resource for resource in load().resources}
_HEAD = """# What each type was put through

(Written by `python -m tests.unit.provider.climbed` from the tests themselves; do not edit.)

Every managed type climbs the same ladder. A rung is a test of `tests/unit/provider/test_ladder.py` that runs once for
each type, over gRPC, against a recording stand-in for Twilio. All rungs are part of `make test`.

"""
NOT_CLIMBED = "**not climbed**"
# What the decorator of a test selects by -> what is true of a type that it rightly leaves out, and in words.
_LEFT_OUT: dict[str, tuple[Callable[[ResourceType], bool], str]] = {
    "always_there": (lambda r: r.delete == "restore", "there in every account, so never absent"),
    "example.update": (lambda r: not r.updatable, "no update at Twilio's"),
    "example.replace": (
        lambda r: not any(i.replace and not i.parent and i.name not in r.immutable for i in r.inputs),
        "nothing but a parent that asks for a replacement (and what is never replaced refuses)",
    ),
}
_WAITS = "_type(example).wait"  # the test ends early for such a type


@dataclass(frozen=True)
class Rung:
    """A test of the ladder: its name in words, the types it runs over, and the others, each with the reason."""

    name: str
    tokens: frozenset[str]
    left: Mapping[str, str]


def rungs() -> list[Rung]:
    """The tests of the ladder that run once for each type, in their order."""
    marks = [
        (name, test, mark)
        for name, test in vars(ladder).items()
        if name.startswith("test_")
        for mark in getattr(test, "pytestmark", [])
        if mark.name == "parametrize" and mark.args[0] == "example"
    ]
    return [_rung(name, inspect.getsource(test), {e.token for e in mark.args[1]}) for name, test, mark in marks]


def _rung(name: str, source: str, tokens: set[str]) -> Rung:
    ends = {token for token in tokens if _WAITS in source and _TYPES[token].wait}
    left = {token: _why(source.partition("\ndef ")[0], _TYPES[token]) for token in _TYPES if token not in tokens}
    left |= dict.fromkeys(ends, "waited for, so looked at again")
    return Rung(name.removeprefix("test_").replace("_", " "), frozenset(tokens - ends), left)


def _why(decorator: str, resource: ResourceType) -> str:
    """Why a test with that decorator leaves a type out."""
    for sign, (holds, reason) in _LEFT_OUT.items():
        if sign in decorator:
            return reason if holds(resource) else NOT_CLIMBED
    return "nothing of the kind"


def page() -> str:
    """The whole page."""
    return _HEAD + _classes() + _rungs() + _engine() + _upgrades()


def _classes() -> str:
    """How many there are of each class, and how many of them climb."""
    lists = Counter(row.kind for row in classified())
    singletons = sum(resource.singleton for resource in _TYPES.values())
    types = {"managed": len(_TYPES) - singletons}
    text = "| class | lists of the SDK | types | of them climb |\n|---|---|---|---|\n"
    for kind in KINDS:
        text += f"| {kind} | {lists[kind]} | {types.get(kind, 0)} | {_climbing(kind == 'managed', singleton=False)} |\n"
    text += f"| there without a create | | {singletons} | {_climbing(True, singleton=True)} |\n"
    return text + f"| all | {lists.total()} | {len(_TYPES)} | {len(EXAMPLES)} |\n\n"


def _climbing(any_do: bool, *, singleton: bool) -> int:
    return sum(_TYPES[token].singleton is singleton for token in EXAMPLES) if any_do else 0


def _rungs() -> str:
    text = f"| rung | of {len(_TYPES)} types | the others |\n|---|---|---|\n"
    text += "".join(f"| {r.name} | {len(r.tokens)} | {_others(r.left)}|\n" for r in rungs())
    return text + (
        "\n**Not climbed**: the type has such an input, and its example in `tests/unit/provider/inventory.py` changes\n"
        "none. All else is left out for the reason given.\n\n"
    )


def _others(left: Mapping[str, str]) -> str:
    """The numbers by reason; those that could climb and do not are named."""
    told = []
    for reason, number in Counter(left.values()).most_common():
        named = [f"`{_TYPES[token].name}`" for token, why in left.items() if why == reason == NOT_CLIMBED]
        told.append(f"{number} {reason}" + (f": {', '.join(named)}" if named else ""))
    return "; ".join(told) + " " * bool(told)


def _engine() -> str:
    """The types of the park stack, by the real engine."""
    tokens = dict.fromkeys(re.findall(r"twilio\.(\w+\.[A-Z]\w+)\(", on_the_engine.PROGRAM))
    tests = [name.removeprefix("test_").replace("_", " ") for name in vars(on_the_engine) if name.startswith("test_")]
    return (
        f"The {len(tokens)} types that a park stack is made of climb once more, in one stack, by the real engine\n"
        "against the emulator (`tests/stack/provider/test_ladder_on_the_emulator.py`): "
        + ", ".join(f"`{token.replace('.', ':')}`" for token in tokens)
        + ". Its rungs:\n\n"
        + "".join(f"- {name}\n" for name in tests)
        + "\n"
    )


def _upgrades() -> str:
    recorded = ", ".join(f"{len(types_of(version))} of version {version}" for version in VERSIONS)
    return (
        "What a version recorded is no difference to today's, type by type, and for the park inventory by the real\n"
        f"engine (`tests/stack/provider/test_upgrades.py`): {recorded}.\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
