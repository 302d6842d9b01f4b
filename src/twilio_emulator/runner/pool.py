"""The Node processes of one emulator: one for each environment that has been called, started when first needed."""

import asyncio
from dataclasses import dataclass, field

from twilio_emulator.runner.model import Answer, Deployed, Request
from twilio_emulator.runner.process import NodeProcess

_RETIRE_SECONDS = 15.0


@dataclass
class _Slot:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    process: NodeProcess | None = None


class Pool:
    """Switches an environment to a new build or to new variables when the next request comes."""

    def __init__(self) -> None:
        self._slots: dict[str, _Slot] = {}
        self._retiring: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Task[Answer]] = set()

    async def request(self, deployed: Deployed, request: Request, *, emulator: str, timeout: float) -> Answer:
        """Answers by the Function as deployed now. `timeout` in seconds. Raises RunnerError where Node cannot start.

        A caller that goes away, as a webhook does after its time, does not end the Function, as at Twilio.
        """
        process = await self._process(deployed, emulator, timeout)
        task = asyncio.create_task(process.request(request))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        return await asyncio.shield(task)

    @property
    def busy(self) -> bool:
        """Whether a Function is answering."""
        return bool(self._answering)

    def has(self, environment_sid: str) -> bool:
        """Whether a process runs (or starts) for an environment."""
        return environment_sid in self._slots

    async def drop(self, environment_sid: str) -> None:
        """Ends the process of an environment that is no more."""
        slot = self._slots.pop(environment_sid, None)
        if slot is not None:
            async with slot.lock:
                if slot.process is not None:
                    await slot.process.stop()

    def kill(self) -> None:
        """Ends all processes in the middle of what they do; each is started anew when it is next called."""
        for slot in self._slots.values():
            if slot.process is not None:
                slot.process.kill()

    async def stop(self) -> None:
        """Ends all of them."""
        for environment_sid in list(self._slots):
            await self.drop(environment_sid)
        for task in list(self._retiring):
            task.cancel()
        await asyncio.gather(*self._retiring, *self._answering, return_exceptions=True)

    async def _process(self, deployed: Deployed, emulator: str, timeout: float) -> NodeProcess:
        while True:
            slot = self._slots.setdefault(deployed.environment_sid, _Slot())
            async with slot.lock:
                if self._slots.get(deployed.environment_sid) is slot:  # else it was dropped meanwhile
                    return await self._ready(slot, deployed, emulator, timeout)

    async def _ready(self, slot: _Slot, deployed: Deployed, emulator: str, timeout: float) -> NodeProcess:
        process = slot.process
        if process is not None and process.alive and process.deployed.build_sid == deployed.build_sid:
            if process.deployed.variables != deployed.variables:
                await process.configure(deployed)
            return process
        slot.process = await NodeProcess.start(deployed, emulator, timeout)
        if process is not None:
            self._retire(process)
        return slot.process

    def _retire(self, process: NodeProcess) -> None:
        """Lets what still runs in it answer, then ends it."""

        async def end() -> None:
            try:
                for _ in range(round(_RETIRE_SECONDS / 0.05)):
                    if process.idle or not process.alive:
                        break
                    await asyncio.sleep(0.05)
            finally:
                await process.stop()

        task = asyncio.create_task(end())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)
