"""Verbs: a flow that is written once, and is a blocking method of one class and an awaited method of another.

    class KeysVerbs:
        delete = verb_of(keys.delete)  # a flow function

        @verb
        def create(self, name: str) -> Flow[ApiKey]:  # a flow method, which reads what the namespace knows
            return keys.create(name, hide=self._hide)

    class Keys(KeysVerbs, Namespace): ...  # Keys(connection).create("ci") returns an ApiKey
    class AsyncKeys(KeysVerbs, AsyncNamespace): ...  # await AsyncKeys(connection).create("ci") does

Type checkers read `Verb.__get__`. At run time each class gets functions of its own, made when the class is defined, so
that `help`, `inspect.signature` and rendered pages show methods as if they were written by hand.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import wraps
from types import FunctionType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, get_origin, overload

from optcloud.core.flow import AsyncRunner, Flow, Pages, Runner, iterate, iterate_async

P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F")
B = TypeVar("B")
A = TypeVar("A")
Form = tuple[Callable[..., Any], str]  # how a flow is run over a connection, and what that returns: "Iterator[{}]"


class Verb(Generic[P, B, A]):
    """A method that returns ``B`` where verbs block, and ``A`` where they are awaited."""

    def __init__(self, flow: Callable[..., Any], blocking: Form, awaited: Form) -> None:
        self.flow: Callable[..., Any] = flow
        self.blocking: Form = blocking
        self.awaited: Form = awaited
        self.signature: inspect.Signature = _spelled_out(flow)
        outer, _, inner = str(self.signature.return_annotation).partition("[")
        if outer not in ("Flow", "Pages") and "{}" in blocking[1]:
            raise TypeError(f"{flow.__qualname__} returns {outer}; a verb is made of a Flow[...] or of Pages[...]")
        self.result: str = inner.removesuffix("]")

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
    return Verb(flow, (_run, "{}"), (_run_awaited, "{}"))


class FlowVerb(Verb[P, T, Coroutine[Any, Any, T]]):
    """A verb that is a flow function, too: called, it gives the flow."""

    def __call__(self, *args: P.args, **words: P.kwargs) -> Flow[T]:
        flow: Flow[T] = self.flow(None, *args, **words)
        return flow


def verb_of(flow: Callable[P, Flow[T]]) -> FlowVerb[P, T]:
    """Make a verb of a flow function, which needs nothing of the namespace.

    As a decorator of the function itself, so that a class says ``delete = delete``, it also lets jedi, which runs no
    code, show the signature; of ``delete = verb_of(delete)`` jedi knows none.
    """

    @wraps(flow)
    def method(self: Any, /, *args: P.args, **words: P.kwargs) -> Flow[T]:
        return flow(*args, **words)

    made: FlowVerb[P, T] = FlowVerb(method, (_run, "{}"), (_run_awaited, "{}"))
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    made.signature = made.signature.replace(parameters=[itself, *made.signature.parameters.values()])
    return made


def pages(batches: Callable[Concatenate[Any, P], Pages[T]]) -> Verb[P, Iterator[T], AsyncIterator[T]]:
    """Make a verb of a method that returns batches of results: an iterator, which asks for a batch when it needs it."""
    return Verb(batches, (iterate, "Iterator[{}]"), (iterate_async, "AsyncIterator[{}]"))


def giving(
    kind: Callable[[Any, F], B], async_kind: Callable[[Any, F], A]
) -> Callable[[Callable[Concatenate[Any, P], Flow[F]]], Verb[P, B, Coroutine[Any, Any, A]]]:
    """Make a verb whose result is a handle: ``@giving(Task, AsyncTask)`` over a flow that returns a task's flows."""
    made: Callable[[Any, F], B] = get_origin(kind) or kind  # Plan[PlanT] is Plan
    async_made: Callable[[Any, F], A] = get_origin(async_kind) or async_kind

    def run(connection: Runner, flow: Flow[F]) -> B:
        return made(connection, connection.run(flow))

    async def run_awaited(connection: AsyncRunner, flow: Flow[F]) -> A:
        return async_made(connection, await connection.run(flow))

    return lambda flow: Verb(flow, (run, made.__name__), (run_awaited, async_made.__name__))


