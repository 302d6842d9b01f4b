"""What else an account has, and the way on for each: lines for the stack file where a stack can manage it, otherwise
the command that imports it into a program of one's own.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from flexpark.cli.adopt.finding import Thing
from flexpark.cli.root import ROOT
from flexpark.environment.load import resolve_text
from flexpark.environment.model import QueueToCreate
from flexpark.environment.source import parse_source

QUEUE = "twilio:taskrouter:TaskQueue"
KEY = "flexpark:queues"
# How the services and the workflow of a stack are called (flexpark.environment.model, flexpark.rendering.workflow).
_OF_A_STACK = re.compile(r"flexpark[- ][a-z0-9]")
_SETTINGS = ("target_workers", "max_reserved_workers", "task_order")  # in the stack file as in Twilio's JSON
# The key in the file and, where its items follow, how far these are indented.
_INDENTED = re.compile(rf"^ *['\"]?{KEY}['\"]?:[ \t]*\n(?:[ \t]*(?:#.*)?\n)*( +)\S", re.MULTILINE)


@dataclass(frozen=True)
class Offer:
    """One thing that is there: `lines` for the stack file, or a `command`; neither where it is another stack's."""

    type: str
    name: str
    sid: str
    lines: tuple[str, ...] = ()
    command: str = ""

    def __str__(self) -> str:
        head = f"also there, and not of this stack: {self.type} {self.name!r} ({self.sid})"
        if self.lines:
            return "\n".join([f"{head}; to manage it, add under {KEY} in the stack file and adopt again:", *self.lines])
        if self.command:
            return f"{head}; a stack has no place for it, a program of your own may: {self.command}"
        return f"{head}; by its name another stack's of flexpark"


def offers(others: Iterable[Thing], stack_file: Path, used: Collection[str]) -> list[Offer]:
    """The way on for each of these, less the queues that the stack uses already: `used` are their SIDs and names."""
    things = [t for t in others if not (t.type == QUEUE and ({t.name, t.item["sid"]} & set(used)))]
    text = stack_file.read_text("utf-8")
    content = yaml.safe_load(text)
    fits = _fitting(content, [thing for thing in things if thing.type == QUEUE])
    found = _INDENTED.search(text)
    indent = found[1] if found else "    "
    listed = isinstance(content["config"].get(KEY), list)
    return [_offer(thing, _lines(thing, indent, listed=listed) if thing in fits else ()) for thing in things]


def _offer(thing: Thing, lines: tuple[str, ...]) -> Offer:
    sid = str(thing.item["sid"])
    if lines or (thing.type != QUEUE and _OF_A_STACK.match(thing.name)):
        return Offer(thing.type, thing.name, sid, lines)
    logical = re.sub(r"[^A-Za-z0-9._-]+", "-", thing.name).strip("-.") or sid
    return Offer(thing.type, thing.name, sid, command=f"pulumi import {thing.type} {logical} {thing.id}")


def _fitting(content: Mapping[str, Any], queues: Sequence[Thing]) -> list[Thing]:
    """Those that the stack file would take: names and expressions may be longer or stranger in TaskRouter."""
    if _takes(content, queues):
        return list(queues)
    return [queue for queue in queues if _takes(content, [queue])]


def _takes(content: Mapping[str, Any], queues: Sequence[Thing]) -> bool:
    given = content["config"].get(KEY) or {}
    if isinstance(given, list):
        more: Any = [*given, *({"name": queue.name, "create": _settings(queue)} for queue in queues)]
    else:
        more = {**given, **{queue.name: {"create": _settings(queue)} for queue in queues}}
    text = json.dumps({**content, "config": {**content["config"], KEY: more}})  # JSON is YAML, and read as it is meant
    return not resolve_text(ROOT, text, "stack file").problems


def _lines(queue: Thing, indent: str, *, listed: bool) -> tuple[str, ...]:
    """As the file has its queues: a list, or changes by name to the list of a layer."""
    settings = ", ".join(f"{name}: {_scalar(value)}" for name, value in _settings(queue).items())
    name = _scalar(queue.name)
    if listed:
        return f"{indent}- name: {name}", f"{indent}  create: {{{settings}}}"
    return (f"{indent}{name}: {{create: {{{settings}}}}}",)


def _settings(queue: Thing) -> dict[str, Any]:
    """What is not as `create: {}` would have it: then the next preview finds nothing to change."""
    defaults = QueueToCreate().model_dump()
    there = {name: queue.item.get(name) for name in _SETTINGS}
    return {name: value for name, value in there.items() if value is not None and value != defaults[name]}


def _scalar(value: Any) -> str:
    """A value on one line of YAML, as people write it where that is read as it is meant."""
    text = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return text
    plain = [value] if re.fullmatch(r"\w[\w .()/-]*", value) else []
    ways = [*plain, *([] if "'" in value else [f"'{value}'"])]
    return next((way for way in ways if parse_source(f"x: {{y: {way}}}", "").data == {"x": {"y": value}}), text)
