# ruff: noqa: PLC0415 - Pulumi's SDK is loaded while the engine starts, not before

"""The program inside this process: what it raised, and its end where the engine ends first.

An engine that is killed, or whose provider cannot start, leaves the program's thread waiting for an answer that never
comes: it would wait for ever, at full speed, and keep this process alive.
"""

import asyncio
import contextlib
import logging
import time
import warnings

from flexpark.cli.automation.program import Load, Program

PATIENCE = 1.0  # seconds that the Automation API gets to close its loop by itself


class Inline:
    """One run of a program, as the engine asks for it. `refusal` is what it raised, if it did. `before` is called
    first, where the program will run: it may watch what is declared."""

    def __init__(self, load: Load, before: Program | None = None) -> None:
        self.refusal: BaseException | None = None
        self._load = load
        self._before = before
        self._program: Program | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        _quiet()

    def load(self) -> None:
        """Load Pulumi's SDK and the program: 0.4 s, and beside the start of the engine it costs nothing."""
        import pulumi.automation  # noqa: F401

        self._program = self._load()

    def __call__(self) -> None:
        """Run it. Whatever it raises reaches the user without a traceback: the engine shows `RunError`'s text alone."""
        import grpc
        import pulumi

        self._loop = asyncio.get_event_loop()
        try:
            if self._before is not None:
                self._before()
            if self._program is not None:
                self._program()
        except (pulumi.RunError, grpc.RpcError) as error:
            self.refusal = error
            raise
        except Exception as error:
            self.refusal = pulumi.RunError(f"the program failed ({type(error).__name__}): {error}")
            raise self.refusal from error

    def end(self) -> None:
        """The engine has failed and ended: nothing that is waited for will come any more."""
        loop = self._loop
        until = time.monotonic() + PATIENCE
        while loop is not None and not loop.is_closed() and time.monotonic() < until:
            if loop.is_running():
                with contextlib.suppress(RuntimeError):  # closed in between
                    loop.call_soon_threadsafe(_give_up, loop)
            time.sleep(0.02)
        if loop is not None and not loop.is_closed() and not loop.is_running():
            for _ in range(2):  # a request to give up that is still in its queue ends the first one
                with contextlib.suppress(asyncio.CancelledError, RuntimeError):
                    loop.run_until_complete(_finish())
            with contextlib.suppress(RuntimeError):
                loop.close()


def _quiet() -> None:
    """Once the engine has gone, the last words to it fail, in threads that nobody waits for."""
    logging.getLogger("grpc._server").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", "Error in event stream", UserWarning)
    warnings.filterwarnings("ignore", "coroutine 'RPCManager", RuntimeWarning)


async def _finish() -> None:
    """What was left waiting ends here, in a loop that runs, as its own clearing up needs one."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=PATIENCE)


def _give_up(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