def finished_by(
    finish: Callable[[Any, F], B], finish_awaited: Callable[[Any, F], A]
) -> Callable[[Callable[Concatenate[Any, P], F]], Verb[P, B, A]]:
    """Make a verb of which each form does the last step in its own way, with the connection and what the method made.

    ``@finished_by(Pool, AsyncPool)`` over a method that returns the flows of a pool makes handles, and asks nothing.
    """
    return lambda begin: Verb(begin, (finish, _result_of(finish)), (finish_awaited, _result_of(finish_awaited)))


def _result_of(finish: Callable[..., Any]) -> str:
    return finish.__name__ if isinstance(finish, type) else str(inspect.signature(finish).return_annotation)


def _spelled_out(flow: Callable[..., Any]) -> inspect.Signature:
    """Return the signature, in which the fields of an ``Unpack[...]`` are parameters; what is left out is None."""
    signature = inspect.signature(flow)
    parameters: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        unpacked = re.fullmatch(r"Unpack\[(\w+)\]", str(parameter.annotation))
        if unpacked is None:
            parameters.append(parameter)
            continue
        fields = inspect.unwrap(flow).__globals__[unpacked[1]].__annotations__
        parameters += [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=field.__forward_arg__)
            for name, field in fields.items()
        ]
    return signature.replace(parameters=parameters)


class _WithVerbs:
    def __init_subclass__(cls, **words: Any) -> None:
        """Make methods of the verbs."""
        super().__init_subclass__(**words)
        for name in dir(cls):
            found: Any = inspect.getattr_static(cls, name)
            if isinstance(found, Verb):
                form = found.awaited if issubclass(cls, Awaited) else found.blocking
                setattr(cls, name, _method(cls, name, found, *form))


class Blocking(_WithVerbs):
    """A class whose verbs block. It has a ``_connection``, which is a `Runner`."""


class Awaited(_WithVerbs):
    """A class whose verbs are awaited. It has a ``_connection``, which is an `AsyncRunner`."""


def _method(cls: type, name: str, of: Verb[..., Any, Any], run: Callable[..., Any], returned: str) -> Any:
    flow = of.flow

    # Arguments may be secrets: they are let go of, so that they are in no traceback of what the flow raises.

    def method(self: Any, /, *args: Any, **words: Any) -> Any:
        made = flow(self, *args, **words)
        del args, words
        return run(self._connection, made)

    async def awaited(self: Any, /, *args: Any, **words: Any) -> Any:
        made = flow(self, *args, **words)
        del args, words
        return await run(self._connection, made)

    chosen: Any = awaited if inspect.iscoroutinefunction(run) else method
    # With the globals of the flow, by which its annotations are resolved; the code above uses none.
    made: Any = FunctionType(chosen.__code__, inspect.unwrap(flow).__globals__, name, None, chosen.__closure__)
    made.__qualname__, made.__module__, made.__doc__ = f"{cls.__qualname__}.{name}", cls.__module__, flow.__doc__
    made.__signature__ = of.signature.replace(return_annotation=returned.format(of.result))
    parameters = made.__signature__.parameters.values()
    made.__annotations__ = {each.name: each.annotation for each in parameters if each.annotation is not each.empty}
    made.__annotations__["return"] = made.__signature__.return_annotation
    return made


def _run(connection: Runner, flow: Flow[T]) -> T:
    return connection.run(flow)


async def _run_awaited(connection: AsyncRunner, flow: Flow[T]) -> T:
    return await connection.run(flow)


class Namespace(Blocking):
    """Verbs that block, over a connection."""

    def __init__(self, connection: Runner) -> None:
        self._connection = connection


class AsyncNamespace(Awaited):
    """Verbs that are awaited, over a connection."""

    def __init__(self, connection: AsyncRunner) -> None:
        self._connection = connection
