"""Questions reach whoever answers, in both forms, and hold up nobody else."""

from __future__ import annotations

import asyncio
import threading
from functools import partial
from typing import Any

import pytest

from optcloud.core.errors import ConfigError
from optcloud.core.flow import Ask, Flow
from optcloud.core.prompts import Question
from optcloud.core.secret import Secret
from optcloud.transport.asynchronous import AsyncDriver
from optcloud.transport.blocking import Driver
from optcloud.transport.httpx_mapping import DriverConfig
from patience import PATIENCE

QUESTION = Question("SMS_MFA", "SMS_MFA_CODE", "the code")


def asking() -> Flow[Secret | None]:
    answer: Secret | None = yield Ask(QUESTION)
    return answer


def plain(asker: Any) -> Secret | None:
    return Driver(lambda _: None, DriverConfig(ask=asker)).run(asking())  # type: ignore[arg-type, return-value]


def awaited(asker: Any) -> Secret | None:
    async def perform(_: object) -> Any:
        return None

    return asyncio.run(AsyncDriver(perform, DriverConfig(ask=asker)).run(asking()))


@pytest.mark.parametrize("run", [plain, awaited])
@pytest.mark.parametrize(
    ("answer", "read"), [("246810", Secret("246810")), (Secret("x"), Secret("x")), (None, None), ("", None)]
)
def test_a_plain_function_answers_both(run: Any, answer: Any, read: Secret | None) -> None:
    assert run(lambda question: answer if question == QUESTION else "another question") == read


@pytest.mark.parametrize("run", [plain, awaited])
def test_with_nobody_to_ask_there_is_no_answer(run: Any) -> None:
    assert run(None) is None


@pytest.mark.parametrize("run", [plain, awaited])
def test_an_answer_of_another_type_is_named(run: Any) -> None:
    with pytest.raises(ConfigError, match="returned a int: return str, Secret or None"):
        run(lambda _: 246810)


@pytest.mark.parametrize("run", [plain, awaited])
def test_what_the_function_raises_is_raised(run: Any) -> None:
    def leave(_: Question) -> str:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        run(leave)


async def later(_: Question) -> str:
    await asyncio.sleep(0)
    return "246810"


def test_a_coroutine_function_answers_in_asyncio_only() -> None:
    assert awaited(later) == Secret("246810")
    assert awaited(partial(lambda asker, question: asker(question), later)) == Secret("246810")
    with pytest.raises(ConfigError, match="coroutine function: OptCloud takes a plain one"):
        plain(later)


def test_a_person_who_thinks_holds_up_no_other_task() -> None:
    thinking = threading.Event()

    def answer(_: Question) -> str:
        assert thinking.wait(PATIENCE), "the event loop goes on meanwhile"
        return "246810"

    async def main() -> Secret | None:
        async def perform(_: object) -> Any:
            return None

        flow = asyncio.create_task(AsyncDriver(perform, DriverConfig(ask=answer)).run(asking()))
        await asyncio.sleep(0)
        thinking.set()
        return await flow

    assert asyncio.run(main()) == Secret("246810")
