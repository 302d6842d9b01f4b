"""How the core reaches deployed Functions."""

from collections.abc import Mapping

from twilio_emulator.core.call import Reply
from twilio_emulator.core.world import World
from twilio_emulator.products.serverless.running import running
from twilio_emulator.products.serverless.serve import serve


class Host:
    """The `FunctionHost` of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def serve(  # noqa: PLR0917 - what a request has
        self, domain: str, method: str, path: str, query_string: str, headers: Mapping[str, str], body: bytes
    ) -> Reply:
        """See `serve.serve`."""
        return await serve(self._world, domain, method, path, query_string, headers, body)

    @property
    def busy(self) -> bool:
        """See `FunctionHost.busy`."""
        return running(self._world).pool.busy

    def kill(self) -> None:
        """See `FunctionHost.kill`."""
        running(self._world).pool.kill()


def setup(world: World) -> None:
    """Answers for deployed domains from now on."""
    world.functions = Host(world)
