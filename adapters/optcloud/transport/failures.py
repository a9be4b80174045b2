"""What failed on the wire, in words: where the request was to go, which setting says so, by which proxy, and a hint.

It also says which failures another attempt would only repeat: a certificate that is not trusted, TLS that the other end
does not speak, what a proxy refuses for good, a request that cannot be sent. Names that are not known are not among
them: they may be for a moment, as where a machine wakes up or a VPN begins.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Iterator
from typing import TypeVar

import httpx
from attrs import frozen

from optcloud.core.errors import Sent, TransportError
from optcloud.core.retry import PASSING_STATUSES
from optcloud.transport.certificates import in_use
from optcloud.transport.proxies import Proxy

E = TypeVar("E", bound=BaseException)
NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_PASSING_ANSWERS = frozenset(map(str, PASSING_STATUSES))
_WORDS: dict[type[httpx.TransportError], str] = {
    httpx.ConnectError: "could not connect to {to}",
    httpx.ConnectTimeout: "could not connect to {to} in time",
    httpx.PoolTimeout: "no connection to {to} was free in time",
    httpx.ReadTimeout: "no reply came in time from {to}",
    httpx.WriteTimeout: "the request could not be sent in time to {to}",
    httpx.ReadError: "the connection broke before the whole reply had come from {to}",
    httpx.WriteError: "the connection broke while the request was sent to {to}",
    httpx.ProxyError: "the proxy did not let the request through to {to}",
    httpx.RemoteProtocolError: "no reply in HTTP came from {to}",
    httpx.LocalProtocolError: "the request cannot be sent to {to}",
}
_NUMBER = re.compile(r"^\[Errno -?\d+\] ")
# By OpenSSL's names: the two ends have no TLS in common, or the other end speaks none. Its own troubles pass.
_NO_COMMON_TLS = re.compile(
    r"WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST|UNKNOWN_PROTOCOL|UNSUPPORTED_PROTOCOL|RECORD_LAYER_FAILURE|"
    r"PACKET_LENGTH_TOO_LONG|NO_PROTOCOLS_AVAILABLE|VERSION_TOO_LOW|ALERT_PROTOCOL_VERSION|HANDSHAKE_FAILURE|"
    r"NO_CIPHERS_AVAILABLE|UNRECOGNIZED_NAME|CERTIFICATE_REQUIRED|KEY_TOO_SMALL|UNSAFE_LEGACY_RENEGOTIATION"
)
_HINTS: dict[type[BaseException], str] = {
    ssl.SSLError: "TLS failed: is this https port the right one, and is a proxy in between?",
    socket.gaierror: "the host name is not known: is the address right, or the account's name?",
    ConnectionRefusedError: "nothing listens there: is the address right, is it running?",
}
_EXPIRED, _NOT_YET_VALID = 10, 9  # of OpenSSL's X509_V_ERR_…
_OTHER_HOST = (62, 64)  # another host, another IP address


@frozen
class Destination:
    """Where a request goes: host and port, which setting names them ("": none is known), and by which proxy."""

    address: str
    named_by: str = ""
    proxy: Proxy | None = None

    def __str__(self) -> str:
        place = f" (from {self.named_by})" if self.named_by else ""
        return f"{self.address}{place}" + ("" if self.proxy is None else f" through the proxy {self.proxy}")


def transport_error(
    error: httpx.TransportError, destination: Destination, *, left: bool | None = None
) -> TransportError:
    """Say what failed, on the way where to, and whether the request can have reached the vendor.

    ``left`` decides that where it is False (`optcloud.transport.attempt`). Else failing to connect proves that nothing
    was sent; anything later proves nothing.
    """
    _drop_frames(error)
    failed = next((words for kind, words in _WORDS.items() if isinstance(error, kind)), "{kind} on the way to {to}")
    said = f"{failed.format(to=destination, kind=type(error).__name__)}{_reason(error)}"
    never = isinstance(error, NEVER_SENT) or left is False
    sent: Sent = "no" if never else "unknown"
    return TransportError(said, sent=sent, passing=not _is_lasting(error), hint=_hint(error, destination))


def _reason(error: httpx.TransportError) -> str:
    distrust = _cause(error, ssl.SSLCertVerificationError)
    if distrust is not None:
        why = distrust.verify_message or str(distrust)
        return f": its certificate is not trusted (CERTIFICATE_VERIFY_FAILED: {why}), by {in_use()}"
    words = _NUMBER.sub("", str(error))
    system = _cause(error, OSError)
    if system is not None and not isinstance(system, ssl.SSLError | socket.gaierror | TimeoutError):
        words = os.strerror(system.errno) if system.errno else words or type(system).__name__  # asyncio's say less
    return f": {words}" if words else ""


def _hint(error: httpx.TransportError, destination: Destination) -> str:
    distrust = _cause(error, ssl.SSLCertVerificationError)
    if distrust is not None:
        return _hint_of_distrust(distrust)
    if isinstance(error, httpx.ProxyError) and re.search("407|Invalid username/password", str(error)):
        return "give the proxy's variable as http://USER:PASSWORD@HOST:PORT"
    if isinstance(error, httpx.LocalProtocolError):
        return "a header or the body is not of a form that HTTP has"
    if destination.proxy is not None:
        return "is the proxy the right one, does it let this host through? NO_PROXY names hosts that need none"
    found = (hint for kind, hint in _HINTS.items() if _cause(error, kind) is not None)
    return next(found, "is there a network, a VPN or a proxy (HTTPS_PROXY) to go through?")


def _hint_of_distrust(distrust: ssl.SSLCertVerificationError) -> str:
    code = getattr(distrust, "verify_code", 0)
    if code in _OTHER_HOST:
        return "the certificate is of another host: is the address right?"
    if code in {_EXPIRED, _NOT_YET_VALID}:
        return "is this machine's clock right? Else the certificate has to be renewed where it comes from"
    return (
        "this machine does not trust the certificate: set SSL_CERT_FILE to a file with your company's certificates "
        "(PEM), if its network reads what goes over TLS"
    )


def _is_lasting(error: httpx.TransportError) -> bool:
    """Whether another attempt would fail in the same way: the request, TLS or the proxy is at fault."""
    if isinstance(error, httpx.ProxyError):
        status, _space, reason = str(error).partition(" ")
        return not (status in _PASSING_ANSWERS or reason.startswith("Server could not connect"))
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        return True
    if not isinstance(error, httpx.ConnectError):
        return False
    if _cause(error, ssl.SSLCertVerificationError) is not None:
        return True
    tls = _cause(error, ssl.SSLError)
    return tls is not None and _NO_COMMON_TLS.search(tls.reason or str(tls)) is not None


def _cause(error: BaseException | None, kind: type[E]) -> E | None:
    """Return what an error comes of, if it is of that kind."""
    return next((cause for cause in _causes(error) if isinstance(cause, kind)), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _drop_frames(error: BaseException | None) -> None:
    """Leave the frames of the HTTP library behind: their variables hold the headers, and so the keys."""
    while error is not None and error.__traceback__ is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
