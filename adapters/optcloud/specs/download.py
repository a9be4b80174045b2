"""Downloading one text over HTTP, keeping the key at home."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import httpx

from optcloud.specs.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACCEPT = "application/yaml, application/json;q=0.9, text/plain;q=0.8, */*;q=0.1"
_MAX_REDIRECTS = 5
_TIMEOUT = 60.0  # seconds


def download(address: str, secret_headers: Mapping[str, str], *, page: bool = False) -> bytes:
    """The body at `address`, following redirects. Raises SpecsError, without the secret, if it cannot be had whole.

    The secret headers go to the origin of `address` only; a redirect elsewhere goes without, for good. Plain http
    is for loopback only, and https never turns into http. HTML is refused, unless a `page` is wanted.
    """
    url = _parsed(address)
    origin, secrets = _origin(url), dict(secret_headers)
    with _client() as client:
        for _ in range(_MAX_REDIRECTS + 1):
            _refuse_plain_http(url)
            if _origin(url) != origin:
                secrets = {}
            try:
                # Content codings are undone by httpx, and a body shorter than its Content-Length is an error.
                reply = client.get(url, headers={"Accept": "text/html" if page else _ACCEPT, **secrets})
            except httpx.HTTPError as error:
                raise SpecsError(f"{_shown(url)}: {error or type(error).__name__}") from error
            if not reply.has_redirect_location:
                return _body(reply, page=page)
            following = _parsed(str(url.join(reply.headers["Location"])))
            if url.scheme == "https" and following.scheme != "https":
                raise SpecsError(f"{_shown(url)}: redirects from https to {following.scheme}, refused")
            url = following
    raise SpecsError(f"{_shown(url)}: more than {_MAX_REDIRECTS} redirects")


def _client() -> httpx.Client:
    try:
        return httpx.Client(follow_redirects=False, timeout=_TIMEOUT)
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
        kind = type(error).__name__  # the words may have a part of the proxy's password
    raise SpecsError(
        "the environment's proxy (HTTPS_PROXY, ALL_PROXY, HTTP_PROXY, NO_PROXY) or certificates (SSL_CERT_FILE, "
        f"SSL_CERT_DIR) cannot be used ({kind}): optcloud aimms doctor says which"
    )


def _body(reply: httpx.Response, *, page: bool) -> bytes:
    place = _shown(reply.request.url)
    if reply.status_code != 200:
        raise SpecsError(f"{place}: HTTP {reply.status_code} {reply.reason_phrase}")
    if page:
        return reply.content
    kind = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml") or reply.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise SpecsError(f"{place}: an HTML page, perhaps a sign-in page, instead of an OpenAPI document")
    return reply.content


def _parsed(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise SpecsError(f"not an address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise SpecsError(f"{_shown(url)}: not an http or https address")
    return url


def _refuse_plain_http(url: httpx.URL) -> None:
    if url.scheme == "http" and not _is_loopback(url.host):
        raise SpecsError(f"{_shown(url)}: plain http is for loopback only; use https")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}[url.scheme]


def _shown(url: httpx.URL) -> str:
    """An address as messages show it: without user, password, query and fragment, which may be secret."""
    return str(url.copy_with(userinfo=b"", query=None, fragment=None))
