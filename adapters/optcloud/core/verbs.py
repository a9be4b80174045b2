"""Verbs: a flow that is written once, and is a blocking method of one class and an awaited method of another.

    class _KeysVerbs:
        delete = verb_of(keys.delete)  # a flow function

        @verb
        def create(self, name: str) -> Flow[ApiKey]:  # a flow method, for what the namespace knows
            return keys.create(name, hide=self._hide)

    class Keys(_KeysVerbs, Namespace): ...  # Keys(connection).create("ci") returns the ApiKey
    class AsyncKeys(_KeysVerbs, AsyncNamespace): ...  # await AsyncKeys(connection).create("ci")

Type checkers read `Verb.__get__`. At run time each class gets functions of its own, made when the class is defined, so
that `help`, `inspect.signature` and rendered pages show methods as if they were written by hand.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import FunctionType
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast, overload

from optcloud.core.batches import Batches
from optcloud.core.flow import Flow

P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F")
B = TypeVar("B")
A = TypeVar("A")
Function = Callable[..., Any]
_SELF = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)


class Runner(Protocol):
    """A connection that runs a flow to its end."""

    def run(self, flow: Flow[T]) -> T: ...


class AsyncRunner(Protocol):
    """A connection that runs a flow to its end, awaited."""

    async def run(self, flow: Flow[T]) -> T: ...


class Blocking:
    """A class whose verbs block. It has a ``_connection``, which is a `Runner`."""

    def __init_subclass__(cls, **words: Any) -> None:
        super().__init_subclass__(**words)
        for name, found in _verbs_of(cls):
            setattr(cls, name, _method(cls, name, found, found.blocking, found.gives[0]))


class Awaited:
    """A class whose verbs are awaited. It has a ``_connection``, which is an `AsyncRunner`."""

    def __init_subclass__(cls, **words: Any) -> None:
        super().__init_subclass__(**words)
        for name, found in _verbs_of(cls):
            setattr(cls, name, _method(cls, name, found, found.awaited, found.gives[1]))


class Verb(Generic[P, B, A]):
    """A method that returns ``B`` where verbs block, and ``A`` where they are awaited."""

    def __init__(self, flow: Function, blocking: Function, awaited: Function, gives: tuple[str, str]) -> None:
        self.flow, self.blocking, self.awaited, self.gives = flow, blocking, awaited, gives
        self.signature = inspect.signature(flow)
        self.result = _result_of(self.signature.return_annotation)
        self.scope = inspect.unwrap(flow).__globals__  # where its annotations have their meaning
        self.__doc__ = flow.__doc__

    @overload
    def __get__(self, namespace: Blocking, owner: type) -> Callable[P, B]: ...
    @overload
    def __get__(self, namespace: Awaited, owner: type) -> Callable[P, A]: ...
    @overload
    def __get__(self, namespace: None, owner: type[Blocking]) -> Callable[Concatenate[Any, P], B]: ...
    @overload
    def __get__(self, namespace: None, owner: type[Awaited]) -> Callable[Concatenate[Any, P], A]: ...
    @overload
    def __get__(self, namespace: object, owner: type) -> Verb[P, B, A]: ...
    def __get__(self, namespace: object, owner: type) -> Any:
        return self


def verb(flow: Callable[Concatenate[Any, P], Flow[T]]) -> Verb[P, T, Coroutine[Any, Any, T]]:
    """Make a verb of a method that returns a flow."""

    def blocking(self: Any, *args: P.args, **words: P.kwargs) -> T:
        result: T = self._connection.run(flow(self, *args, **words))
        return result

    async def awaited(self: Any, *args: P.args, **words: P.kwargs) -> T:
        result: T = await self._connection.run(flow(self, *args, **words))
        return result

    return Verb(flow, blocking, awaited, ("{}", "{}"))


def verb_of(flow: Callable[P, Flow[T]]) -> Verb[P, T, Coroutine[Any, Any, T]]:
    """Make a verb of a flow function, which needs nothing of the namespace."""

    def method(self: Any, /, *args: P.args, **words: P.kwargs) -> Flow[T]:
        return flow(*args, **words)

    signature = inspect.signature(flow)
    described: Any = method
    described.__signature__ = signature.replace(parameters=[_SELF, *signature.parameters.values()])
    described.__annotations__ = flow.__annotations__
    described.__doc__, described.__wrapped__ = flow.__doc__, flow
    return verb(method)


def pages(batches: Callable[Concatenate[Any, P], Batches[T]]) -> Verb[P, Iterator[T], AsyncIterator[T]]:
    """Make a verb of a method that returns batches of results: an iterator, which asks for a batch when it needs it."""

    each, each_async = _each, _each_async  # a form uses no globals: `_method` gives it those of the flow

    def blocking(self: Any, *args: P.args, **words: P.kwargs) -> Iterator[T]:
        return each(self._connection, batches(self, *args, **words))

    def awaited(self: Any, *args: P.args, **words: P.kwargs) -> AsyncIterator[T]:
        return each_async(self._connection, batches(self, *args, **words))

    return Verb(batches, blocking, awaited, ("Iterator[{}]", "AsyncIterator[{}]"))


def giving(
    blocking_kind: Callable[[Any, F], B], awaited_kind: Callable[[Any, F], A]
) -> Callable[[Callable[Concatenate[Any, P], Flow[F]]], Verb[P, B, Coroutine[Any, Any, A]]]:
    """Make a verb whose result is a handle: ``@giving(Task, AsyncTask)`` over a flow that returns a task's flows."""

    def verb_giving(flow: Callable[Concatenate[Any, P], Flow[F]]) -> Verb[P, B, Coroutine[Any, Any, A]]:
        def blocking(self: Any, *args: P.args, **words: P.kwargs) -> B:
            return blocking_kind(self._connection, self._connection.run(flow(self, *args, **words)))

        async def awaited(self: Any, *args: P.args, **words: P.kwargs) -> A:
            return awaited_kind(self._connection, await self._connection.run(flow(self, *args, **words)))

        return Verb(flow, blocking, awaited, (blocking_kind.__name__, awaited_kind.__name__))

    return verb_giving


