"""Verbs made of functions: of flows that need one thing of the object with the verb, of pages that need nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import wraps
from inspect import Parameter
from typing import Any, Concatenate, ParamSpec, TypeVar

from optcloud.core.flow import Flow, Pages
from optcloud.core.verbs import Verb, pages, verb

P = ParamSpec("P")
T = TypeVar("T")


def verb_from(attribute: str, flow: Callable[Concatenate[Any, P], Flow[T]]) -> Verb[P, T, Coroutine[Any, Any, T]]:
    """Make a verb of a flow, which is given an attribute of the object first.

    ``wait = verb_from("_flows", TaskFlows.wait)`` runs ``self._flows.wait(...)``, and has its words and parameters.
    """

    @wraps(flow)
    def method(self: Any, /, *args: P.args, **words: P.kwargs) -> Flow[T]:
        return flow(getattr(self, attribute), *args, **words)

    made = verb(method)
    first, *others = made.signature.parameters.values()
    itself = first.replace(name="self", annotation=Parameter.empty)
    made.signature = made.signature.replace(parameters=[itself, *others])
    method.__annotations__.pop(first.name, None)
    return made


def pages_of(batches: Callable[P, Pages[T]]) -> Verb[P, Iterator[T], AsyncIterator[T]]:
    """Make a verb of a function that returns batches of results: an iterator, which asks for one when it needs it."""

    @wraps(batches)
    def method(self: Any, /, *args: P.args, **words: P.kwargs) -> Pages[T]:
        return batches(*args, **words)

    made = pages(method)
    itself = Parameter("self", Parameter.POSITIONAL_ONLY)
    made.signature = made.signature.replace(parameters=[itself, *made.signature.parameters.values()])
    return made
