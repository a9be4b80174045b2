"""Errors cross process borders whole: each class of ours, by each protocol, and by both kinds of copy."""

import copy
import importlib
import multiprocessing
import pickle
import pkgutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import httpx
import pytest
from attrs import define
from hypothesis import given
from hypothesis import strategies as st

import aimms_pro.errors
import openapi_drift
import optcloud
from optcloud.aimms.people.changes import ApplyError, PeopleChange, PeopleReport
from optcloud.aimms.people.roster import RosterError, RosterFault
from optcloud.aimms.tasks.hooks import HookError
from optcloud.batch.inputs.rows import InputsError
from optcloud.core import error_pickling as crossing
from optcloud.core import errors
from optcloud.core.error_pickling import PortableError, StandIn
from optcloud.core.errors import OptCloudError
from optcloud.core.findings import InputFinding
from optcloud.core.secret import Secret
from optcloud.core.secret_store import KeyringPlace, SecretNotStored
from optcloud.core.states import State, Status
from optcloud.gurobi import errors as gurobi_errors
from optcloud.gurobi.signature_comparison import SignatureComparison

REF = "aimms:prod/6f1c"
HUSH = "hush-hush-1234"
STATUS = Status(State.FAILED, "failed", "sorry", {"id": "6f1c"})
CHANGE = PeopleChange("user", "ACME/user:ada", "update", {"email": ("a", "b")}, done=True)
for module in [
    *pkgutil.walk_packages(optcloud.__path__, "optcloud."),
    *pkgutil.walk_packages(openapi_drift.__path__, "openapi_drift."),
]:
    if not module.name.startswith("optcloud.sandbox") and not module.name.endswith("__main__"):
        importlib.import_module(module.name)


