"""Whether a request can have reached the vendor, followed on its way by httpcore's trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optcloud.transport.proxies import Proxy

DEPARTURE = "optcloud.departure"  # where a request carries it, among its extensions


class Departure:
    """One attempt. ``left``: whether bytes of the request itself were sent or may have been; None: nobody followed it.

    What is said to a proxy before (``CONNECT``, the words of SOCKS) is not the request.
    """

    def __init__(self, proxy: Proxy | None) -> None:
        self.proxy = proxy
        self.left: bool | None = None

    def note(self, event: str, info: Mapping[str, Any]) -> None:
        """Take an event, as httpcore's extension "trace" tells it."""
        import httpcore  # noqa: PLC0415 - it is there when it tells something, and not when optcloud is imported

        if event.endswith(".send_request_headers.started"):
            self.left = info["request"].method != b"CONNECT"
        elif event.endswith(".send_request_headers.failed") and self.left:
            self.left = not isinstance(info["exception"], httpcore.LocalProtocolError)  # it could not be put in words
        else:
            self.left = self.left or False

    async def note_async(self, event: str, info: Mapping[str, Any]) -> None:
        """Take an event of the asyncio form."""
        self.note(event, info)
