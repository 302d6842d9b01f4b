"""Calls of Twilio's API from within, as the account: the control plane acts through the same handlers as clients do."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from twilio_emulator.core.call import Call, Params, Reply
from twilio_emulator.core.errors import ApiError, not_found
from twilio_emulator.core.world import World


def request(
    world: World,
    method: str,
    address: str,
    form: Iterable[tuple[str, str]] = (),
    *,
    account_sid: str | None = None,
    query: Iterable[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Runs the handler of `<host>/<path>` and gives its JSON; raises ApiError as the API would answer.

    Nothing is logged or committed.
    """
    host, _, path = address.partition("/")
    match = world.routers[host].match("/" + path) if host in world.routers else None
    if match is None or method not in match.routes:
        raise not_found(f"/{path}")
    route, names = match.routes[method]
    call = Call(
        method, host, "/" + path, names, Params(query), Params(form), None, {}, account_sid or world.account_sid
    )
    result = route.handler(world, call)
    if isinstance(result, Reply):
        result = result.body
    if not isinstance(result, dict):
        raise TypeError(f"{route.operation} cannot be called from within")
    return result


def every(world: World, address: str, key: str, *, account_sid: str | None = None) -> list[dict[str, Any]]:
    """All entries of a list, page after page."""
    found: list[dict[str, Any]] = []
    number = 0
    while True:
        query = [("PageSize", "100"), ("Page", str(number))]
        page = request(world, "GET", address, account_sid=account_sid, query=query)
        found.extend(page[key])
        if not page["meta"]["next_page_url"]:
            return found
        number += 1


async def reads(world: World, given: dict[str, Any]) -> dict[str, Any]:
    """`{answers: [{status, body}]}` to GET requests of `addresses` (host, path, maybe a query), all at one moment; with
    `settled` once nothing is under way or due. No fault meets them, and the log does not have them.
    """
    if given.get("settled"):
        await world.settle()
    return {"answers": [_read(world, address) for address in given["addresses"]]}


def _read(world: World, address: str) -> dict[str, Any]:
    place, _, query = address.partition("?")
    try:
        return {"status": 200, "body": request(world, "GET", place, query=parse_qsl(query, keep_blank_values=True))}
    except ApiError as error:
        return {"status": error.status, "body": error.body()}
