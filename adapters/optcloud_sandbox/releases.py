"""Slow replies that wait until a test lets them go."""

import asyncio


class Releases:
    """Replies waiting for `release`."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    async def wait(self) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            self._waiting.discard(waiting)

    def release(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
