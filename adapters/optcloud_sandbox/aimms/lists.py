"""Query parameters of lists: pages, and the filters and the order of the newer services' lists."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from starlette.datastructures import QueryParams

from optcloud_sandbox.parsing import whole_number
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.settings import ListShape

# Of user-manager (vendor page "Managing Environments, Groups and Users"); that of the API v2 is inferred.
DEFAULT_LIMIT = 100

T = TypeVar("T")
Row = Mapping[str, Any]
Test = Callable[[str, str], bool]
Filters = Mapping[str, tuple[str, Test]]

TESTS: dict[str, Test] = {
    "equal_cs": lambda value, wanted: value == wanted,
    "equal_ci": lambda value, wanted: value.lower() == wanted.lower(),
    "contain_cs": lambda value, wanted: wanted in value,
    "contain_ci": lambda value, wanted: wanted.lower() in value.lower(),
    "not_in": lambda value, wanted: value not in wanted.split(","),  # before the shorter suffix
    "in": lambda value, wanted: value in wanted.split(","),
}


def integer(text: str | None, name: str, least: int = 0) -> int | None:
    """The number of a parameter; Refusal 400 names it."""
    if text is None:
        return None
    number = whole_number(text, least)
    if number is None:
        raise Refusal(400, f"{name} must be an integer of {least} or more, got {text[:100]!r}")
    return number


def page(query: QueryParams, rows: Sequence[T], default: int = DEFAULT_LIMIT) -> Sequence[T]:
    """The part that `offset` and `limit` ask for; Refusal 400 when one is no number."""
    offset, limit = integer(query.get("offset"), "offset"), integer(query.get("limit"), "limit", 1)
    start = offset or 0
    return rows[start : start + (limit or default)]


def suffixed_filters(names: Iterable[str]) -> Filters:
    """Field and test of the query parameters that end in the name of a test, as user-manager documents them."""
    filters = {}
    for name in names:
        suffix = next((suffix for suffix in TESTS if name.endswith(f"_{suffix}")), None)
        if suffix is not None:
            filters[name] = (name.removesuffix(f"_{suffix}"), TESTS[suffix])
    return filters


def plain_filters(*fields: str) -> Filters:
    """Where filters are not published: also a field by its own name, several values with commas between (inferred)."""
    suffixed = suffixed_filters(f"{field}_{suffix}" for field in fields for suffix in TESTS)
    return {**suffixed, **{field: (field, TESTS["in"]) for field in fields}}


def selected(query: QueryParams, rows: Sequence[Row], filters: Filters) -> list[Row]:
    """Those that pass all filters, sorted, before paging; Refusal 400 for a filter or field that does not exist."""
    wanted = {name: value for name, value in query.items() if name not in ("sort", "offset", "limit")}
    for name in wanted:
        if name not in filters:
            raise Refusal(400, f"there is no filter {name}")  # inferred: an unknown one could also be ignored
    tests = [(*filters[name], value) for name, value in wanted.items()]
    found = [row for row in rows if all(test(_text(row[field]), value) for field, test, value in tests)]
    fields = {field for field, _ in filters.values()}
    for key in reversed([part for part in query.get("sort", "").split(",") if part]):
        field = key.removeprefix("-")
        if field not in fields:
            raise Refusal(400, f"sort: there is no field {field}")
        found.sort(key=lambda row: _text(row[field]), reverse=key.startswith("-"))
    return found


def shaped(rows: Sequence[T], shape: ListShape, total: int) -> Any:
    """A list of the newer services, bare or in an object (not published: a setting)."""
    return rows if shape == "array" else {"total": total, "items": rows}


def _text(value: object) -> str:
    return "" if value is None else str(value)
