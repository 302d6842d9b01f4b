"""Paths lead to the right handler."""

import pytest

from twilio_emulator.core.call import Call
from twilio_emulator.core.catalogue import coverage, named, operations
from twilio_emulator.core.routing import Route, Router
from twilio_emulator.core.world import World
from twilio_emulator.products import load


def handler(_world: World, _call: Call) -> dict[str, object]:
    """Does nothing."""
    return {}


def router(*paths: str) -> Router:
    """A router whose operations are named like their paths."""
    made = Router()
    for path in paths:
        made.add(Route("GET", path, path, handler))
    return made


def found(made: Router, path: str) -> tuple[str, dict[str, str]] | None:
    """The path of the route, and its variables."""
    match = made.match(path)
    if match is None:
        return None
    route, values = match.routes["GET"]
    return route.operation, values


def test_fixed_segments_win_over_names() -> None:
    """`/Channels/search` is not a channel called search."""
    made = router("/v1/{Sid}", "/v1/search", "/v1/{Sid}/Items")
    assert found(made, "/v1/search") == ("/v1/search", {})
    assert found(made, "/v1/other") == ("/v1/{Sid}", {"Sid": "other"})
    assert found(made, "/v1/search/Items") == ("/v1/{Sid}/Items", {"Sid": "search"})
    assert found(made, "/v1") is None


def test_a_name_may_end_in_a_fixed_text() -> None:
    """Addresses of api 2010 end in .json."""
    made = router("/Accounts/{Sid}.json", "/Accounts/{AccountSid}/Keys.json")
    assert found(made, "/Accounts/AC1.json") == ("/Accounts/{Sid}.json", {"Sid": "AC1"})
    assert found(made, "/Accounts/AC1/Keys.json") == ("/Accounts/{AccountSid}/Keys.json", {"AccountSid": "AC1"})


def test_values_are_decoded_after_splitting() -> None:
    """An encoded slash belongs to the value."""
    assert found(router("/Items/{Key}"), "/Items/a%2Fb%20c") == ("/Items/{Key}", {"Key": "a/b c"})


def test_a_path_is_served_once() -> None:
    """Two products that claim one operation are a mistake seen at start."""
    with pytest.raises(ValueError, match="served twice"):
        router("/v1/{Sid}", "/v1/{Name}")


def test_the_products_are_named_as_twilio_names_them() -> None:
    """Every served route is an operation that Twilio documents, by its own name; exceptions are listed here."""
    documented = {(entry.host, entry.method, entry.name) for entry in operations()}
    served = {(product.host, route.method, route.operation) for product in load() for route in product.routes}
    assert {name for _, _, name in served - documented} <= {"ValidateToken", "FetchFunctionContent"}


def test_served_routes_have_twilios_paths() -> None:
    """The path of each route leads to the same operation in the catalogue."""
    for product in load():
        for route in product.routes:
            if route.operation not in {"ValidateToken", "FetchFunctionContent"}:
                assert named(product.host, route.method, route.path) == route.operation


def test_coverage_counts_each_operation_once() -> None:
    """Served and refused together are what Twilio documents, and what is served besides."""
    rows = coverage(load())
    keys = [(row["host"], row["path"], row["method"]) for row in rows]
    assert len(keys) == len(set(keys))
