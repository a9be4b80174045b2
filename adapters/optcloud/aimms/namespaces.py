"""Namespaces of AIMMS PRO: what each is made of, and how one hangs on the account until it is first touched."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from importlib import import_module
from inspect import Parameter
from typing import Any, Concatenate, Generic, NamedTuple, ParamSpec, TypeVar, overload

from optcloud.core.flow import Flow
from optcloud.core.secret import Hide, not_hidden
from optcloud.core.verbs import Awaited, Blocking, Verb, verb

P = ParamSpec("P")
T = TypeVar("T")
B = TypeVar("B")
A = TypeVar("A")


class NamespaceVerbs:
    """Verbs over a connection. ``hide`` has a secret masked in errors and logs from then on."""

    def __init__(self, connection: Any, hide: Hide = not_hidden) -> None:
        self._connection = connection
        self._hide = hide


def verb_hiding(flow: Callable[Concatenate[Hide, P], Flow[T]]) -> Verb[P, T, Coroutine[Any, Any, T]]:
    """Make a verb of a flow function whose first argument is the ``hide`` of the namespace."""

    @wraps(flow)
    def method(self: NamespaceVerbs, /, *args: P.args, **words: P.kwargs) -> Flow[T]:
        return flow(self._hide, *args, **words)

    made = verb(method)
    hide, *others = made.signature.parameters.values()
    itself = hide.replace(name="self", annotation=Parameter.empty)
    made.signature = made.signature.replace(parameters=[itself, *others])
    del method.__annotations__[hide.name]
    return made


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
