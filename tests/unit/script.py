"""Runs flows without a socket and without a real clock: replies are scripted, the clock is turned by sleeping."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import httpx

from optcloud.core.errors import AuthError, DeadlineExceeded, TransportError
from optcloud.core.flow import (
    Ask,
    Call,
    Fetch,
    Flow,
    Instant,
    Notify,
    Post,
    ReadClock,
    RunBlocking,
    Send,
    Sleep,
    WithDeadline,
    WithLock,
)
from optcloud.core.payload import Payload
from optcloud.core.prompts import Answer, Question, read_answer
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.retry import RetryPolicy
from optcloud.core.secret import Redactor, Secret
from optcloud.transport.clients import PolicyClient

T = TypeVar("T")
Scripted: TypeAlias = httpx.Response | BaseException | Callable[[Any], httpx.Response]

EPOCH = 1_794_042_301.0  # Sat Nov 7 2026 09:05:01 UTC: a day of the month with one digit
RETRY = RetryPolicy(random=lambda: 1.0)  # without jitter: 0.5, 1, 2 seconds
LOST = TransportError("ReadError: connection reset", sent="unknown")
NEVER_LEFT = TransportError("ConnectError: refused", sent="no")
_UNUSED = httpx.MockTransport(lambda request: httpx.Response(500))  # only builds requests


class Script:
    """Performs the effects of flows.

    `Call`, `Send`, `Post` and `Fetch` take the next scripted reply: a response, an exception to raise, or a function
    of the effect's request. With a ``road``, a `Call` travels it (signed, retried, error-raising), as in the drivers.
    What went out is in ``sent`` (requests), ``posts``, ``fetches``, ``slept``, ``events`` and ``questions``, which the
    next of ``answers`` answers.
    """

    def __init__(self, replies: Iterable[Scripted] = (), *, policy: RequestPolicy | None = None) -> None:
        self.replies = list(replies)
        self.policy = policy
        self.now = 0.0
        self.until = math.inf
        self.sent: list[httpx.Request] = []
        self.posts: list[Post] = []
        self.fetches: list[Fetch] = []
        self.slept: list[float] = []
        self.events: list[object] = []
        self.exclusive = 0
        self.questions: list[Question] = []
        self.answers: list[Answer] = []
        self.on_sleep: Callable[[], None] = lambda: None
        base = policy.base_url if policy else "https://cloud.test/api"
        options = {"transport": _UNUSED, "base_url": base, "headers": dict(policy.headers) if policy else None}
        self._client: httpx.Client = PolicyClient(policy, **options) if policy else httpx.Client(**options)  # type: ignore[arg-type]

    def run(self, flow: Flow[T]) -> T:
        """Run to the end; scripted replies that are left over are an error of the test."""
        value = self._run(flow)
        assert not self.replies, f"not asked for: {self.replies}"
        return value

    def request(self, method: str, url: str, **arguments: Any) -> httpx.Request:
        """Build a request as the cloud's httpx client would."""
        return self._client.build_request(method, url, **arguments)

    def _run(self, flow: Flow[T]) -> T:
        result: Any = None
        error: BaseException | None = None
        while True:
            try:
                effect = flow.send(result) if error is None else flow.throw(error)
            except StopIteration as stop:
                value: T = stop.value
                return value
            try:
                result, error = self._perform(effect), None
            except BaseException as raised:  # noqa: BLE001 - thrown into the flow, as the drivers do
                error = raised

    def _perform(self, effect: object) -> Any:
        match effect:
            case Call(arguments, save_to):
                return self._saved(self._call(arguments), save_to)
            case Send(request):
                assert isinstance(request, httpx.Request)
                return self._reply(request)
            case Post():
                self.posts.append(effect)
                return self._next(effect)
            case Fetch():
                self.fetches.append(effect)
                return self._saved(self._next(effect), effect.save_to)
            case Sleep(seconds):
                assert seconds >= 0
                if self.now + seconds >= self.until:
                    raise DeadlineExceeded("over", sent="no")
                self.slept.append(seconds)
                self.now += seconds
                self.on_sleep()
            case ReadClock():
                return Instant(self.now, EPOCH + self.now)
            case Notify(event):
                self.events.append(event)
            case RunBlocking(work):
                return work()
            case Ask(question):
                return self._answer(question)
            case WithDeadline(flow, until):
                return self._within(flow, until)
            case WithLock(flow):
                return self._alone(flow)
            case _:
                raise AssertionError(f"no effect: {effect!r}")
        return None

    def _answer(self, question: Question) -> Secret | None:
        """Note the question, and give the next of ``answers``."""
        self.questions.append(question)
        return read_answer(self.answers.pop(0)) if self.answers else None

    def _call(self, arguments: Mapping[str, Any]) -> httpx.Response:
        request = self._client.build_request(**_whole(arguments))
        request.read()
        if self.policy is None:
            return self._reply(request)
        reply: Any = self._run(self.policy.exchange(request))  # type: ignore[arg-type]
        assert isinstance(reply, httpx.Response)
        return reply

    def _saved(self, reply: httpx.Response, target: Path | None) -> httpx.Response:
        """Do as the drivers with a reply that goes into a file."""
        if target is None:
            return reply
        size = target.write_bytes(reply.content)
        return httpx.Response(reply.status_code, headers=reply.headers, extensions={"saved": size})

    def _reply(self, request: httpx.Request) -> httpx.Response:
        """Record what goes out now: the flow may sign the same request again later."""
        copy = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        copy.extensions = request.extensions
        self.sent.append(copy)
        return self._next(request)

    def _next(self, asked: Any) -> httpx.Response:
        assert self.replies, f"a reply too few: {asked!r}"
        reply = self.replies.pop(0)
        if isinstance(reply, BaseException):
            raise reply
        return reply if isinstance(reply, httpx.Response) else reply(asked)

    def _within(self, flow: Flow[T], until: float) -> T:
        before, self.until = self.until, min(self.until, until)
        try:
            return self._run(flow)
        finally:
            self.until = before

    def _alone(self, flow: Flow[T]) -> T:
        assert self.exclusive == 0, "Exclusively inside Exclusively would never end"
        self.exclusive += 1
        try:
            return self._run(flow)
        finally:
            self.exclusive -= 1


