"""Every value that the facade hands out crosses process borders; what cannot says so.

The walk begins at the public list and follows what verbs return, what fields hold and what objects have, so that a new
class is in it without being named here.
"""

import copy
import enum
import importlib
import inspect
import io
import pickle
import pkgutil
import typing
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

import attrs
import msgspec
import pytest
from rich.pretty import pretty_repr

import optcloud
from optcloud import AsyncOptCloud, HookKey, HookReceiver, NotPortable, OptCloud, Secret
from optcloud.adiutaopt.planners import SHIFT, PlannerDescription
from optcloud.adiutaopt.solution.solution import Solution
from optcloud.aimms.namespaces import LazyNamespace
from optcloud.core import events, payload, settings
from optcloud.core.errors import NotFound, OptCloudError
from optcloud.core.process_bound import ProcessBound
from optcloud.core.prompts import Question
from optcloud.core.retry import unpredictable
from optcloud.gurobi.client_license import ClientSettings
from optcloud.gurobi.models import Machine
from optcloud.gurobi.pool import Launching
from optcloud.handles.handle import Handle

HUSH = "hush-hush-1234"
PLAN = b'{"tasks":[{"id":1,"worker":2}],"workers":[{"id":2}],"meta":{"name":"x"}}'
ARGUMENTS: dict[str, Any] = {
    "aimms": {"url": "http://127.0.0.1:1/pro-api/v2", "api_key": HUSH},
    "adiutaopt": {
        "url": "http://127.0.0.1:1",
        "username": "ada",
        "password": HUSH,
        "user_pool_id": "eu-central-1_A",
        "client_id": "c",
    },
    "gurobi": {"access_id": "id", "secret_key": HUSH, "ledger": "off"},
}
V2 = ARGUMENTS | {"gurobi": ARGUMENTS["gurobi"] | {"api": "v2"}}
HANDLES = {
    "task": "aimms:default/6f1c",
    "run": "aimms:default/6f1c/3",
    "plan": "adiutaopt:default/shift/KEY",
    "pool": "gurobi:default/i-1/i-2",
    "named pool": "gurobi:default/pool/999999-default",
}
MACHINE = {"_id": "i-1", "state": "idle", "DNSName": "one.test", "userPassword": HUSH, "new": [1]}
WAYS: list[Callable[[Any], Any]] = [
    *(lambda value, at=at: pickle.loads(pickle.dumps(value, at)) for at in range(pickle.HIGHEST_PROTOCOL + 1)),
    copy.copy,
    copy.deepcopy,
]

CLOUDS = ("optcloud.aimms", "optcloud.adiutaopt", "optcloud.gurobi")


@cache
def names() -> dict[str, Any]:
    """All names of all modules, for annotations whose names are imported for type checkers only."""
    found: dict[str, Any] = {}
    for module in pkgutil.walk_packages(optcloud.__path__, "optcloud."):
        if not module.name.startswith(("optcloud.sandbox", "optcloud.cli", "optcloud.__main__")):
            found = {**vars(importlib.import_module(module.name)), **found}
    return found


def hints(annotated: Any, module: str) -> dict[str, Any]:
    own = vars(importlib.import_module(module))
    return typing.get_type_hints(annotated, {**names(), "Details": names()["NamedPool"], **own}, {})


def classes_in(annotation: Any) -> Iterator[type]:
    for one in (annotation, get_origin(annotation)):
        if isinstance(one, type):
            yield one
    for one in get_args(annotation):
        yield from classes_in(one)


def leads_to(kind: type) -> Iterator[type]:
    """What verbs of a class return, its fields hold, its bases are made with."""
    for base in kind.__mro__:
        if not base.__module__.startswith("optcloud."):
            continue
        for one in getattr(base, "__orig_bases__", ()):
            if get_origin(one) in {optcloud.Job, optcloud.AsyncJob}:
                yield from classes_in(one)
        for name, annotation in hints(base, base.__module__).items():
            if not name.startswith("_"):
                yield from classes_in(annotation)
        for name, verb in vars(base).items():
            function = (
                verb.fget if isinstance(verb, property) else getattr(verb, "func", getattr(verb, "__func__", verb))
            )
            if not name.startswith("_") and inspect.isfunction(function):
                yield from classes_in(hints(function, base.__module__).get("return"))


@cache
def namespaces() -> list[object]:
    """Both clients and all that hangs on them."""
    found: list[object] = []
    waiting: list[object] = [kind(**words) for kind in (OptCloud, AsyncOptCloud) for words in (ARGUMENTS, V2)]
    while waiting:
        one = waiting.pop()
        found.append(one)
        lazy = [
            name
            for base in type(one).__mro__
            for name, member in vars(base).items()
            if isinstance(member, cached_property | LazyNamespace)
        ]
        if "V2" in type(getattr(one, "_account", None)).__name__ and hasattr(type(one), "pools"):
            lazy.append("pools")
        for name in (*vars(one), *lazy):
            value = getattr(one, name)
            if not name.startswith("_") and type(value).__module__.startswith(CLOUDS) and not attrs.has(type(value)):
                waiting.append(value)
    return found


