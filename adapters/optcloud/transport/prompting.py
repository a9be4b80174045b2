"""Questions to a person, put to the function that the caller gave."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable

from optcloud.core.errors import ConfigError
from optcloud.core.prompts import Asker, Question, read_answer, taken
from optcloud.core.secret import Secret


def ask(asker: Asker | None, question: Question) -> Secret | None:
    """Put a question, by blocking. Raises `ConfigError` for a function that is no plain one."""
    answer = None if asker is None else taken(asker(question))
    if inspect.iscoroutine(answer):
        answer.close()
        raise ConfigError("adiutaopt_challenge is a coroutine function: OptCloud takes a plain one, AsyncOptCloud both")
    return read_answer(answer)


async def ask_async(asker: Asker | None, question: Question) -> Secret | None:
    """Put a question. A plain function is called in a thread, since it may wait for a person."""
    if asker is None:
        return None
    is_async = inspect.iscoroutinefunction(asker)
    answer = taken(asker(question) if is_async else await asyncio.to_thread(asker, question))
    return read_answer(taken(await answer) if isinstance(answer, Awaitable) else answer)
