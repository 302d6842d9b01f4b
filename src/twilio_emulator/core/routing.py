"""Which handler serves which operation; products declare routes as data."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.feed import Happening

if TYPE_CHECKING:
    from twilio_emulator.core.world import World

Result = dict[str, Any] | Reply
Handler = Callable[["World", Call], Result | Awaitable[Result]]


@dataclass(frozen=True)
class Route:
    """One operation of Twilio's API. `path` has {Names} as in Twilio's OpenAPI, `operation` is its operationId.

    The handler is a plain function (atomic: what it wrote is undone when it raises), or `async def` where it must wait;
    then it checks first and holds no half-done state across an await. `status` is that of an answer given as a plain
    dict.
    """

    method: str
    path: str
    operation: str
    handler: Handler
    status: int = 200


@dataclass(frozen=True)
class Product:
    """One imitated product on one host. Several products may share a host.

    `setup` runs at start and after a reset; `next_due` gives the timestamp at which `tick` must run next (timeouts,
    TTLs), or None. `stop` runs before the emulator stops and before a reset (to end processes). `hears` is called with
    everything that any product tells (`core.feed`).
    """

    name: str
    host: str
    routes: list[Route]
    setup: Callable[["World"], None] | None = None
    tick: Callable[["World"], None] | None = None
    next_due: Callable[["World"], float | None] | None = None
    stop: Callable[["World"], Awaitable[None]] | None = None
    hears: Callable[["World", Happening], None] | None = None


@dataclass
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    variables: dict[str, "_Node"] = field(default_factory=dict)  # by the literal text behind the variable: "", ".json"
    routes: dict[str, tuple[Route, list[str]]] = field(default_factory=dict)


@dataclass
class Match:
    """What a path leads to: routes by method, each with its variables."""

    routes: dict[str, tuple[Route, dict[str, str]]]


class Router:
    """The routes of one host as a tree of path segments; fixed segments win over {Names}."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, route: Route) -> None:
        """Adds one route; a second route for the same method and path is a mistake of the products and refused."""
        node, names = self._root, []
        for segment in _segments(route.path):
            if segment.startswith("{"):
                name, _, suffix = segment[1:].partition("}")
                names.append(name)
                node = node.variables.setdefault(suffix, _Node())
            else:
                node = node.literals.setdefault(segment, _Node())
        if route.method in node.routes:
            other = node.routes[route.method][0].operation
            raise ValueError(f"{route.method} {route.path} is served twice: {route.operation} and {other}")
        node.routes[route.method] = (route, names)

    def match(self, raw_path: str) -> Match | None:
        """The routes of a path as it was sent (percent-encoded), or None."""
        for node, values in _walk(self._root, _segments(raw_path), 0, []):
            if node.routes:
                decoded = [unquote(value) for value in values]
                return Match(
                    {
                        method: (route, dict(zip(names, decoded, strict=True)))
                        for method, (route, names) in node.routes.items()
                    }
                )
        return None


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")


def _walk(node: _Node, segments: list[str], at: int, values: list[str]) -> Iterator[tuple[_Node, list[str]]]:
    if at == len(segments):
        yield node, values
        return
    segment = segments[at]
    if segment in node.literals:
        yield from _walk(node.literals[segment], segments, at + 1, values)
    for suffix in sorted(node.variables, key=len, reverse=True):
        if segment.endswith(suffix) and len(segment) > len(suffix):
            value = segment[: len(segment) - len(suffix)] if suffix else segment
            yield from _walk(node.variables[suffix], segments, at + 1, [*values, value])
