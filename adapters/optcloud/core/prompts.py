"""Questions that only a person can answer, asked while signing in by the function that the caller gave."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from attrs import frozen

from optcloud.core.errors import ConfigError
from optcloud.core.secret import Secret


@frozen
class Question:
    """One thing that only a person (or what holds their authenticator's seed) can say.

    ``name``: what is going on, in the identity provider's word (``SMS_MFA``, ``NEW_PASSWORD_REQUIRED``…), or
    ``PASSWORD`` where a setting is missing. ``asked``: the field that is wanted (``SMS_MFA_CODE``, ``NEW_PASSWORD``,
    ``userAttributes.email``). ``words``: the same for people. ``destination``: where a code was sent, masked by the
    identity provider. ``refusal``: its words on the answer before, if that was refused. ``attempt`` counts from 1.
    """

    name: str
    asked: str
    words: str
    destination: str | None = None
    refusal: str | None = None
    attempt: int = 1


Answer: TypeAlias = str | Secret | None
QuestionHandler: TypeAlias = Callable[[Question], Answer | Awaitable[Answer]]


def hidden_answer(answer: object) -> Secret | Awaitable[object] | type | None:
    """Return a text as a `Secret`, and the type of what is neither text nor awaitable: no value is shown."""
    if answer is None or isinstance(answer, Secret | Awaitable | type):
        return answer
    return Secret(answer) if isinstance(answer, str) else type(answer)


def read_answer(answer: object) -> Secret | None:
    """Return an answer; None where it says nothing. Raises `ConfigError` for anything but text."""
    answer = hidden_answer(answer)
    if answer is not None and not isinstance(answer, Secret):
        name = (answer if isinstance(answer, type) else type(answer)).__name__
        raise ConfigError(f"adiutaopt_challenge returned a {name}: return str, Secret or None")
    return answer or None


def ask(handler: QuestionHandler | None, question: Question) -> Secret | None:
    """Ask, and block until there is an answer. Raises `ConfigError` for a coroutine function."""
    answer = None if handler is None else hidden_answer(handler(question))
    if inspect.iscoroutine(answer):
        answer.close()
        raise ConfigError("adiutaopt_challenge is a coroutine function: OptCloud takes a plain one, AsyncOptCloud both")
    return read_answer(answer)


async def ask_async(handler: QuestionHandler | None, question: Question) -> Secret | None:
    """Ask. A plain function is called in a thread, since it may wait for a person."""
    if handler is None:
        return None
    is_async = inspect.iscoroutinefunction(handler)
    answer = hidden_answer(handler(question) if is_async else await asyncio.to_thread(handler, question))
    return read_answer(hidden_answer(await answer) if isinstance(answer, Awaitable) else answer)
