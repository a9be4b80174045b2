"""What can be said to a public callable stands in its signature, where `help` and completion show it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import optcloud
from optcloud.client_setup import OptionWords
from optcloud.core.verbs import Awaited, Blocking
from optcloud.gurobi.cloud import AsyncGurobi, Gurobi
from optcloud.gurobi.launch_options import LaunchOptions
from project.test_public_surface import PUBLIC, public_names

# Callables that take what is not named, each with the reason.
UNNAMED = {
    "Sessions.list": "the vendor does not publish the names of filters: they are passed on as they are given",
    "Sessions.logs": "the vendor does not publish the names of filters: they are passed on as they are given",
    "InvalidSignature.__init__": "the parameters of `ApiError`, of which it is one: errors are caught, not made",
    "NamedPool.__exit__": "what a `with` gives",
}


def kinds_with_verbs() -> Iterator[type]:
    """Every class of optcloud that has verbs, whatever its module."""
    for module in pkgutil.walk_packages(optcloud.__path__, "optcloud."):
        if not module.name.startswith(("optcloud.cli", "optcloud.sandbox")):
            importlib.import_module(module.name)
    found = [Blocking, Awaited]
    for kind in found:
        found += [each for each in kind.__subclasses__() if each.__module__.startswith("optcloud")]
    yield from found[2:]


def public_callables() -> dict[str, Any]:
    """Public functions, classes as they are called, and methods of public classes and of those with verbs."""
    found: dict[str, Any] = {}
    named = [getattr(optcloud, name) for name in optcloud.__all__]
    named += [getattr(importlib.import_module(module), name) for module in PUBLIC for name in public_names(module)]
    for each in [*named, *kinds_with_verbs()]:
        if not inspect.isclass(each):
            if callable(each):
                found[getattr(each, "__name__", type(each).__name__)] = each
            continue
        for name in dir(each):
            member = inspect.getattr_static(each, name)
            special = name in ("__init__", "__enter__", "__exit__", "__aenter__", "__aexit__", "__call__")
            called = getattr(member, "__func__", member)  # of a class method
            if (special or name[0] != "_") and inspect.isfunction(called) and called.__module__.startswith("optcloud"):
                found[f"{each.__name__.removeprefix('Async')}.{name.replace('__a', '__')}"] = getattr(each, name)
    return found


def takes_unnamed(called: Any) -> bool:
    """Whether the signature has ``*args`` or ``**kwargs``, also where their fields are known to type checkers."""
    unnamed = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return any(each.kind in unnamed for each in inspect.signature(called).parameters.values())


def test_everything_that_can_be_said_is_named() -> None:
    """Exactly the named exceptions take more than their signature says."""
    called = public_callables()
    assert {"OptCloud.__init__", "Gurobi.launch", "Apps.publish", "Directory.users", "Task.result"} <= called.keys()
    assert {name for name, each in called.items() if takes_unnamed(each)} == set(UNNAMED)


@pytest.mark.parametrize(("called", "fields"), [(Gurobi.launch, LaunchOptions), (AsyncGurobi.launch, LaunchOptions)])
def test_what_may_be_kept_as_a_dict_is_all_in_the_signature(called: Any, fields: Any) -> None:
    assert set(fields.__annotations__) <= inspect.signature(called).parameters.keys()


@pytest.mark.parametrize("kind", [optcloud.OptCloud, optcloud.AsyncOptCloud])
def test_the_facade_takes_its_options_by_name(kind: Any) -> None:
    parameters = inspect.signature(kind).parameters
    assert list(parameters) == ["profile", *OptionWords.__annotations__]
    told = inspect.getdoc(kind.__init__) or ""
    assert [name for name in parameters if name not in ("profile", "clock") and f"``{name}``" not in told] == []
