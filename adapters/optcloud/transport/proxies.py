"""The proxy that the environment names for an address (``HTTPS_PROXY``, ``ALL_PROXY``, ``NO_PROXY``).

Names in small letters go before those in capitals; without any, the settings of Windows and macOS count. A value
without a scheme is an http proxy. What cannot be used is refused before anything is sent, with the variable's name.
A proxy's password is shown nowhere: not by what is raised here, nor by the debug logs of httpcore.
"""

from __future__ import annotations

import base64
import os
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, getproxies_environment, proxy_bypass

import httpx
from attrs import field, frozen

from optcloud.core.addresses import ascii_host
from optcloud.core.errors import ConfigError
from optcloud.core.extras import need
from optcloud.core.request_policy import LOOPBACK
from optcloud.core.secret import Redactor, Secret
from optcloud.core.setting_texts import fault_in
from optcloud.transport.no_proxy import is_exempt

if TYPE_CHECKING:
    import httpcore

_SOCKS = frozenset({"socks5", "socks5h"})
_SCHEMES = frozenset({"http", "https"}) | _SOCKS
_LONGEST_OF_SOCKS = 255  # bytes of a user's name or password (RFC 1929)
_HINT = (
    "write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT (or https, socks5, socks5h), with whatever is neither a "
    "letter nor a digit in USER and PASSWORD percent-encoded"
)


class _Hidden(bytes):
    """Bytes that debug logs do not show."""

    def __repr__(self) -> str:
        return "b'***'"


@frozen
class Proxy:
    """A proxy: its address without credentials, those, and where it is named."""

    url: str
    place: str
    credentials: tuple[Secret, Secret] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.url} (from {self.place})"

    def redact(self, words: str) -> str:
        """Hide the credentials in what the proxy answered."""
        if self.credentials is None:
            return words
        user, password = (secret.reveal() for secret in self.credentials)
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        return Redactor([Secret(basic), self.credentials[1]])(words)

    def for_httpcore(self, context: ssl.SSLContext) -> httpcore.Proxy:
        """Return what httpcore takes; ``context`` is that of TLS, which an https proxy has too."""
        import httpcore  # noqa: PLC0415 - it is imported with the first connection

        words = [_Hidden(secret.reveal().encode()) for secret in self.credentials or ()]
        auth = (words[0], words[1]) if words else None
        return httpcore.Proxy(self.url, auth, ssl_context=context if self.url.startswith("https:") else None)


def proxy_for(url: str) -> Proxy | None:
    """Return the proxy for an address, or None: there is none, or it is exempt; loopback always is.

    Raises `ConfigError`. httpx itself looks only where no transport is handed to it.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in LOOPBACK:
        return None
    named = _named(parts.scheme) or _named("all")
    return None if named is None or _is_exempt(host, url) else _read(*named)


def _named(scheme: str) -> tuple[Secret, str] | None:
    """Return what is named for a scheme, and where; in this frame alone it stands uncovered."""
    value, variable = getproxies().get(scheme), f"{scheme}_proxy"
    if not value:
        return None
    names = [variable, *(name for name in os.environ if name.lower() == variable)]
    found = next((name for name in names if os.environ.get(name) == value), None)
    return Secret(value), "the system's settings" if found is None else f"environment variable {found}"


def _is_exempt(host: str, url: str) -> bool:
    """By the environment's rules; by the system's, where it is the system that names the proxy."""
    environment = getproxies_environment()
    return is_exempt(environment.get("no", ""), url) if environment else bool(proxy_bypass(host))


def _read(value: Secret, place: str) -> Proxy:
    """Read a proxy's address. It may hold a password anywhere, so that no part of it is told."""
    if (fault := fault_in(value.reveal(), "name")) is not None:
        raise ConfigError(f"{place} has {fault}: {_HINT}")
    url = _parsed(value)
    if url is None:
        raise ConfigError(f"{place} is no address of a proxy: {_HINT}")
    if url.scheme not in _SCHEMES:
        raise ConfigError(f"{place} is of a kind of proxy that is not known: {_HINT}")
    credentials = None
    if url.userinfo:
        credentials = Secret(url.username), Secret(url.password)
    if url.scheme in _SOCKS:
        _check_socks(place, credentials)
    host = url.raw_host.decode("ascii")
    shown = f"{url.scheme}://{f'[{host}]' if ':' in host else host}{'' if url.port is None else f':{url.port}'}"
    return Proxy(shown, place, credentials)


def _parsed(value: Secret) -> httpx.URL | None:
    """Return the address, or None: what httpx raises would tell of it."""
    text = value.reveal()
    try:
        url = httpx.URL(text if "://" in text else f"http://{text}")
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        return None
    beyond = url.raw_path.decode("ascii") + url.fragment  # where the rest of a password is that holds one of /?#
    if "@" in beyond or ascii_host(host) is None or ("://" not in text and host in _SCHEMES):
        return None
    return url if url.port is None or 0 < url.port < 65536 else None


def _check_socks(place: str, credentials: tuple[Secret, Secret] | None) -> None:
    if any(len(secret.reveal().encode()) > _LONGEST_OF_SOCKS for secret in credentials or ()):
        raise ConfigError(f"{place}: SOCKS takes names and passwords of at most {_LONGEST_OF_SOCKS} bytes")
    need("socksio", package="optcloud[socks]", purpose=f"{place}: a SOCKS proxy")
