"""One YAML file, read strictly: plain data, the line of every value, and everything wrong with the file's form.

The scalar rules are YAML 1.2's core schema: `yes` and `on` are text, `12:30` is text, a date is text.
Refused: a key given twice, anchors and aliases, tags, keys that are not text, more than one document, deep nesting.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from flexpark.errors import Problem

Place: TypeAlias = tuple[str | int, ...]

MAX_BYTES = 1_000_000
MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Source:
    """What one file says. `name` is how messages call it; `lines` maps a place (keys and indexes) to its line."""

    name: str
    data: dict[str, Any]
    lines: dict[Place, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def where(self, place: Place) -> str:
        """`file:line` of a place, or of the nearest one above it that the file has."""
        for length in range(len(place), 0, -1):
            line = self.lines.get(place[:length])
            if line is not None:
                return f"{self.name}:{line}"
        return self.name


def read_source(path: Path, name: str) -> Source:
    """Read a file of at most 1 MB; what cannot be read at all is a problem of the file, never an exception."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Source(name, {}, problems=(Problem(name, "", f"cannot be read: {error.strerror or error}"),))
    if len(raw) > MAX_BYTES:
        return Source(name, {}, problems=(Problem(name, "", f"holds {len(raw)} bytes", f"at most {MAX_BYTES}"),))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return Source(name, {}, problems=(Problem(name, "", f"byte {error.start} is not UTF-8", "UTF-8 text"),))
    return parse_source(text, name)


def parse_source(text: str, name: str) -> Source:
    """Parse YAML text; see the module for what is refused."""
    try:
        if (line := _too_deep(text)) is not None:
            return Source(
                name, {}, problems=(Problem(f"{name}:{line}", "", f"is nested over {MAX_DEPTH} levels deep"),)
            )
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        return Source(name, {}, problems=(Problem(where, "", f"is not YAML: {error.problem or error.context}"),))
    except yaml.YAMLError as error:
        return Source(name, {}, problems=(Problem(name, "", f"is not YAML: {str(error).splitlines()[0]}"),))
    if node is None:
        return Source(name, {})
    reader = _Reader(name)
    data = reader.value(node, ())
    if not isinstance(data, dict):
        reader.problem(node, (), "is not a mapping", "`key: value` lines")
        data = {}
    return Source(name, data, reader.lines, tuple(reader.problems))


_TAG = "tag:yaml.org,2002:"
_CORE_SCHEMA = (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML's parser (libyaml's where it is built in) with the core schema's scalars instead of YAML 1.1's."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # filled by add_implicit_resolver below


for _name, _pattern, _first in _CORE_SCHEMA:
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(_pattern), list(_first))


def _too_deep(text: str) -> int | None:
    """The line where the nesting gets too deep: libyaml's composer would overflow the stack, its events do not."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return event.start_mark.line + 1 if event.start_mark else 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


class _Reader:
    """Turns YAML nodes into plain data, noting lines and problems on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def problem(self, node: yaml.Node, place: Place, what: str, allowed: str = "") -> None:
        self.problems.append(Problem(f"{self.name}:{node.start_mark.line + 1}", show_place(place), what, allowed))

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in self._seen:
            self.problem(node, place, "is an alias (`*name`)", "write the value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and (construct := _SCALARS.get(node.tag.removeprefix(_TAG))):
            return construct(node.value)
        self.problem(node, place, f"has the tag {node.tag.replace(_TAG, '!!')}", "plain YAML without tags")
        return None

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != _TAG + "str":
                self.problem(key_node, place, "has a key that is not text", "put quotes around the key")
                continue
            key = str(key_node.value)
            inner = (*place, key)
            if key in result:
                first = self.lines[inner]
                self.problem(key_node, inner, f"is given twice, first in line {first}", "give each key once")
                continue
            self.lines[inner] = key_node.start_mark.line + 1
            result[key] = self.value(value_node, inner)
        return result


def _integer(text: str) -> int:
    return int(text, 0) if text[:2] in {"0x", "0o"} else int(text, 10)


_SCALARS: dict[str, Any] = {
    "str": str,
    "int": _integer,
    "float": float,
    "bool": lambda text: text.lower() == "true",
    "null": lambda _text: None,
}


def show_place(place: Place) -> str:
    """A place as people write it: `queues[1].create.task_order`; without the `config` above our keys."""
    text = ""
    for part in place[1:] if len(place) > 1 and place[0] == "config" else place:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text
