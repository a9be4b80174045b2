"""Requests as they are built: nothing leaves that is not what its caller meant.

The generated clients build theirs by an httpx client, the drivers by a `RequestBuilder`. Both check the path while it
is still as it was written: httpx resolves ``.`` and ``..`` as it makes an address of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from optcloud.core.errors import BadRequest
from optcloud.core.process_bound import ProcessBound
from optcloud.core.request_checks import HALF_A_PAIR, check_line, check_path, unencodable
from optcloud.core.request_policy import RequestPolicy

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NO_BODY = frozenset({"GET", "HEAD", "DELETE"})  # httpx adds no Content-Length to these


class _Checking(ProcessBound):
    """Checks requests as they are built, before httpx builds them."""

    def __init__(self, policy: RequestPolicy, **options: Any) -> None:
        self._policy = policy
        super().__init__(**options)

    def build_request(self, method: str, url: httpx.URL | str, **arguments: Any) -> httpx.Request:
        """Check a request and build it."""
        build: Callable[..., httpx.Request] = super().build_request  # type: ignore[misc]  # that of httpx's client
        return _checked(self._policy, build, method, url, arguments)


class PolicyClient(_Checking, httpx.Client):
    """A blocking client whose requests are checked as they are built. Raises `BadRequest`."""


class AsyncPolicyClient(_Checking, httpx.AsyncClient):
    """An asyncio client whose requests are checked as they are built. Raises `BadRequest`."""


class RequestBuilder:
    """Builds the requests of one connection as its client would, without doing for each what is the same for all.

    A job is looked at again and again, so the last addresses are kept: parsed, and known to be of their templates.
    """

    def __init__(self, policy: RequestPolicy, headers: httpx.Headers, timeout: httpx.Timeout) -> None:
        self.policy = policy
        host = httpx.URL(policy.base_url).netloc
        self._headers = httpx.Headers([(b"Host", host), *headers.raw])
        self._timeout = timeout.as_dict()
        self._parse = lru_cache(maxsize=64)(httpx.URL)
        self._check_path = lru_cache(maxsize=64)(check_path)

    def build(self, method: str, url: str, **arguments: Any) -> httpx.Request:
        """Build a request. ``url`` is absolute; ``arguments`` are those of a generated operation, and httpx's.

        Raises `BadRequest`.
        """
        return _checked(self.policy, self._request, method, url, arguments, check=self._check_path)

    def _request(
        self,
        method: str,
        url: str,
        *,
        params: Any = None,
        headers: Any = None,
        extensions: Mapping[str, Any] | None = None,
        **body: Any,
    ) -> httpx.Request:
        method = method.upper()
        address: httpx.URL | str = self._parse(url) if len(url) < 1000 else url  # a long one is of a single use
        merged = self._headers.copy()
        if isinstance(headers, Mapping):
            for name, value in headers.items():
                merged[name] = value
        else:
            merged.update(headers)
        if method in _NO_BODY and not body:
            body["stream"] = httpx.ByteStream(b"")
        if params or "?" in url:
            body["params"] = params
        return httpx.Request(
            method, address, headers=merged, extensions={"timeout": self._timeout, **(extensions or {})}, **body
        )


def _checked(
    policy: RequestPolicy,
    build: Callable[..., httpx.Request],
    method: str,
    url: httpx.URL | str,
    arguments: dict[str, Any],
    *,
    check: Callable[..., None] = check_path,
) -> httpx.Request:
    described = (arguments.get("extensions") or {}).get("operation") or {}
    where: dict[str, Any] = {"vendor": policy.vendor, "operation": str(described.get("id") or "")}
    check(_path(str(url), policy.base_url), described.get("path"), **where)
    check_line(method, _pairs(arguments.get("headers")), **where)
    for part in _files(arguments.get("files")):
        check_line(method, [("Content-Type", part)], **where)
    try:
        return build(method, url, **arguments)
    except UnicodeEncodeError:
        pass
    except (ValueError, httpx.InvalidURL) as error:  # NaN in JSON; an address that is too long, or none
        raise BadRequest(f"the request cannot be built: {error}", **where) from error
    # Outside the clause: the first error holds the text, which may be a secret.
    raise BadRequest(f"{unencodable(arguments)}: the text has {HALF_A_PAIR}", **where)


def _path(url: str, base_url: str) -> str:
    """Return what stands behind the cloud's own address, or the path at another one (which the policy refuses)."""
    if url.startswith(base_url):
        return url[len(base_url) :]
    return urlsplit(url).path if _ABSOLUTE.match(url) else url


def _pairs(headers: Any) -> Iterator[tuple[str, Any]]:
    """Give names and values of headers in any form that httpx takes."""
    for name, value in headers.items() if isinstance(headers, Mapping) else headers or ():
        yield _text(name), _text(value)


def _text(value: Any) -> Any:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _files(files: Any) -> list[str]:
    """Return the content types of the parts of a multipart body."""
    parts = files.values() if isinstance(files, Mapping) else [part for _name, part in files or ()]
    return [part[2] for part in parts if isinstance(part, tuple) and len(part) > 2 and part[2]]
