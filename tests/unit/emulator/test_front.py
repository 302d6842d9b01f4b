"""The front keeps its promises to handlers, whatever they do."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from twilio_emulator.control.app import control_app
from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.errors import ApiError
from twilio_emulator.core.routing import Product, Route
from twilio_emulator.core.world import Settings, World
from twilio_emulator.front.app import App

ACCOUNT, TOKEN = "AC" + "1" * 32, "t" * 32


def refuse(world: World, _call: Call) -> dict[str, Any]:
    """Writes, then refuses."""
    world.store.put("thing", "X1", {})
    raise ApiError(400, 20001, "no")


def crash(world: World, _call: Call) -> dict[str, Any]:
    """Writes, then fails as only a mistake of ours does."""
    world.store.put("thing", "X2", {})
    raise RuntimeError("our own mistake")


async def slow(world: World, _call: Call) -> Reply:
    """Waits, then writes."""
    await asyncio.sleep(0.01)
    world.store.put("thing", "X3", {})
    return Reply(202, {"slow": True})


def echo(_world: World, call: Call) -> dict[str, Any]:
    """What the handler was given."""
    return {"form": call.form.pairs(), "json": call.json, "query": call.query.pairs(), "vars": call.vars}


def due_of(world: World) -> float | None:
    """Things fall due one after the other, 10 s apart, five times."""
    plan = world.store.get("plan", "P")
    return plan["next"] if plan and plan["left"] else None


def tick(world: World) -> None:
    """Does one, and notes when."""
    plan = world.store.get("plan", "P") or {}
    plan |= {"left": plan["left"] - 1, "next": plan["next"] + 10, "seen": [*plan["seen"], world.clock.timestamp()]}
    world.store.update("plan", "P", plan)


ROUTES = [
    Route("POST", "/v1/Refuse", "Refuse", refuse),
    Route("POST", "/v1/Crash", "Crash", crash),
    Route("POST", "/v1/Slow", "Slow", slow),
    Route("POST", "/v1/Echo/{Name}", "Echo", echo, 201),
]


def ask(world: World, path: str, **given: Any) -> httpx.Response:
    """One POST through the whole front."""

    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(App(world, control_app(world)))
        async with httpx.AsyncClient(transport=transport, base_url="http://test", auth=(ACCOUNT, TOKEN)) as client:
            answer = await client.post(path, **given)
        await world.stop()
        return answer

    return asyncio.run(call())


@pytest.fixture
def world() -> World:
    """A world with one made-up product."""
    product = Product("made-up", "made.twilio.com", ROUTES, tick=tick, next_due=due_of)
    return World([product], Settings(account_sid=ACCOUNT, auth_token=TOKEN))


def test_a_refusal_undoes_what_was_written(world: World) -> None:
    """A handler is all or nothing; what others had written before stays."""
    world.store.put("thing", "others", {})
    assert ask(world, "/made.twilio.com/v1/Refuse").status_code == 400
    assert world.store.get("thing", "X1") is None
    assert world.store.get("thing", "others") == {}


def test_a_mistake_of_ours_is_500_and_undone(world: World) -> None:
    """In Twilio's shape, naming what failed."""
    answer = ask(world, "/made.twilio.com/v1/Crash")
    assert (answer.status_code, answer.json()["code"]) == (500, 20500)
    assert "our own mistake" in answer.json()["message"]
    assert world.store.get("thing", "X2") is None


def test_a_mistake_of_ours_in_the_control_plane_is_500_and_undone() -> None:
    """As JSON too, so that who drives the emulator can show it."""

    def crash_in_tick(world: World) -> None:
        world.store.put("thing", "X4", {})
        raise ZeroDivisionError("our own mistake")

    product = Product("bad", "bad.twilio.com", [], tick=crash_in_tick, next_due=lambda world: world.clock.timestamp())
    world = World([product], Settings(account_sid=ACCOUNT, auth_token=TOKEN))
    answer = ask(world, "/_emulator/clock", json={"advance": 1})
    assert answer.status_code == 500
    assert answer.json() == {"error": "the emulator failed: ZeroDivisionError: our own mistake"}
    assert world.store.get("thing", "X4") is None


def test_a_handler_may_wait(world: World) -> None:
    """And answers with a status of its own."""
    assert ask(world, "/made.twilio.com/v1/Slow").status_code == 202
    assert world.store.get("thing", "X3") == {}


def test_forms_and_json_arrive_as_they_were_sent(world: World) -> None:
    """Repeated names, empty values, JSON, encoded names in the path."""
    form = ask(
        world,
        "/made.twilio.com/v1/Echo/a%2Fb?x=1",
        content="A=1&A=2&B=",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert form.status_code == 201
    assert form.json()["form"] == [["A", "1"], ["A", "2"], ["B", ""]]
    assert (form.json()["vars"], form.json()["query"]) == ({"Name": "a/b"}, [["x", "1"]])
    assert ask(world, "/made.twilio.com/v1/Echo/n", json={"a": [1]}).json()["json"] == {"a": [1]}


@pytest.mark.parametrize(
    ("kind", "body"), [("application/json", "{"), ("multipart/form-data; boundary=x", "nothing of the kind")]
)
def test_a_body_that_cannot_be_read_is_400(world: World, kind: str, body: str) -> None:
    """Never 500."""
    answer = ask(world, "/made.twilio.com/v1/Echo/n", content=body, headers={"content-type": kind})
    assert answer.status_code == 400


def test_the_clock_stops_wherever_something_is_due(world: World) -> None:
    """Five things that each cause the next are done at their own times, within one advance."""
    start = world.clock.timestamp()
    world.store.put("plan", "P", {"next": start + 10, "left": 5, "seen": []})
    ask(world, "/_emulator/clock", content=json.dumps({"advance": 100}))
    seen = (world.store.get("plan", "P") or {})["seen"]
    assert [round(moment - start) for moment in seen] == [10, 20, 30, 40, 50]
    assert world.clock.timestamp() >= start + 100


def test_the_timer_does_what_is_due_by_itself(world: World) -> None:
    """Without any request."""

    async def wait() -> None:
        start = world.clock.timestamp()
        world.store.put("plan", "P", {"next": start + 0.05, "left": 1, "seen": []})
        world.tick()
        await asyncio.sleep(0.2)
        await world.stop()

    asyncio.run(wait())
    assert len((world.store.get("plan", "P") or {})["seen"]) == 1
