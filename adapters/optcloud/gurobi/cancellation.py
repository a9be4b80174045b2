"""Work that must be done as a whole though its task is cancelled, as `optcloud.process.signals` does for signals."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from optcloud.core.errors import OptCloudError
from optcloud.process import signals as interrupts

T = TypeVar("T")


async def to_the_end(work: Coroutine[Any, Any, T], undo: Callable[[T], Awaitable[object]] | None = None) -> T:
    """Await ``work``. Cancelled meanwhile, wait for its end all the same, undo it, and only then be cancelled.

    Cancelled again, after `GRACE`, do not wait any longer.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError as cancelled:
        await _in_spite_of_more(_ended(task, undo, cancelled))
        raise


async def _ended(
    task: asyncio.Future[T], undo: Callable[[T], Awaitable[object]] | None, cancelled: asyncio.CancelledError
) -> None:
    try:
        done = await task
        if undo is not None:
            await undo(done)
    except OptCloudError as error:
        cancelled.add_note(str(error))


async def _in_spite_of_more(work: Coroutine[Any, Any, None]) -> None:
    """Await work after a cancellation, through further ones: a task group and the end of the loop each cancel."""
    time = asyncio.get_running_loop().time
    began, task = time(), asyncio.ensure_future(work)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if time() - began >= interrupts.GRACE:
                task.cancel()
                await asyncio.wait([task])
