"""Every operation that Twilio documents on the imitated hosts, so that what is not imitated can be refused by name.

`operations.txt` holds them by host; a path of no operation there is Twilio's own 404.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.routing import Product, Route, Router
from twilio_emulator.core.world import World


@dataclass(frozen=True)
class Operation:
    """One documented operation; `path` has {Names}."""

    host: str
    path: str
    method: str
    name: str


@cache
def operations() -> tuple[Operation, ...]:
    """All of them, by host and path."""
    found, host = [], ""
    for line in (files("twilio_emulator.core") / "operations.txt").read_text().splitlines():
        if line.startswith("["):
            host = line.strip("[]")
        elif line and not line.startswith("#"):
            path, method, name = line.split()
            found.append(Operation(host, path, method, name))
    return tuple(found)


@cache
def _routers() -> dict[str, Router]:
    routers: dict[str, Router] = {}
    for operation in operations():
        router = routers.setdefault(operation.host, Router())
        router.add(Route(operation.method, operation.path, operation.name, _never))
    return routers


def named(host: str, method: str, path: str) -> str | None:
    """The operation that Twilio documents for a request, or None."""
    router = _routers().get(host)
    match = router.match(path) if router else None
    return match.routes[method][0].operation if match and method in match.routes else None


def coverage(products: Iterable[Product]) -> list[dict[str, object]]:
    """Operation by operation: `{host, path, method, operation, served}`, what is served and undocumented too."""
    served = {(product.host, route.method, route.operation): route for product in products for route in product.routes}
    rows: list[dict[str, object]] = []
    for operation in operations():
        found = served.pop((operation.host, operation.method, operation.name), None)
        rows.append(_row(operation.host, operation.path, operation.method, operation.name, served=found is not None))
    rows.extend(_row(host, route.path, method, name, served=True) for (host, method, name), route in served.items())
    return sorted(rows, key=lambda row: (str(row["host"]), str(row["path"]), str(row["method"])))


def _row(host: str, path: str, method: str, operation: str, *, served: bool) -> dict[str, object]:
    return {"host": host, "path": path, "method": method, "operation": operation, "served": served}


def _never(_world: World, _call: Call) -> Reply:
    raise AssertionError("the catalogue serves nothing")
