"""The HTTPS proxy: answers CONNECT for Twilio's hosts with certificates of a CA made for this run, and hands what it
decrypts to the HTTP port.

Any unmodified client works with it through `HTTPS_PROXY` and a variable that names the CA.
"""

import asyncio
import contextlib
import ssl

import trustme

from twilio_emulator.front.request import is_imitated

_CHUNK = 65536


class Proxy:
    """Listens on 127.0.0.1.

    `ca` signs a certificate for each host when it is first asked for; `http_port` gets the requests.
    """

    def __init__(self, ca: trustme.CA, http_port: int) -> None:
        self._ca = ca
        self._http_port = http_port
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self, port: int) -> int:
        """Begins to listen; gives the port. Raises OSError where it is in use."""
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Ends all connections."""
        if self._server is not None:
            self._server.close()
        for task in set(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _context(self, host: str) -> ssl.SSLContext:
        if host not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.set_alpn_protocols(["http/1.1"])
            self._ca.issue_cert(host).configure_cert(context)
            self._contexts[host] = context
        return self._contexts[host]

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            host = await _connect_request(reader, writer)
            if host is None:
                return
            await writer.start_tls(self._context(host))
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._http_port)
            try:
                await _both_ways(reader, writer, inner_reader, inner_writer)
            finally:
                inner_writer.transport.abort()
        except (OSError, ssl.SSLError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client went away, or does not trust the CA: it has seen so itself
        finally:
            writer.transport.abort()


async def _connect_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str | None:
    """The host that a CONNECT asks for, answered with 200; None after a refusal."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    method, _, rest = head.partition(" ")
    host, _, port = rest.partition(" ")[0].partition(":")
    if method != "CONNECT" or port != "443" or not is_imitated(host):
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n")
        writer.write(b"This proxy answers CONNECT for *.twilio.com:443 and *.twil.io:443 alone.\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        return None
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await writer.drain()
    return host.lower()


async def _both_ways(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    inner_reader: asyncio.StreamReader,
    inner_writer: asyncio.StreamWriter,
) -> None:
    """Copies both ways until one side ends; a reset by the inner side ends the outer one likewise."""
    ways = [asyncio.create_task(_copy(reader, inner_writer)), asyncio.create_task(_copy(inner_reader, writer))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
