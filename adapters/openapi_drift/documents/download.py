"""Downloading one text over HTTP, keeping the key at home, within limits of size and time."""

from __future__ import annotations

import asyncio
import ipaddress
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx

from openapi_drift.documents.content_codings import Body, accepted
from openapi_drift.documents.reading.limits import MAX_BYTES
from openapi_drift.errors import NotOfferedError, SpecsError

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACCEPT = "application/yaml, application/json;q=0.9, text/plain;q=0.8, */*;q=0.1"
_MAX_PAGE = 8 * 2**20  # bytes
_MAX_REDIRECTS = 5
_TIMEOUT = 60.0  # seconds without a byte
_DEADLINE = 180.0  # seconds for all of it, redirects included
_ROADS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


def download(address: str, secret_headers: Mapping[str, str], *, page: bool = False) -> bytes:
    """The body at `address`, following redirects. Raises SpecsError, without the secret, if it cannot be had whole.

    The secret headers go to the origin of `address` only; a redirect elsewhere goes without, for good. Plain http
    is for loopback only, and https never turns into http. HTML is refused, unless a `page` is wanted. A document has
    at most 64 MiB, a page 8 MiB, decoded; all must have come after 180 s.
    """
    coroutine = _in_time(_parsed(address), secret_headers, page=page)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as thread:  # a loop runs here already, as in a notebook
        return thread.submit(asyncio.run, coroutine).result()


async def _in_time(url: httpx.URL, secret_headers: Mapping[str, str], *, page: bool) -> bytes:
    # Asyncio, because only there a reply that drips, be it in its headers, can be given up at any point.
    try:
        async with asyncio.timeout(_DEADLINE):
            return await _download(url, secret_headers, page=page)
    except TimeoutError as error:
        raise SpecsError(f"{_shown(url)}: had not come whole after {_DEADLINE:g} s") from error


async def _download(url: httpx.URL, secret_headers: Mapping[str, str], *, page: bool) -> bytes:
    origin, secrets = _origin(url), dict(secret_headers)
    async with _client() as client:
        for _ in range(_MAX_REDIRECTS + 1):
            _refuse_plain_http(url)
            if _origin(url) != origin:
                secrets = {}
            headers = {"Accept": "text/html" if page else _ACCEPT, "Accept-Encoding": accepted(), **secrets}
            try:
                async with client.stream("GET", url, headers=headers) as reply:
                    if not reply.has_redirect_location:
                        return await _body(reply, page=page)
                    location = reply.headers["Location"]
            except httpx.HTTPError as error:
                raise SpecsError(f"{_shown(url)}: {error or type(error).__name__}") from error
            following = _joined(url, location)
            if url.scheme == "https" and following.scheme != "https":
                raise SpecsError(f"{_shown(url)}: redirects from https to {following.scheme}, refused")
            url = following
    raise SpecsError(f"{_shown(url)}: more than {_MAX_REDIRECTS} redirects")


def _client() -> httpx.AsyncClient:
    try:
        return httpx.AsyncClient(follow_redirects=False, timeout=_TIMEOUT)
    except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
        # Its words are not shown: they would have a proxy's password.
        named = [name for name in _ROADS if os.environ.get(name) or os.environ.get(name.lower())]
        raise SpecsError(
            f"the proxy or the certificates of the environment cannot be used ({type(error).__name__}); look at "
            f"{', '.join(named) or 'the settings of the system'}"
        ) from None


async def _body(reply: httpx.Response, *, page: bool) -> bytes:
    place = _shown(reply.request.url)
    if reply.status_code in (404, 410):
        raise NotOfferedError(f"{place}: HTTP {reply.status_code} {reply.reason_phrase}")
    if reply.status_code != 200:
        raise SpecsError(f"{place}: HTTP {reply.status_code} {reply.reason_phrase}")
    body = Body(reply.headers.get("Content-Encoding", ""), _MAX_PAGE if page else MAX_BYTES, place)
    async for data in reply.aiter_raw():  # a body shorter than its Content-Length is an error
        body.feed(data)
    content = body.content()
    if page:
        return content
    kind = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml") or content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise SpecsError(f"{place}: an HTML page, perhaps a sign-in page, instead of an OpenAPI document")
    return content


def _parsed(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise SpecsError(f"not an address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise SpecsError(f"{_shown(url)}: not an http or https address")
    return url


def _joined(url: httpx.URL, location: str) -> httpx.URL:
    try:
        return _parsed(str(url.join(location)))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise SpecsError(f"{_shown(url)}: redirects to something that is no address: {error}") from error


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


def shown(address: str) -> str:
    """An address as messages show it: without what may be secret. Raises SpecsError where it is none."""
    return _shown(_parsed(address))


def _shown(url: httpx.URL) -> str:
    """An address as messages show it: without user, password, query and fragment, which may be secret."""
    return str(url.copy_with(userinfo=b"", query=None, fragment=None))
