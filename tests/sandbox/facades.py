"""The facade's two forms, presented alike, so that a test is written once."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
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
            result = function(*arguments, **options)
            if inspect.iscoroutine(result):
                result = self._loop.run_until_complete(result)
            return self._wrapped(result)

        return called

    def _wrapped(self, value: Any) -> Any:
        ours = type(value).__module__.startswith("optcloud.facade")
        return Blocked(value, self._loop) if ours else value


def launched(pool_or_launching: Any) -> Any:
    """The pool of a launch: what blocking code gets at once and asynchronous code awaits."""
    if not isinstance(pool_or_launching, Blocked):
        return pool_or_launching
    inner, loop = pool_or_launching._inner, pool_or_launching._loop

    async def awaited() -> Any:
        return await inner

    return Blocked(loop.run_until_complete(awaited()), loop)
