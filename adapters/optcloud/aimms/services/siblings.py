"""What the sibling services of AIMMS PRO have in common: connections, filters, sorting, pages, replies of open shape.

Sources: vendor pages "Managing Environments, Groups and Users" (filters, ``sort``, ``offset``, ``limit``; 100 items a
page by default) and "Managing Sessions" ("various filters and pagination"); AIMMS facts 1. Inferred, all here: the
shape of a list (bare, or the first array in an object), the parameters of paging where they are not named, and that
there are no more items when a page is empty or is the last one again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from optcloud.aimms.connection import sibling, sibling_vendor
from optcloud.aimms.replies import AimmsReply, ask
from optcloud.core.errors import BadRequest
from optcloud.core.flow import Flow
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.secret import Secret

T = TypeVar("T")
C = TypeVar("C")
Filter: TypeAlias = str | Iterable[str]
Sort: TypeAlias = str | Iterable[str]
PAGE = 100


class SiblingConnections(Generic[C]):
    """Opens connections to sibling services, each when it is first needed; ``C`` is the kind of connection."""

    def __init__(self, policy: RequestPolicy, connect: Callable[[RequestPolicy], C]) -> None:
        self._policy = policy
        self._connect = connect
        self._open: dict[str, C] = {}

    def hide(self, secret: Secret) -> None:
        """Have a secret masked in errors and logs of this account from now on."""
        self._policy.redact.add(secret)

    def sibling(self, service: str) -> C:
        """Return the connection to a sibling service such as ``session-manager``."""
        if service not in self._open:
            self._open[service] = self._connect(sibling(self._policy, service))
        return self._open[service]


class SiblingPages(Generic[T]):
    """A list that comes page by page (`Pages`).

    ``call`` gives the arguments for an ``offset`` and a ``limit``, ``read`` the items of a reply of the ``service``.
    ``short_is_last``: the service is known to give as many items as it is asked for, so that a page with fewer is the
    last.
    """

    def __init__(
        self,
        service: str,
        call: Callable[..., Mapping[str, Any]],
        read: Callable[[AimmsReply], list[T]],
        *,
        size: int | None = None,
        short_is_last: bool = False,
    ) -> None:
        self._service = service
        self._call = call
        self._read = read
        self._size = size or PAGE
        self._short_is_last = short_is_last
        self._offset = 0
        self._last: bytes | None = None
        self._ended = False

    def next(self) -> Flow[list[T] | None]:
        """Return the next page, or None: there are no more."""
        if self._ended:
            return None
        reply = yield from ask(self._call(offset=self._offset, limit=self._size), self._service)
        if reply.content == self._last:  # the same page again: the service has no pages, and has sent everything
            self._ended = True
            return None
        items = self._read(reply)
        self._last = reply.content
        self._offset += len(items)
        self._ended = not items or (self._short_is_last and len(items) < self._size)
        return items or None


def filters(given: Mapping[str, Filter | None], known: Iterable[str] | None = None) -> dict[str, str]:
    """Return filters as they are sent: several values of a filter are joined by commas.

    Raises `BadRequest` for a filter that is not among ``known``, or a value of several that has a comma itself.
    """
    sent: dict[str, str] = {}
    for name, value in given.items():
        if value is None:
            continue
        if known is not None and name not in (names := list(known)):
            raise BadRequest(f"there is no filter {name}; there are {', '.join(names)}", vendor="AIMMS PRO")
        values = [value] if isinstance(value, str) else list(value)
        if not isinstance(value, str) and any("," in part for part in values):
            raise BadRequest(f"filter {name}: a value has a comma, which parts values: ask for one at a time")
        sent[name] = ",".join(values)
    return sent


def sorting(given: Sort | None) -> str | None:
    """Return the fields to sort by, as they are sent; ``-`` before a field means descending."""
    if given is None or isinstance(given, str):
        return given
    return ",".join(given)


def refused(what: str, service: str) -> BadRequest:
    """Make the error for arguments that are not sent."""
    return BadRequest(what, vendor=sibling_vendor(service))


def text_of(raw: Mapping[str, Any], *names: str) -> str:
    """Return the first of these fields that has something to say, as text; "" for none."""
    return next((as_text(raw[name]) for name in names if raw.get(name) not in (None, "")), "")


def as_text(value: Any) -> str:
    """Return a text as it is, and any other JSON value as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
