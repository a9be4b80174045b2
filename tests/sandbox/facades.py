"""The facade's two forms, presented alike, so that a test is written once."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

from optcloud import Pace, RetryPolicy

FAST = Pace(first=0.005, longest=0.01)
QUICK_RETRY = RetryPolicy(first=0.001, longest=0.002)
Opener = Callable[..., Any]


class Blocked:
    """Presents an asynchronous object as a blocking one, so that a test can be written once."""

    def __init__(self, inner: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._inner = inner
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, {"close": "aclose"}.get(name, name))
        return self._call(value) if inspect.ismethod(value) else self._wrapped(value)

    def __enter__(self) -> Any:
        return self._wrapped(self._loop.run_until_complete(self._inner.__aenter__()))

    def __exit__(self, *details: Any) -> None:
        self._loop.run_until_complete(self._inner.__aexit__(*details))

    def _call(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **options: Any) -> Any:
            bare = {name: self._bare(value) for name, value in options.items()}
            result = function(*map(self._bare, arguments), **bare)
            if inspect.iscoroutine(result):
                result = self._loop.run_until_complete(result)
            return self._wrapped(result)

        return called

    def __getitem__(self, key: Any) -> Any:
        return self._wrapped(self._inner[key])

    def _each(self, generator: AsyncGenerator[Any, None]) -> Iterator[Any]:
        while True:
            try:
                value = self._loop.run_until_complete(anext(generator))
            except StopAsyncIteration:
                return
            yield self._wrapped(value)

    def _bare(self, value: Any) -> Any:
        """What the inner object is to be given."""
        if type(value) is list:
            return [self._bare(one) for one in value]
        return value._inner if isinstance(value, Blocked) else value

    def _wrapped(self, value: Any) -> Any:
        if type(value) in {list, tuple}:
            return type(value)(self._wrapped(one) for one in value)
        if isinstance(value, map):
            return map(self._wrapped, value)
        if inspect.isasyncgen(value):
            return self._each(value)
        kind = type(value)
        ours = kind.__module__.startswith("optcloud.") and kind.__name__.startswith(("Async", "Launching"))
        return Blocked(value, self._loop) if ours else value


def launched(pool_or_launching: Any) -> Any:
    """The pool of a launch: what blocking code gets at once and asynchronous code awaits."""
    if not isinstance(pool_or_launching, Blocked):
        return pool_or_launching
    inner, loop = pool_or_launching._inner, pool_or_launching._loop

    async def awaited() -> Any:
        return await inner

    return Blocked(loop.run_until_complete(awaited()), loop)
