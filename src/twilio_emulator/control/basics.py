"""Reset, clock, faults, latency, request log, switches."""

import asyncio
from dataclasses import fields
from typing import Any

from twilio_emulator.core.dates import iso
from twilio_emulator.core.digest import digest
from twilio_emulator.core.faults import Fault
from twilio_emulator.core.world import World

Given = dict[str, Any]


async def reset(world: World, _given: Given) -> dict[str, Any]:
    """Forgets everything but the first account."""
    await world.reset()
    return {"accountSid": world.account_sid}


def clock(world: World, _given: Given) -> dict[str, Any]:
    """`{now, timestamp, stopped}`."""
    return {"now": iso(world.clock.now()), "timestamp": world.clock.timestamp(), "stopped": world.clock.stopped}


def snapshot(world: World, given: Given) -> dict[str, Any]:
    """`{name}`."""
    world.snapshot(str(given["name"]))
    return {"name": given["name"]}


def fingerprint(world: World, given: Given) -> dict[str, Any]:
    """`{digest}`; without the kinds of documents that begin with `but`."""
    return {"digest": digest(world, str(given.get("but", "")))}


async def restore(world: World, given: Given) -> dict[str, Any]:
    """`{name, ended}`: whether Functions were at work, and ended; a name under which nothing was kept is a mistake."""
    try:
        ended = await world.restore(str(given["name"]))
    except KeyError:
        raise ValueError(f"there is no snapshot {given['name']}") from None
    return {"name": given["name"], "ended": ended}


async def advance(world: World, given: Given) -> dict[str, Any]:
    """Advances the clock, stops it (`stopped`: true) or lets it go on (false); `{now, timestamp, stopped}`."""
    stopped = given.get("stopped")
    if stopped not in (None, True, False):
        raise ValueError("stopped: true or false is allowed")
    seconds = float(given["advance"] if stopped is None else given.get("advance", 0))
    if seconds < 0:
        raise ValueError("advance: the clock never goes back; 0 or more is allowed")
    if stopped is not None:
        world.clock.stop(stopped=stopped)
    await world.advance(seconds)
    return clock(world, given)


async def idle(world: World, given: Given) -> dict[str, Any]:
    """`{idle}`: false where something still ran after `timeout` seconds (30)."""
    try:
        await asyncio.wait_for(world.settle(), float(given.get("timeout", 30)))
    except TimeoutError:
        return {"idle": False, "running": world.effects.running}
    return {"idle": True}


def faults(world: World, _given: Given) -> dict[str, Any]:
    """`{faults: [...]}`."""
    return {"faults": world.faults.all()}


def add_fault(world: World, given: Given) -> dict[str, Any]:
    """Adds one fault; unknown names are refused."""
    allowed = {field.name for field in fields(Fault)} - {"seen", "hits"}
    if unknown := sorted(set(given) - allowed):
        raise ValueError(f"{', '.join(unknown)}: a fault has {', '.join(sorted(allowed))}")
    world.faults.add(Fault(**given))
    return faults(world, given)


def clear_faults(world: World, given: Given) -> dict[str, Any]:
    """No fault is in force then."""
    world.faults.clear()
    return faults(world, given)


async def held(world: World, given: Given) -> dict[str, Any]:
    """`{held}`: false where no call was held within `timeout` seconds (30)."""
    try:
        await asyncio.wait_for(world.faults.held(), float(given.get("timeout", 30)))
    except TimeoutError:
        return {"held": False}
    return {"held": True}


def release(world: World, given: Given) -> dict[str, Any]:
    """Lets what faults hold go on; the faults stay."""
    world.faults.release()
    return faults(world, given)


def latency(world: World, given: Given) -> dict[str, Any]:
    """`{ms}`."""
    world.faults.latency_ms = float(given["ms"])
    return {"ms": world.faults.latency_ms}


def requests(world: World, given: Given) -> dict[str, Any]:
    """`{requests: [{n, at, host, method, path, status, operation, source, form?}]}`."""
    return {"requests": world.log.since(int(given.get("since", 0)), given.get("source"))}


def clear_requests(world: World, _given: Given) -> dict[str, Any]:
    """Empties the log; numbers go on."""
    world.log.clear()
    return {"requests": []}


def counts(world: World, given: Given) -> dict[str, Any]:
    """`{counts: {operation: n}, total}`, of one `source` where given."""
    found = world.log.counts(given.get("source"))
    return {"counts": found, "total": sum(found.values())}


def switches(world: World, _given: Given) -> dict[str, Any]:
    """`{switches: {name: value}}`."""
    return {"switches": world.switches.all()}


def set_switches(world: World, given: Given) -> dict[str, Any]:
    """Changes those named, all or none."""
    world.switches.set(given)
    return switches(world, given)
