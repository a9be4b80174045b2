"""Namespaces of AIMMS PRO: what each is made of, and how one hangs on the account until it is first touched."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Generic, NamedTuple, TypeVar, overload

from optcloud.core.secret import Hide, not_hidden
from optcloud.core.verbs import Awaited, Blocking

B = TypeVar("B")
A = TypeVar("A")


class NamespaceVerbs:
    """Verbs over a connection. ``hide`` has a secret masked in errors and logs from then on."""

    def __init__(self, connection: Any, hide: Hide = not_hidden) -> None:
        self._connection = connection
        self._hide = hide


class NamespacePlace(NamedTuple, Generic[B, A]):
    """Where the classes of a namespace stand: ``kind`` blocks, ``Async`` + ``kind`` is awaited.

    ``service``: the sibling service that it asks; "" for AIMMS PRO itself.
    """

    module: str
    kind: str
    service: str = ""


class LazyNamespace(Generic[B, A]):
    """A namespace of an account, imported and made when it is first touched."""

    def __init__(self, place: Callable[[Any], NamespacePlace[B, A]]) -> None:
        self._place, self._name, self.__doc__ = place, place.__name__, place.__doc__

    @overload
    def __get__(self, account: Blocking, owner: type) -> B: ...
    @overload
    def __get__(self, account: Awaited, owner: type) -> A: ...
    @overload
    def __get__(self, account: None, owner: type) -> LazyNamespace[B, A]: ...
    def __get__(self, account: Any, owner: type) -> Any:
        if account is None:
            return self
        place = self._place(account)
        kind = getattr(import_module(place.module), f"{'Async' * isinstance(account, Awaited)}{place.kind}")
        connection = account._siblings.sibling(place.service) if place.service else account._connection
        made = vars(account)[self._name] = kind(connection, account._siblings.hide)  # found first from now on
        return made