@cache
def walked() -> frozenset[type]:
    """All classes of ours that somebody can come to hold."""
    public = [value for name in optcloud.__all__ if isinstance(value := getattr(optcloud, name), type)]
    told = [value for value in vars(events).values() if isinstance(value, type) and value.__module__ == events.__name__]
    waiting = [*public, *told, *(type(one) for one in namespaces()), *typing.get_args(settings.AnySettings), Question]
    found: set[type] = set()
    while waiting:
        kind = waiting.pop()
        if kind.__module__.startswith(("optcloud.", "adiutaopt_models", "aimms_")) and kind not in found:
            found.add(kind)
            waiting += leads_to(kind)
    return frozenset(found)


# ---------------------------------------------------------------- an example of each class


def _words(_text: str) -> bytes:
    return b"words"


PLAIN: dict[Any, Any] = {
    str: "words",
    int: 3,
    float: 1.5,
    bool: True,
    bytes: b"\x00bytes",
    object: {"any": [1, None]},
    Any: {"any": [1, None, "words"]},
    type(None): None,
    date: date(2026, 1, 2),
    datetime: datetime(2026, 1, 2, tzinfo=UTC),
    timedelta: timedelta(hours=1),
    Decimal: Decimal("1.5"),
    Path: Path("file"),
    Secret: Secret(HUSH),
    OptCloudError: NotFound("no", status=404),
    HookKey: HookKey(Secret(HUSH), signed=_words),
    Machine: Machine.read(MACHINE),
    ClientSettings: ClientSettings({"ComputeServer": "one.test", "ServerPassword": HUSH}),
    Solution: Solution(PLAN, SHIFT),
    PlannerDescription: SHIFT,
    settings.AimmsSettings: settings.AimmsSettings(**ARGUMENTS["aimms"]),
    settings.AdiutaOptSettings: settings.AdiutaOptSettings(**ARGUMENTS["adiutaopt"], cognito_url="https://c.test"),
    settings.GurobiSettings: settings.GurobiSettings(**ARGUMENTS["gurobi"]),
}
MAKING: list[type] = []
GENERIC: dict[Any, Callable[..., Any]] = {
    Literal: lambda *words: words[0],
    Callable: lambda *_: unpredictable,
    tuple: lambda *kinds: tuple(example(kind) for kind in kinds if kind is not ... and kind not in MAKING),
    typing.Union: lambda *kinds: example(kinds[0]),
    UnionType: lambda *kinds: example(kinds[0]),
}


def example(annotation: Any) -> Any:
    """A value of an annotation, with something in each field."""
    if annotation in PLAIN:
        return PLAIN[annotation]
    origin = get_origin(annotation)
    if origin in GENERIC:
        return GENERIC[origin](*get_args(annotation))
    kind = origin or annotation
    if isinstance(kind, TypeVar):
        return "words"
    if issubclass(kind, Mapping):
        key, value = get_args(annotation)
        return {example(key): example(value)}
    if issubclass(kind, Collection) and origin:
        inner = [example(one) for one in get_args(annotation) if one not in MAKING]
        return frozenset(inner) if kind is frozenset else inner
    if issubclass(kind, enum.Enum):
        return next(iter(kind))
    if attrs.has(kind):
        known = hints(kind, kind.__module__)
        MAKING.append(kind)  # one that holds others of its kind holds none
        made = kind(**{one.alias: example(known[one.name]) for one in attrs.fields(kind) if one.init})
        MAKING.remove(kind)
        return made
    if issubclass(kind, msgspec.Struct) or hasattr(kind, "_fields"):
        return kind(**{name: example(one) for name, one in hints(kind, kind.__module__).items()})
    raise AssertionError(f"{annotation}: say in PLAIN what an example of it is")


def handles() -> list[Handle[Any, Any]]:
    """Each kind of handle, connected, with the passwords that it came to know."""
    made: list[Any] = []
    for kind in (OptCloud, AsyncOptCloud):
        for name, ref in HANDLES.items():
            made.append(kind(**(V2 if name == "named pool" else ARGUMENTS)).attach(ref))
    for one in [one for one in made if hasattr(one, "_seen")]:
        one._seen = [Machine.read(MACHINE)]
    return made + [one.series for one in made if hasattr(one, "series")]


def stays(kind: type) -> bool:
    return issubclass(kind, ProcessBound) or kind in {type(one) for one in namespaces()}


