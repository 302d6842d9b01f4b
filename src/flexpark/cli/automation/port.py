"""A loopback port that is known before anybody listens there."""

import socket


class Port:
    """Held for whoever is going to listen: `SO_REUSEPORT` lets both have it, and only who listens is connected.

    gRPC sets the same option on what it binds, in C and so in every language above it.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number: int = self._socket.getsockname()[1]

    @property
    def held(self) -> bool:
        """Whether it is still held."""
        return self._socket.fileno() >= 0

    def release(self) -> None:
        """Somebody listens, or nobody is going to."""
        self._socket.close()