def _whole(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Read payloads into bytes: what is sent here is looked at."""
    whole = dict(arguments)
    if isinstance(whole.get("content"), Payload):
        whole["content"] = b"".join(whole["content"].chunks())
    if "files" in whole:
        parts = [(name, list(part)) for name, part in whole["files"]]
        for _name, part in parts:
            part[1] = b"".join(part[1].chunks()) if isinstance(part[1], Payload) else part[1]
        whole["files"] = [(name, tuple(part)) for name, part in parts]
    return whole


class NoAuth:
    """Counts signatures; ``tokens`` are what there is to try after a `reject`."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.signed = 0

    def sign(self, request: Any) -> Flow[None]:
        """Number the attempts."""
        self.signed += 1
        request.headers["x-attempt"] = str(self.signed)
        yield from ()

    def reject(self, request: Any, error: AuthError) -> Flow[bool]:
        """Say whether there was another token."""
        yield from ()
        return bool(self.tokens and self.tokens.pop())


def plain_road(auth: Any = None, **changes: Any) -> RequestPolicy:
    """A road to nowhere in particular."""
    facts: dict[str, Any] = {
        "vendor": "Vendor",
        "base_url": "https://cloud.test/api",
        "auth": auth or NoAuth(),
        "redact": Redactor(),
        "retry": RETRY,
    }
    return RequestPolicy(**(facts | changes))


def json_reply(value: Any, status: int = 200, **headers: str) -> httpx.Response:
    """A JSON response."""
    return httpx.Response(status, json=value, headers=headers)
