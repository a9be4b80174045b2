"""The httpx clients of the one road: no request leaves them that is not what its caller meant.

Facade and generated clients alike build their requests here, where the path is still as it was written: httpx resolves
``.`` and ``..`` as it makes an address of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from optcloud.core.errors import BadRequest
from optcloud.core.not_portable import ProcessBound
from optcloud.core.request_checks import HALF_A_PAIR, check_line, check_path, unencodable
from optcloud.core.request_policy import RequestPolicy

_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class PolicyClient(ProcessBound, httpx.Client):
    """A blocking client whose requests are checked as they are built. Raises `BadRequest`."""

    def __init__(self, policy: RequestPolicy, **options: Any) -> None:
        self._policy = policy
        super().__init__(**options)

    def build_request(self, method: str, url: httpx.URL | str, **arguments: Any) -> httpx.Request:
        """Check a request and build it."""
        return _built(self._policy, super().build_request, method, url, arguments)


class AsyncRoadClient(ProcessBound, httpx.AsyncClient):
    """An asyncio client whose requests are checked as they are built. Raises `BadRequest`."""

    def __init__(self, policy: RequestPolicy, **options: Any) -> None:
        self._policy = policy
        super().__init__(**options)

    def build_request(self, method: str, url: httpx.URL | str, **arguments: Any) -> httpx.Request:
        """Check a request and build it."""
        return _built(self._policy, super().build_request, method, url, arguments)


def _built(
    policy: RequestPolicy, build: Any, method: str, url: httpx.URL | str, arguments: dict[str, Any]
) -> httpx.Request:
    described = (arguments.get("extensions") or {}).get("operation") or {}
    where: dict[str, Any] = {"vendor": policy.vendor, "operation": str(described.get("id") or "")}
    check_path(_path(str(url), policy.base_url), described.get("path"), **where)
    check_line(method, _pairs(arguments.get("headers")), **where)
    for part in _files(arguments.get("files")):
        check_line(method, [("Content-Type", part)], **where)
    try:
        request: httpx.Request = build(method, url, **arguments)
    except UnicodeEncodeError:
        pass
    except (ValueError, httpx.InvalidURL) as error:  # NaN in JSON; an address that is too long, or none
        raise BadRequest(f"the request cannot be built: {error}", **where) from error
    else:
        return request
    # Outside the clause: the first error holds the text, which may be a secret.
    raise BadRequest(f"{unencodable(arguments)}: the text has {HALF_A_PAIR}", **where)


def _path(url: str, base_url: str) -> str:
    """Return what stands behind the cloud's own address, or the path at another one (which the road refuses)."""
    if url.startswith(base_url):
        return url[len(base_url) :]
    return urlsplit(url).path if _ELSEWHERE.match(url) else url


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
