"""The control plane's address table.

Answers are JSON; a mistake is 400 (404), a failure of the emulator's own 500, with `{"error": "..."}`.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from twilio_emulator.control import basics, coverage, flex, inside, people
from twilio_emulator.core.errors import ApiError
from twilio_emulator.core.world import World

_log = structlog.get_logger("twilio_emulator.control")

Answer = dict[str, Any] | str
Action = Callable[[World, dict[str, Any]], Answer | Awaitable[Answer]]
"""What an address does.

It gets the query, the path's names and the JSON body in one dict; a text answer is an HTML page.
"""

ACTIONS: tuple[tuple[str, str, Action, str], ...] = (
    ("GET", "/", coverage.page, "The page that lists what is imitated, operation by operation."),
    ("GET", "/coverage", coverage.listed, "The same as JSON."),
    ("POST", "/reset", basics.reset, "Forgets everything but the first account's credentials."),
    ("GET", "/clock", basics.clock, "The emulator's time."),
    (
        "POST",
        "/clock",
        basics.advance,
        "Advances it by `advance` seconds, through everything that falls due; `stopped`.",
    ),
    ("POST", "/snapshots/{name}", basics.snapshot, "Keeps all there is under a name, in memory."),
    ("POST", "/snapshots/{name}/restore", basics.restore, "Makes all as it was then; nothing under way goes on."),
    (
        "GET",
        "/digest",
        basics.fingerprint,
        "A fingerprint of all there is; what is drawn at random does not count. Not the kinds that begin with `but`.",
    ),
    ("GET", "/idle", basics.idle, "Answers once nothing is under way or due, at most after `timeout` seconds."),
    ("GET", "/faults", basics.faults, "The faults in force, with how often each was met."),
    ("POST", "/faults", basics.add_fault, "Puts a fault in force."),
    ("DELETE", "/faults", basics.clear_faults, "Takes all faults away."),
    ("GET", "/faults/held", basics.held, "Answers once a call is held, at most after `timeout` seconds."),
    ("POST", "/faults/release", basics.release, "Lets the calls that are held go on."),
    ("POST", "/latency", basics.latency, "Lets every API call wait `ms` milliseconds first."),
    ("GET", "/requests", basics.requests, "The request log after number `since`, of one `source`."),
    ("DELETE", "/requests", basics.clear_requests, "Empties the request log."),
    ("GET", "/counts", basics.counts, "How often each operation was asked for, by one `source` where given."),
    ("GET", "/switches", basics.switches, "Every switch with its value."),
    ("POST", "/switches", basics.set_switches, "Changes switches."),
    ("POST", "/flex-account", flex.seed, "Makes a Flex-like account, or gives the one that is there, with workers."),
    ("POST", "/reads", inside.reads, "Several reads of Twilio's API at one moment, as the account."),
    ("POST", "/token", people.token, "A Flex token for a worker."),
    (
        "POST",
        "/customer-message",
        people.customer_message,
        "What a customer's message does: it is added, webhooks fire.",
    ),
    ("POST", "/workers/{worker}/availability", people.availability, "Makes a worker available, or offline."),
    ("GET", "/reservations", people.reservations, "Reservations by `workerSid`, `taskSid`, `status`."),
    ("POST", "/reservations/{reservation}/{action}", people.answer, "Accepts, declines or completes a reservation."),
)


def control_app(world: World) -> Starlette:
    """The application; it serves paths that begin with `/_emulator`."""

    def endpoint(action: Action) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            return await _answer(world, action, request)

        return answer

    return Starlette(
        routes=[Route("/_emulator" + path, endpoint(action), methods=[method]) for method, path, action, _ in ACTIONS]
    )


async def _answer(world: World, action: Action, request: Request) -> Response:
    try:
        body = await request.body()
        given = json.loads(body) if body else {}
        if not isinstance(given, dict):
            return JSONResponse({"error": "the body must be a JSON object"}, status_code=400)
        world.store.commit()
        result = action(world, {**request.query_params, **given, **request.path_params})
        if not isinstance(result, (dict, str)):
            result = await result
    except ApiError as error:
        world.store.rollback()
        return JSONResponse({"error": error.message, "twilio": error.body()}, status_code=error.status)
    except (ValueError, TypeError, KeyError) as error:
        world.store.rollback()
        return JSONResponse({"error": _text(error)}, status_code=400)
    except Exception as error:
        world.store.rollback()
        _log.exception("an action failed", path=request.url.path)
        return JSONResponse({"error": f"the emulator failed: {type(error).__name__}: {error}"}, status_code=500)
    if request.method != "GET":
        world.store.commit()
        world.plan_tick()
    return HTMLResponse(result) if isinstance(result, str) else JSONResponse(result)


def _text(error: Exception) -> str:
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) and error.args else str(error)
