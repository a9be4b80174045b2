"""Verbs made of functions are methods with the function's own parameters and words, in both forms."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

from optcloud.aimms.namespaces import LazyNamespace
from optcloud.aimms.storage.storage import AsyncStorage, Storage
from optcloud.client import AsyncOptCloud, OptCloud
from optcloud.core.flow import Flow, Pages, ReadClock
from optcloud.core.verbs import AsyncNamespace, Namespace
from optcloud.handles.verb_from import pages_of, verb_from
from unit.test_verbs import AsyncClock, Clock, Letters

AIMMS: dict[str, Any] = {"url": "http://127.0.0.1:1/pro-api/v2", "api_key": "not-a-real-key"}


def sign(mark: str, name: str, *, count: int = 1) -> Flow[str]:
    """Sign a name."""
    yield ReadClock()
    return f"{mark}{name}" * count


def letters(text: str = "ab", **more: str) -> Pages[str]:
    """Letters, each when it is asked for."""
    return Letters(text + "".join(more.values()))


class PenVerbs:
    mark = "!"
    sign = verb_from("mark", sign)
    letters = pages_of(letters)


class Pen(PenVerbs, Namespace):
    """A pen."""


class AsyncPen(PenVerbs, AsyncNamespace):
    """A pen, awaited."""


def test_the_first_argument_is_what_the_object_has() -> None:
    """Both forms hand the attribute to the flow, and the rest as it was given."""
    assert Pen(Clock()).sign("a", count=2) == "!a!a"
    assert asyncio.run(AsyncPen(AsyncClock()).sign(name="a")) == "!a"
    assert list(Pen(Clock()).letters("x", self="y")) == ["x", "!", "y", "!"]


def test_signature_and_words_are_those_of_the_function() -> None:
    """The parameter that the object fills in is not shown."""
    for kind in (Pen, AsyncPen):
        assert list(inspect.signature(kind.sign).parameters) == ["self", "name", "count"]
        assert inspect.getdoc(kind.sign) == "Sign a name." and "mark" not in kind.sign.__annotations__
        assert list(inspect.signature(kind.letters).parameters) == ["self", "text", "more"]
    assert inspect.signature(Pen.sign).return_annotation == "str"


def test_a_namespace_is_made_once_in_the_form_of_its_account() -> None:
    """It is of the blocking or of the awaited class, is kept, and is documented on the class."""
    with OptCloud(aimms=AIMMS) as cloud:
        assert type(cloud.aimms.storage) is Storage and cloud.aimms.storage is cloud.aimms.storage
        lazy = type(cloud.aimms).storage
        assert isinstance(lazy, LazyNamespace) and inspect.getdoc(lazy)
    assert type(AsyncOptCloud(aimms=AIMMS).aimms.storage) is AsyncStorage