def _classes(kind: type[PortableError]) -> Iterator[type[PortableError]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith(("optcloud.", "openapi_drift.")):
            yield one
            yield from _classes(one)


OURS = sorted({*_classes(PortableError)} - {gurobi_errors.Refusal}, key=lambda kind: kind.__qualname__)
MADE: dict[type[PortableError], Callable[[type[Any]], PortableError]] = {  # else by the nearest base
    PortableError: lambda kind: kind("words"),
    errors.CredentialsNotFound: lambda kind: kind("aimms.api_key", ("argument", "environment")),
    errors.TransportError: lambda kind: kind(
        "cut", sent="unknown", vendor="AIMMS PRO", operation="getTask", status=200, body=b"{"
    ),
    errors.ReplyError: lambda kind: kind(
        "no",
        status=418,
        vendor="AIMMS PRO",
        operation="getTask",
        request_id="r-1",
        headers=httpx.Headers({"Retry-After": "3"}),
        body=b"no",
    ),
    errors.JobError: lambda kind: kind("gone", ref=REF, ended={REF: STATUS}, left=("aimms:prod/2",)),
    errors.JobFailed: lambda kind: kind("failed", ref=REF, detail={"code": [1, None]}, body=b"{}"),
    ApplyError: lambda kind: kind(
        errors.NotFound("no ada", status=404), PeopleReport((CHANGE,), dry_run=False), CHANGE, ()
    ),
    InputsError: lambda kind: kind((InputFinding("scenarios.jsonl, line 3", "what", "mend"),)),
    RosterError: lambda kind: kind((RosterFault("people.yaml:3", "environments", "what"),)),
    SecretNotStored: lambda kind: kind(KeyringPlace("key"), Secret(HUSH), "locked"),
    HookError: lambda kind: kind("by PUT", status=405),
}


def made(kind: type[PortableError]) -> PortableError:
    """An error with every field set that its class knows, a note, and a cause."""
    error = next(MADE[base] for base in kind.__mro__ if base in MADE)(kind)
    for name, value in {
        "retry_after": 2.5,
        "state": STATUS,
        "path": "a[1]",
        "faults": (InputFinding("a", "b"),),
    }.items():
        if hasattr(kind, name):
            setattr(error, name, value)
    if isinstance(error, gurobi_errors.TimeSkewTooLarge):
        error.measure(90.0, "2026-01-01 00:00")
    if isinstance(error, gurobi_errors.InvalidUserId):
        error.look_at(" id")
    if isinstance(error, gurobi_errors.InvalidSignature):
        error.compare(SignatureComparison("GET&a=1", "GET&a=2", "another text"))
    error.add_note("look here")
    error.__cause__ = ValueError("root")
    error.__cause__.add_note("noted")
    return error


def whole(error: object) -> Any:
    """All that is to survive of an error, as plain values."""
    if isinstance(error, BaseException):
        fields = {name: whole(value) for name, value in vars(error).items()}
        links = whole(error.__cause__), whole(error.__context__), error.__suppress_context__
        return type(error), str(error), repr(error), whole(error.args), fields, links
    if isinstance(error, tuple | list):
        return [whole(one) for one in error]
    return error.items() if isinstance(error, httpx.Headers) else error


def pickled(protocol: int) -> Callable[[Any], Any]:
    return lambda value: pickle.loads(pickle.dumps(value, protocol))


WAYS = [*map(pickled, range(pickle.HIGHEST_PROTOCOL + 1)), copy.copy, copy.deepcopy]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_each_error_of_ours_survives(kind: type[PortableError]) -> None:
    """Type, words, args, fields, notes, cause and context are those of before, whatever the way."""
    error = made(kind)
    for way in WAYS:
        assert whole(way(error)) == whole(error)
    assert HUSH not in repr(error) + str(error) and HUSH.encode() not in pickle.dumps(error)


def test_every_public_error_is_among_them() -> None:
    """The public list has no error that the walk does not reach, and nothing of ours is raised from another base."""
    public = {value for name in optcloud.__all__ if isinstance(value := getattr(optcloud, name), type)}
    assert {one for one in public if issubclass(one, BaseException)} - {OptCloudError} <= set(OURS)
    assert set(gurobi_errors.NAMED_REFUSALS.values()) <= set(OURS) and len(OURS) > 40


def test_errors_of_generated_clients_survive() -> None:
    """What a generated client raises keeps its type, its words and its fields."""
    for error in (
        aimms_pro.errors.UnexpectedStatus(418, b"tea"),
        aimms_pro.errors.UnexpectedContent(200, b"<html>", "text/html"),
    ):
        for way in WAYS:
            assert whole(way(error)) == whole(error)


def raised() -> OptCloudError:
    """An error that came of one of httpx, with the request in it, and that of one of the system."""
    request = httpx.Request("GET", "https://acme.test", headers={"apikey": HUSH})
    try:
        try:
            try:
                raise ConnectionRefusedError(111, "refused")
            except OSError as error:
                raise httpx.HTTPStatusError("bad", request=request, response=httpx.Response(500)) from error
        except httpx.HTTPError as error:
            raise httpx.ConnectError("no way", request=request) from error
    except httpx.HTTPError as error:
        try:
            raise errors.TransportError("lost", sent="no") from error
        except OptCloudError as lost:
            return lost


def test_causes_of_other_libraries_survive_as_far_as_they_can() -> None:
    """Class and words stay; what holds a request loses it, and what cannot be made again has a stand-in."""
    error = raised()
    data = pickle.dumps(error)
    again = pickle.loads(data)
    connect, status, system = again.__cause__, again.__cause__.__cause__, again.__cause__.__cause__.__cause__
    assert (type(connect), str(connect)) == (httpx.ConnectError, "no way")
    assert (type(status), str(status)) == (StandIn, "httpx.HTTPStatusError: bad")
    assert (type(system), system.errno, str(system)) == (ConnectionRefusedError, 111, "[Errno 111] refused")
    assert again.__context__ is connect and again.__suppress_context__
    assert HUSH.encode() not in data
    assert pickle.dumps(again) and copy.copy(error).__cause__ is error.__cause__


class Awkward(Exception):  # noqa: N818
    """An error of somebody else's that resists in a chosen way."""

    def __init__(self, *, how: str) -> None:
        self.how = how
        super().__init__(lambda: None) if how == "holds" else super().__init__("awkward")

    def __str__(self) -> str:
        if self.how == "speechless":
            raise RuntimeError
        return "awkward words"

    def __reduce__(self) -> Any:
        if self.how == "refuses":
            raise RuntimeError("not me")
        if self.how == "becomes":
            return str, ("no error",)
        return super().__reduce__()


@pytest.mark.parametrize("how", ["holds", "refuses", "becomes", "speechless", "plain"])
def test_a_cause_that_resists_is_stood_in_for(how: str) -> None:
    """Whatever a foreign class does, the error itself comes across, and says what the cause was."""
    error = errors.JobGone("gone", ref=REF)
    error.__cause__ = Awkward(how=how)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), vars(again)) == (str(error), vars(error))
    assert type(again.__cause__) is StandIn and "Awkward" in str(again.__cause__)
    assert ("awkward words" in str(again.__cause__)) == (how != "speechless")


