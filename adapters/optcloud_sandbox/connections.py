"""Open connections by the peer's address, so that a fault can break the one that a request came over."""

import asyncio
import struct
import sys
from socket import SO_LINGER, SOL_SOCKET

from uvicorn.protocols.http.h11_impl import H11Protocol


class Connections:
    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        transports = self._transports

        class TrackedProtocol(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
                super().connection_made(transport)
                if self.client is not None:
                    transports[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    transports.pop(self.client, None)
                super().connection_lost(exc)

        return TrackedProtocol

    def reset(self, client: tuple[str, int]) -> None:
        """Break the connection at once; what was written may be lost. One that the client has left is none."""
        transport = self._transports.get(client)
        if transport is None:
            return
        # Zero linger: the peer sees "connection reset by peer", not an orderly end.
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, linger)
        transport.abort()

    def close(self, client: tuple[str, int]) -> None:
        """End the connection after what was written, unless the client has left it."""
        if (transport := self._transports.get(client)) is not None:
            transport.close()