def whole(value: Any) -> Any:
    """All that is to survive of a value, as plain values."""
    if isinstance(value, Handle):
        return type(value), value.ref, {name: whole(one) for name, one in value._luggage().items()}
    if attrs.has(type(value)):
        return type(value), [whole(getattr(value, one.name)) for one in attrs.fields(type(value))]
    if isinstance(value, BaseException):
        return type(value), value.args, vars(value)
    if isinstance(value, Mapping):
        return type(value), [(whole(key), whole(one)) for key, one in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [whole(one) for one in value]
    return type(value), value


VALUES = sorted(
    (
        one
        for one in walked()
        if not stays(one) and not issubclass(one, BaseException | Handle) and not getattr(one, "_is_protocol", False)
    ),
    key=lambda kind: (kind.__module__, kind.__qualname__),
)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}")
def test_each_value_survives(kind: type) -> None:
    """Type, fields and words are those of before, whatever the way, and a secret in it stays out of sight."""
    value = example(kind)
    for way in WAYS:
        again = way(value)
        assert (whole(again), repr(again), str(again)) == (whole(value), repr(value), str(value))
    assert_hidden(value)


def assert_hidden(value: object) -> None:
    """Neither what is shown nor what is pickled has the secret."""
    shown = [repr(value), str(value), pretty_repr(value), *(repr(pickle.dumps(value, at)) for at in range(6))]
    assert not [one for one in shown if HUSH in one]


def test_the_walk_comes_to_what_people_hold() -> None:
    """Classes of each part of the facade are among those walked: the walk does not pass them by."""
    met = {kind.__name__ for kind in VALUES}
    assert met >= {"Status", "TaskResult", "TaskView", "Solution", "Receipt", "Machine", "License", "App", "Diagnosis"}
    assert met >= {
        "ApiKey",
        "PeopleReport",
        "Summary",
        "SolutionDifference",
        "SignedIn",
        "Item",
        "ListedTask",
        "GurobiSettings",
    }
    abstract = {optcloud.Job, optcloud.AsyncJob}
    assert {type(one) for one in handles()} == {one for one in walked() if issubclass(one, Handle)} - abstract
    assert len(VALUES) > 80


@pytest.mark.parametrize("index", range(len(HANDLES) * 2 + 4))
def test_each_handle_survives_as_its_reference(index: int) -> None:
    """A job or a pool comes across with what is known of it; no key of its account is in the pickle."""
    handle = handles()[index]
    for way in WAYS:
        again = way(handle)
        assert (whole(again), repr(again)) == (whole(handle), repr(handle))
        assert whole(pickle.loads(pickle.dumps(again))) == whole(handle)
    assert copy.deepcopy(handle)._connection is copy.copy(handle)._connection is handle._connection
    assert_hidden(handle)


def test_what_a_pool_knows_is_at_hand_without_asking() -> None:
    """Where it arrives, a pool can be solved on at once, and a plan has its receipt."""
    for handle in handles():
        again = pickle.loads(pickle.dumps(handle))
        if hasattr(handle, "_seen"):
            assert (again.ids, again.servers, again.parameters) == (handle.ids, ["one.test"], handle.parameters)
            assert again.password.reveal() == HUSH
        if hasattr(handle, "receipt"):
            assert (again.receipt, again.key) == (handle.receipt, "KEY")
        assert again._link is None


def test_what_belongs_to_its_process_says_so() -> None:
    """Clients, their namespaces, generated clients and receivers raise an error of ours that says what to do."""
    generated = [one.client for one in namespaces() if hasattr(one, "client")]
    receiver = HookReceiver(HUSH)
    batches = [kind(**ARGUMENTS).batch("spring", store="spring.sqlite") for kind in (OptCloud, AsyncOptCloud)]
    others = [receiver, receiver.alarm(["a"]), Launching(None), *batches]
    bases = {base for one in (*namespaces(), *others) for base in type(one).__mro__}
    assert {kind for kind in walked() if stays(kind)} <= bases
    assert len(generated) >= 4
    for one in (*namespaces(), *generated, *others):
        for way in (*WAYS[:-2], copy.deepcopy):
            with pytest.raises(
                NotPortable, match=r"attach\(ref\)|in each process|the process that|by its name"
            ) as caught:
                way(one)
            assert isinstance(caught.value, TypeError) and HUSH not in str(caught.value)


def test_payloads_of_bytes_and_files_survive_and_those_of_streams_say_so(tmp_path: Path) -> None:
    """A payload is read from its start where it arrives; a stream belongs to its process."""
    file = tmp_path / "in.json"
    file.write_bytes(b"{}")
    for source in (b"bytes" * 200_000, "text", file):
        body = payload.payload_of(source)
        for way in WAYS:
            assert b"".join(way(body).chunks()) == b"".join(body.chunks())
    with (tmp_path / "in.json").open("rb") as stream:
        for source in (stream, Unseekable(b"x" * (payload.IN_MEMORY + 1))):
            body = payload.payload_of(source)
            with pytest.raises(NotPortable, match="the path of a file"):
                pickle.dumps(body)
            assert copy.deepcopy(body) is body


class Unseekable(io.BytesIO):
    """A pipe, for one."""

    def seekable(self) -> bool:
        """Say no."""
        return False