def test_a_field_that_cannot_be_pickled_does_not_lose_the_error() -> None:
    """What somebody hung on an error is stood in for in a pickle, and shared by a copy."""
    error = errors.JobFailed("failed", ref=REF, detail=multiprocessing.Lock())
    error.held = oc = optcloud.OptCloud()  # type: ignore[attr-defined]
    again = pickle.loads(pickle.dumps(error))
    assert (again.ref, str(again)) == (error.ref, str(error))
    assert "cannot leave its process" in str(again.detail) and "OptCloud" in str(again.held)
    assert copy.deepcopy(error).detail is error.detail and copy.copy(error).held is oc  # type: ignore[attr-defined]


def test_errors_that_came_of_each_other_have_an_end() -> None:
    """Loops of causes, of ours and of others, in fields and in groups, and chains without end are cut or kept."""
    ours, theirs = errors.Unsupported("ours"), ValueError("theirs")
    ours.__cause__, theirs.__context__ = theirs, ours
    assert pickle.loads(pickle.dumps(ours)).__cause__.__context__.args == ("ours",)
    other = TypeError("other")
    theirs.__cause__, other.__cause__ = other, theirs
    assert str(pickle.loads(pickle.dumps(ours)).__cause__.__cause__.__cause__) == "theirs"
    ours.itself = ours  # type: ignore[attr-defined]
    for way in WAYS[:-2] + WAYS[-1:]:
        assert (again := way(ours)).itself is again
    del ours.itself  # type: ignore[attr-defined]
    ours.__context__ = ExceptionGroup("group", [ours, theirs])
    assert pickle.loads(pickle.dumps(ours)).args == ("ours",)
    long: BaseException = ValueError("0")
    for number in range(3000):
        longer = errors.NotFound(str(number)) if number % 2 else ValueError(number)
        longer.__context__, long = long, longer
    again, length = pickle.loads(pickle.dumps(long)), 0
    while again is not None:
        again, length = again.__context__, length + 1
    assert length == crossing._MOST


@define
class Person:
    """What hypothesis hangs on errors."""

    name: str


VALUES = st.recursive(
    st.none() | st.integers() | st.text() | st.binary() | st.builds(Person, st.text()) | st.builds(Secret, st.text()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3) | st.tuples(inner),
)


@given(st.sampled_from(OURS), st.lists(VALUES), st.dictionaries(st.text(min_size=1), VALUES), st.lists(st.text()))
def test_any_words_fields_and_notes_survive(
    kind: type[PortableError], args: list[Any], fields: dict[str, Any], notes: list[str]
) -> None:
    """What is in an error does not decide whether it survives."""
    error = made(kind)
    error.args = tuple(args)
    vars(error).update(fields)
    for note in notes:
        error.add_note(note)
    for way in WAYS:
        again = way(error)
        assert (type(again), again.args, again.__notes__) == (kind, error.args, error.__notes__)
        assert {name: vars(again)[name] for name in fields} == fields


FAIL = """
import pickle
error, cause = pickle.loads({})
try:
    raise cause
except ValueError:
    raise error from cause
"""  # run by exec, since a process that is spawned cannot import this module


def failing(error: PortableError) -> str:
    """What raises an error in a process of a pool."""
    return FAIL.format(pickle.dumps((error, error.__cause__)))


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_a_process_pool_gives_the_error_back(method: str) -> None:
    """A failed task neither breaks the pool nor loses its reference; its own cause leaves ours as the context."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as executor:
        for kind in (errors.JobFailed, errors.TransportError, ApplyError, gurobi_errors.InvalidSignature):
            error = made(kind)
            with pytest.raises(kind) as caught:
                executor.submit(exec, failing(error)).result(120)
            assert (str(caught.value), caught.value.args) == (str(error), error.args)
            assert caught.value.__notes__ == ["look here"] and repr(caught.value.__context__) == "ValueError('root')"


def test_a_multiprocessing_pool_gives_the_error_back() -> None:
    """`JobGone` comes out of a pool of processes instead of hanging it."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with pytest.raises(errors.JobGone) as caught:
            pool.apply_async(exec, (failing(made(errors.JobGone)),)).get(120)
        assert (caught.value.ref, caught.value.left) == (REF, ("aimms:prod/2",))
        assert pool.apply(abs, (-1,)) == 1
