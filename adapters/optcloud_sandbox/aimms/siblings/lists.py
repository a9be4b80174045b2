"""Lists of the sibling services: filters, `sort` with a - for descending, `offset` and `limit`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.queries import page
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.settings import ListShape

DEFAULT_LIMIT = 100  # vendor page "Managing Environments, Groups and Users"
PAGING = ("sort", "offset", "limit")

Entry = Mapping[str, Any]
Test = Callable[[str, str], bool]

TESTS: dict[str, Test] = {
    "equal_cs": lambda value, wanted: value == wanted,
    "equal_ci": lambda value, wanted: value.lower() == wanted.lower(),
    "contain_cs": lambda value, wanted: wanted in value,
    "contain_ci": lambda value, wanted: wanted.lower() in value.lower(),
    "in": lambda value, wanted: value in wanted.split(","),
    "not_in": lambda value, wanted: value not in wanted.split(","),
}


def documented_filters(*names: str) -> dict[str, tuple[str, Test]]:
    """Field and test by query parameter, as user-manager has them."""
    return {f"{name}_{suffix}": (name, test) for name in names for suffix, test in TESTS.items()}


def plain_filters(*names: str) -> dict[str, tuple[str, Test]]:
    """Where filters are not published: also a field by its own name, several values with commas between (inferred)."""
    return documented_filters(*names) | {name: (name, TESTS["in"]) for name in names}


def selected(request: Request, entries: Sequence[Entry], filters: Mapping[str, tuple[str, Test]]) -> list[Entry]:
    """Those that pass all filters, sorted, before paging; Refusal 400 for a filter or field that does not exist."""
    given = {name: value for name, value in request.query_params.items() if name not in PAGING}
    for name in given:
        if name not in filters:
            raise Refusal(400, f"there is no filter {name}")  # inferred: an unknown one could also be ignored
    tests = [(*filters[name], wanted) for name, wanted in given.items()]
    found = [entry for entry in entries if all(test(_text(entry[name]), wanted) for name, test, wanted in tests)]
    fields = {field for field, _ in filters.values()}
    for key in reversed([part for part in request.query_params.get("sort", "").split(",") if part]):
        field = key.removeprefix("-")
        if field not in fields:
            raise Refusal(400, f"sort: there is no field {field}")
        found.sort(key=lambda entry: _text(entry[field]), reverse=key.startswith("-"))
    return found


def listed(request: Request, found: list[Entry], shape: ListShape) -> Response:
    """The page asked for; bare or in an object (not published: a setting)."""
    part = page(request, found, DEFAULT_LIMIT)
    return JSONResponse(part if shape == "array" else {"total": len(found), "items": part})


def _text(value: object) -> str:
    return "" if value is None else str(value)