def _each(connection: Any, batches: Batches[T]) -> Iterator[T]:
    while (batch := connection.run(batches.next())) is not None:
        yield from batch


async def _each_async(connection: Any, batches: Batches[T]) -> AsyncIterator[T]:
    while (batch := await connection.run(batches.next())) is not None:
        for result in batch:
            yield result


def _verbs_of(cls: type) -> list[tuple[str, Verb[..., Any, Any]]]:
    """Return the verbs that a class has and did not turn into methods yet, by the names it gives them."""
    seen: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        seen.update(vars(base))
    return [(name, found) for name, found in seen.items() if isinstance(found, Verb)]


def _method(cls: type, name: str, of: Verb[..., Any, Any], form: Any, gives: str) -> Function:
    """Return a form of a verb as a method that a class has for its own."""
    method: Any = FunctionType(form.__code__, of.scope, name, form.__defaults__, form.__closure__)
    returned = gives.format(of.result)
    method.__qualname__, method.__module__, method.__doc__ = f"{cls.__qualname__}.{name}", cls.__module__, of.__doc__
    method.__signature__ = of.signature.replace(return_annotation=returned)
    method.__annotations__ = {**of.flow.__annotations__, "return": returned}
    return cast(Function, method)


def _result_of(annotation: str) -> str:
    """Return what a flow or its batches give: ``StoredObject`` of ``Flow[StoredObject]``."""
    outer, _, rest = annotation.partition("[")
    if outer not in ("Flow", "Batches") or not rest.endswith("]"):
        raise TypeError(f"a verb returns Flow[...] or Batches[...], not {annotation}")
    return rest[:-1]


class Namespace(Blocking):
    """Verbs that block, over a connection."""

    def __init__(self, connection: Runner) -> None:
        self._connection = connection


class AsyncNamespace(Awaited):
    """Verbs that are awaited, over a connection."""

    def __init__(self, connection: AsyncRunner) -> None:
        self._connection = connection
