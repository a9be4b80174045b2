"""What a scripted fault makes of a reply: another reply, or one that does not end."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from optcloud_sandbox.codings import encoded_pieces
from optcloud_sandbox.faults import Fault, wrong_type
from optcloud_sandbox.messages import Headers, Receive, Send, WholeReply, client_left

BLANK = b" " * (1 << 16)  # white space, which JSON may have before and behind
DRIP = 0.05  # seconds


class Releases:
    """Slow replies that wait until a test lets them go."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    async def wait(self) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            self._waiting.discard(waiting)

    def release(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)


def replaced(reply: WholeReply, fault: Fault) -> WholeReply:
    """The reply in place of the vendor's; the same for a fault that spoils something else."""
    if fault.kind == "html":
        page = b"<!DOCTYPE html><html><body><h1>A page where an API reply should be</h1></body></html>"
        return WholeReply(fault.status, _headers(page, "text/html; charset=utf-8"), page)
    if fault.kind == "status":
        text = f'{{"message": "status {fault.status}, scripted in the sandbox"}}'.encode()
        headers = _headers(text, "application/json")
        if fault.retry_after is not None:
            headers.append((b"retry-after", str(fault.retry_after).encode("ascii")))
        return WholeReply(fault.status, headers, text)
    if fault.kind == "wrong-type":
        text = wrong_type(reply.body, inside=fault.inside) if fault.body is None else fault.body.encode()
        return WholeReply(reply.status, _headers(text, "application/json"), text)
    if fault.kind == "content-type":
        kept = reply.but(b"content-type")
        return replace(reply, headers=[*kept, (b"content-type", fault.content_type.encode("ascii"))])
    if fault.kind in ("cut-coded", "bomb"):
        whole = b"".join(_codings_of(fault, reply.body))
        return _coded(reply, fault, whole if fault.kind == "bomb" else whole[: len(whole) // 2])
    return reply


async def begin(send: Send, reply: WholeReply) -> None:
    """The head of a reply, and the beginning of a body that goes on."""
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
    await send({"type": "http.response.body", "body": reply.body, "more_body": True})


async def pour(fault: Fault, reply: WholeReply, receive: Receive, send: Send, releases: Releases) -> None:
    """The reply and then white space, at once or byte by byte, until the client leaves or the fault is released."""
    ends = [asyncio.ensure_future(end) for end in (client_left(receive), releases.wait())]
    pause = 0.0 if fault.kind == "endless" else DRIP if fault.seconds is None else fault.seconds
    await begin(send, WholeReply(reply.status, reply.but(b"content-length")))
    for piece in _poured(reply.body, bytewise=fault.kind == "drip"):
        await asyncio.wait(ends, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
        if any(end.done() for end in ends):
            break
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    for end in ends:
        end.cancel()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _poured(body: bytes, *, bytewise: bool) -> Iterator[bytes]:
    yield from (bytes([byte]) for byte in body) if bytewise else [body]
    while True:
        yield BLANK[:1] if bytewise else BLANK


def _codings_of(fault: Fault, body: bytes) -> Iterator[bytes]:
    """`body`, behind a bomb's white space, in the fault's codings: never whole in memory before the last of them."""
    pieces = _blanks(fault.size if fault.kind == "bomb" else 0, body)
    for coding in fault.codings:
        pieces = encoded_pieces(pieces, coding)
    return pieces


def _blanks(size: int, body: bytes) -> Iterator[bytes]:
    for start in range(0, size, len(BLANK)):
        yield BLANK[: size - start]
    yield body


def _coded(reply: WholeReply, fault: Fault, body: bytes) -> WholeReply:
    """`body` in place of the reply's, framed as if it were whole."""
    headers = reply.but(b"content-length", b"content-encoding")
    headers += [
        (b"content-encoding", fault.coding.encode("ascii")),
        (b"content-length", str(len(body)).encode("ascii")),
    ]
    return WholeReply(reply.status, headers, body)


def _headers(body: bytes, content_type: str) -> Headers:
    return [(b"content-type", content_type.encode("ascii")), (b"content-length", str(len(body)).encode("ascii"))]
