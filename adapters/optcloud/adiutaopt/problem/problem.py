"""A problem in whichever form it comes, as the JSON that is sent; checked before it is.

Python's dates, times and enumerations may stand in it where the vendor's do (adiutaOpt facts F073-F080, `values`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import partial
from math import isfinite
from operator import index
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import msgspec
from attrs import field, frozen

from optcloud.adiutaopt.connection import VENDOR
from optcloud.adiutaopt.planners import PlannerDescription
from optcloud.adiutaopt.problem.check import ProblemReport, check_document
from optcloud.adiutaopt.problem.schema import problem_node
from optcloud.adiutaopt.problem.values import vendor_date, vendor_time
from optcloud.core.errors import BadRequest, UnprocessablePlan
from optcloud.core.events import ProblemWarnings
from optcloud.core.findings import InputFinding, path_text
from optcloud.core.flow import Flow, Notify, RunBlocking
from optcloud.core.local_paths import local_path
from optcloud.json_schema.walk import Steps

Problem: TypeAlias = msgspec.Struct | Mapping[str, Any] | bytes | bytearray | memoryview | Path | str | BinaryIO
_NOT_JSON = (TypeError, ValueError, RecursionError)  # json raises these
_TIMES = (datetime, date, time, timedelta)
_DEEPEST = 200
_SURROGATE = re.compile("[\ud800-\udfff]")
_encode = partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


@frozen
class Prepared:
    """A problem as it is sent, and what its check found."""

    document: bytes = field(repr=False)
    report: ProblemReport


def prepared(problem: Problem, planner: PlannerDescription[Any], *, strict: bool = True) -> Flow[Prepared]:
    """Read and check a problem where no event loop is held up, and tell its warnings (`ProblemWarnings`).

    Raises `UnprocessablePlan` (``status`` None) with all ``faults``; with ``strict=False`` these are warnings. Raises
    it in any case for what cannot be written as JSON, `BadRequest` for a form that is none, `OSError` for a file that
    cannot be read.
    """
    ready: Prepared = yield RunBlocking(partial(prepare, problem, planner))
    if strict:
        ready.report.raise_for_faults()
    if found := ready.report.faults + ready.report.warnings:
        yield Notify(ProblemWarnings(VENDOR, found))
    return ready


def prepare(problem: Problem, planner: PlannerDescription[Any]) -> Prepared:
    """Read and check a problem; faults are in the report. Errors of reading as in `prepared`."""
    document = problem_bytes(problem, planner)
    return Prepared(document, check_document(document, problem_node(planner)))


def check_problem(problem: Problem, planner: PlannerDescription[Any]) -> ProblemReport:
    """Return what is the matter with a problem, all of it; what cannot be written as JSON is a fault, too."""
    try:
        return prepare(problem, planner).report
    except UnprocessablePlan as error:
        return ProblemReport(error.faults)


def checked(problem: Problem, planner: PlannerDescription[Any]) -> Flow[ProblemReport]:
    """`check_problem` where no event loop is held up."""
    report: ProblemReport = yield RunBlocking(partial(check_problem, problem, planner))
    return report


def problem_bytes(problem: Problem, planner: PlannerDescription[Any]) -> bytes:
    """Return a problem as JSON; what is JSON already is returned byte by byte as it is, unchecked.

    Takes a typed model of the planner, a mapping, JSON bytes, the path of a JSON file (as text, too) or a binary file.
    """
    if isinstance(problem, bytes):
        return problem
    if isinstance(problem, bytearray | memoryview):
        return bytes(problem)
    if isinstance(problem, str | Path):
        return _of_file(problem)
    if isinstance(problem, Mapping):
        return problem_json(problem)
    if isinstance(problem, msgspec.Struct):
        if not isinstance(problem, planner.problem_type):
            given, wanted = type(problem).__name__, planner.problem_type.__name__
            fault = InputFinding("", f"a {given} was given; the {planner.name} planner takes a {wanted}")
            ProblemReport((fault,)).raise_for_faults()
        return problem_json(problem)
    if callable(getattr(problem, "read", None)):
        return _of_stream(problem)
    raise BadRequest(
        f"a {type(problem).__name__} is no problem: give a typed model, a mapping, JSON bytes, a path or a binary file"
    )


def _of_file(path: str | Path) -> bytes:
    if isinstance(path, str) and path.lstrip()[:1] in ("{", "["):
        raise BadRequest("text is taken for the path of a file; give JSON as bytes: text.encode()")
    return local_path(path, "problem").read_bytes()


def _of_stream(stream: BinaryIO) -> bytes:
    content = stream.read()
    if not isinstance(content, bytes):
        raise BadRequest(f"a stream gave {type(content).__name__} for bytes: open the file in binary mode ('rb')")
    return content


def problem_json(problem: Any) -> bytes:
    """Write a typed model or a mapping as the vendor reads it. Raises `UnprocessablePlan` for what JSON has not.

    By the standard library: msgspec has forms of its own for times and NaN, which the vendor has not.
    """
    try:
        return _encode(problem, default=_plain).encode()
    except _NOT_JSON as error:
        faults = tuple(_unwritable(problem, ())) or (InputFinding("", f"cannot be written as JSON: {error}"),)
        ProblemReport(faults).raise_for_faults()
        raise


def _plain(value: Any) -> Any:
    """Return what JSON has for a value that it does not know. TypeError or ValueError say what to do."""
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value, builtin_types=_TIMES, enc_hook=_plain, order="deterministic")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, datetime):
        raise TypeError(
            "a datetime is two fields to the vendor: write a date, vendor_date(moment), and beside it a time, "
            "vendor_time(moment, on=that date)"
        )
    if isinstance(value, date):
        return vendor_date(value)
    if isinstance(value, timedelta | time):
        return vendor_time(value)
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "__index__"):  # whole numbers of numpy
        return index(value)
    hint = "write a sorted list" if isinstance(value, set | frozenset) else "write what JSON has"
    raise TypeError(f"a {type(value).__name__} has no form in JSON; {hint}")


def _unwritable(value: Any, path: Steps) -> Iterator[InputFinding]:
    """Find all that kept a value from being written; called only when something did."""
    if len(path) > _DEEPEST:
        yield InputFinding(path_text(path[:3]), "is nested too deeply, or within itself")
    elif isinstance(value, msgspec.Struct):
        yield from _unwritable(msgspec.structs.asdict(value), path)
    elif isinstance(value, Mapping):
        for name, below in value.items():
            if not isinstance(name, str | int | float | None):
                yield InputFinding(
                    path_text(path), f"a {type(name).__name__} cannot be the name of a field; write text"
                )
            yield from _unwritable(below, (*path, str(name)))
    elif isinstance(value, list | tuple):
        for index_, below in enumerate(value):
            yield from _unwritable(below, (*path, index_))
    else:
        yield from _unwritable_scalar(value, path)


def _unwritable_scalar(value: Any, path: Steps) -> Iterator[InputFinding]:
    if isinstance(value, float):
        if not isfinite(value):
            yield InputFinding(path_text(path), f"{value} is no number in JSON", "leave the field out")
    elif isinstance(value, str):
        if _SURROGATE.search(value):
            yield InputFinding(path_text(path), "has half a character (a lone surrogate)", "write whole ones")
    elif value is not None and value is not msgspec.UNSET and not isinstance(value, int):
        try:
            plain = _plain(value)
        except (TypeError, ValueError) as error:
            yield InputFinding(path_text(path), str(error))
        else:
            yield from _unwritable(plain, path)
