"""The receiver of task hooks, which a user mounts: an ASGI app, and a plain function for anything else.

It needs no web framework and no httpx. See `optcloud.aimms.tasks.hooks` for what a call is.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from weakref import WeakSet

from optcloud.aimms.tasks.hooks import HookError, HookKey, StateChange, read_hook
from optcloud.core.process_bound import ProcessBound, renew_in_child
from optcloud.core.secret import Secret, as_secret
from optcloud.core.states import State
from optcloud.core.wake_up import Alarm

MOST_REMEMBERED = 100_000  # calls; the oldest are forgotten before they are too old only under such a load
_Message = MutableMapping[str, Any]


class HookReceiver(ProcessBound):
    """Checks calls, and wakes those who wait: ``job.wait(hook=receiver)``, ``oc.aimms.wait_all(jobs, hook=receiver)``.

    ``key`` is the secret in the hook's address (`address` adds it). A call is believed when it is signed, at most
    ``age`` seconds old (or ahead) and new; even then it only leads to a look at the task. ``on_change`` is called with
    each `StateChange`, in the thread that the call came in: be quick, AIMMS does not wait long and does not repeat.

    Mount the object itself as an ASGI app, at any path; or call `receive` from a handler of your own. It may be used
    from several threads; with several processes, each hears only of its own calls.
    """

    HINT = "make one in each process, with the same key; each hears only of the calls that it takes itself"

    def __init__(
        self,
        key: HookKey | Secret | str,
        *,
        age: float = 300.0,
        on_change: Callable[[StateChange], object] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        key = key if isinstance(key, HookKey) else HookKey(as_secret(key))
        self._key = key
        self._age = age
        self._on_change = on_change
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, str, float], None] = OrderedDict()
        self._listeners: WeakSet[_Listener] = WeakSet()
        renew_in_child(self)

    def after_fork(self) -> None:
        """Make the lock anew: who held it may not be in this process."""
        self._lock = threading.Lock()

    def address(self, base: str) -> Secret:
        """Return the address to hand to ``run(hook=…)``: yours, where this is mounted, with the key added."""
        return self._key.address(base)

    def receive(self, url_or_query: str, method: str = "PUT") -> StateChange:
        """Take a call: its address, or its query alone. Raises `HookError`, whose ``status`` (403, 405) is the answer.

        Answer 204 else, without a body: what was wrong with a call is not for the caller to know.
        """
        if method.upper() != "PUT":
            raise HookError(f"hooks are called by PUT, not by {method[:20]!r}", status=405)
        now = self._clock()
        change = read_hook(url_or_query, self._key, now=now, age=self._age)
        with self._lock:
            self._remember(change, now)
            listeners = [listener for listener in self._listeners if listener.wants(change)]
        for listener in listeners:
            listener.tell(change)
        if self._on_change is not None:
            self._on_change(change)
        return change

    def alarm(self, task_ids: Iterable[str], *, ends_only: bool = False) -> Alarm:
        """Return an alarm that rings, by a task's id, whenever a believed call tells of one of these tasks.

        ``ends_only``: not for states in which a task goes on. It rings as long as somebody holds it.
        """
        listener = _Listener(frozenset(task_ids), ends_only=ends_only)
        with self._lock:
            self._listeners.add(listener)
        return listener

    async def __call__(
        self,
        scope: _Message,
        receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        """Answer 204, 403 or 405, each without a body."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        try:
            self.receive(scope.get("query_string", b"").decode("latin-1"), scope["method"])
            status = 204
        except HookError as refused:
            status = refused.status
        headers = [(b"allow", b"PUT"), (b"content-length", b"0")] if status == 405 else [(b"content-length", b"0")]
        headers = [] if status == 204 else headers
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def __repr__(self) -> str:
        return f"{type(self).__name__}(age={self._age:g})"

    def _remember(self, change: StateChange, now: float) -> None:
        """Refuse a call that was seen, and forget those that are too old to be believed anyway."""
        call = (change.task_id, change.word, change.at.timestamp())
        if call in self._seen:
            raise HookError("the call was seen before")
        self._seen[call] = None
        while self._seen and (len(self._seen) > MOST_REMEMBERED or next(iter(self._seen))[2] < now - self._age):
            self._seen.popitem(last=False)


class _Listener(Alarm):
    """An alarm, and what it rings for."""

    def __init__(self, task_ids: frozenset[str], *, ends_only: bool) -> None:
        super().__init__()
        self._task_ids = {task_id.lower(): task_id for task_id in task_ids}  # a UUID may be spelt in either case
        self._ends_only = ends_only

    def wants(self, change: StateChange) -> bool:
        goes_on = not change.state.ended and change.state is not State.UNKNOWN
        return change.task_id.lower() in self._task_ids and not (self._ends_only and goes_on)

    def tell(self, change: StateChange) -> None:
        self.ring(self._task_ids[change.task_id.lower()])


async def _live(receive: Callable[[], Awaitable[_Message]], send: Callable[[_Message], Awaitable[None]]) -> None:
    """Say yes to a server's start and end: nothing is to be prepared."""
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
