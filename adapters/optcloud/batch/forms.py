"""The two forms of a batch's verbs, which are written once, as flows of two effects.

`RunBlocking` is work with the ledger: done at once in the blocking form, in a thread in the asyncio form. `InEventLoop`
is work with a client: in the blocking form an event loop runs for it, with a client of its own.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from attrs import field, frozen

from optcloud.core.errors import ConfigError
from optcloud.core.flow import Effect, Flow, RunBlocking, run_flow, run_flow_async
from optcloud.process.exit_guard import ENDING, Ended

T = TypeVar("T")


def _never() -> None:
    raise NotImplementedError


@frozen
class InEventLoop(RunBlocking):
    """Await something that needs an `AsyncOptCloud`, which it is given. Result: what it returns."""

    work: Callable[[], Any] = field(default=_never, repr=False)
    awaited: Callable[[Any], Coroutine[Any, Any, Any]] = field(kw_only=True, repr=False)


class BlockingForm:
    """Runs flows of a batch in this thread. ``clients`` makes an `AsyncOptCloud`, in the loop that it belongs to."""

    def __init__(self, clients: Callable[[], Any]) -> None:
        self._clients = clients

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end. Raises `ConfigError` where a loop is needed and one runs in this thread already."""
        return run_flow(flow, self._perform)

    def _perform(self, effect: Effect) -> Any:
        if not isinstance(effect, InEventLoop):
            return _blocking(effect)()
        if _in_a_loop():
            raise ConfigError(
                "an event loop runs in this thread, as in a notebook: use AsyncOptCloud, and await what its batch does"
            )
        return asyncio.run(self._with_client(effect))

    async def _with_client(self, effect: InEventLoop) -> Any:
        with _signals_cancel():
            async with self._clients() as oc:
                return await effect.awaited(oc)


class AwaitedForm:
    """Runs flows of a batch in the event loop of its `AsyncOptCloud`; what blocks runs in threads."""

    def __init__(self, oc: Any) -> None:
        self._oc = oc

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end."""
        return await run_flow_async(flow, self._perform)

    async def _perform(self, effect: Effect) -> Any:
        if isinstance(effect, InEventLoop):
            return await effect.awaited(self._oc)
        return await asyncio.to_thread(_blocking(effect))


def _blocking(effect: Effect) -> Callable[[], Any]:
    if not isinstance(effect, RunBlocking):
        raise TypeError(f"{type(effect).__name__} is no effect of a batch")
    return effect.work


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@contextmanager
def _signals_cancel() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the block as Ctrl-C does, by cancelling it; then `Ended` is raised.

    asyncio sees to Ctrl-C itself. Where somebody has a handler of their own, that one decides.
    """
    task, loop, came = asyncio.current_task(), asyncio.get_running_loop(), []

    def end(number: int) -> None:
        came.append(number)
        if task is not None:
            task.cancel()

    ours = []
    if threading.current_thread() is threading.main_thread():
        for number in ENDING:
            if signal.getsignal(number) == signal.SIG_DFL:
                with suppress(NotImplementedError):  # on Windows
                    loop.add_signal_handler(number, end, number)
                    ours.append(number)
    try:
        yield
    except asyncio.CancelledError:
        if came:
            raise Ended(came[0]) from None
        raise
    finally:
        for number in ours:
            loop.remove_signal_handler(number)
