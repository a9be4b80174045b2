"""What is alike is told together, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Sequence

from drift_reports.examples import report, side
from openapi_drift.diff.change import Change, Level
from openapi_drift.reports import html, render
from openapi_drift.reports.changelog import entry
from openapi_drift.reports.folding import Bundle, bundles
from openapi_drift.reports.report import ChangeReport, ReportedChange, fold

TASK = "/components/schemas/Task/properties"


def nullable(name: str, line: int, *, method: str = "get", level: Level = Level.BREAKING) -> Change:
    return Change(
        "became-nullable",
        level,
        f"Property `{name}` of `Task` may be null",
        method,
        "/tasks",
        base=side(f"{TASK}/{name}", line, "old.yaml"),
        revision=side(f"{TASK}/{name}", line + 1),
    )


ALIKE = [nullable("a", 10), nullable("b", 20), nullable("c", 30)]


def names(changes: Sequence[Change]) -> list[tuple[str, ...]]:
    return [bundle.names for bundle in bundles(fold(changes))]


def test_three_that_differ_in_one_name_are_one() -> None:
    assert names(ALIKE) == [("b", "c")]
    text = render(report(*ALIKE), "text")
    assert text.count("may be null") == 1
    assert "            Likewise `b` (20 → 21), `c` (30 → 31).\n" in text
    assert text.endswith("3 breaking in 1 operation.\n")
    assert "Likewise `b` (20 → 21), `c` (30 → 31)." in render(report(*ALIKE), "markdown")
    assert entry(ALIKE, "1.0.0").endswith("Property `a` of `Task` may be null. Likewise `b`, `c`.\n")


def test_two_or_other_levels_or_other_operations_are_not_one() -> None:
    assert names(ALIKE[:2]) == [(), ()]
    assert names([*ALIKE[:2], nullable("c", 30, level=Level.INFO)]) == [(), (), ()]
    assert names([*ALIKE[:2], nullable("c", 30, method="put")]) == [(), (), ()]


def test_a_place_in_another_file_is_named() -> None:
    other = Change(
        "became-nullable",
        Level.BREAKING,
        "Property `d` of `Task` may be null",
        "get",
        "/tasks",
        base=side("/d", 4, "other.yaml"),
    )
    assert "`d` (other.yaml:4 → removed)" in render(report(*ALIKE, other), "text")


def test_details_of_all_are_put_together() -> None:
    details = {
        ALIKE[0]: ["touches `f`, `A.a`", "reaches `src`: `src/x.py:7` (f)"],
        ALIKE[1]: ["touches `f`, `A.b`", "does not reach `src`, as far as reading can tell"],
        ALIKE[2]: ["touches `f`, `A.c`", "reaches `src`: `src/x.py:7` (f)"],
    }
    (bundle,) = bundles(fold(ALIKE))
    told = ChangeReport("a", "b", ALIKE, details=details)
    assert bundle.details(told) == ["touches `f`, `A.a`, `A.b`, `A.c`", "reaches `src`: `src/x.py:7` (f)"]
    assert "does not reach <code>src</code>" in html.render(told)


def test_details_of_every_operation_of_a_finding_are_told() -> None:
    one, two = nullable("a", 10), nullable("a", 10, method="put")
    (reported,) = fold([one, two])
    assert reported == ReportedChange((one, two), ("GET /tasks", "PUT /tasks"))
    told = ChangeReport("a", "b", [one, two], details={one: ["touches `f`"], two: ["touches `g`", "and so `h`"]})
    assert Bundle(reported).details(told) == ["touches `f`, `g`", "and so `h`"]


def test_a_long_list_of_names_is_cut_and_counted() -> None:
    told = ChangeReport(
        "a", "b", ALIKE, details={ALIKE[0]: ["touches " + ", ".join(f"`n{number}`" for number in range(9))]}
    )
    assert bundles(fold(ALIKE))[0].details(told) == ["touches `n0`, `n1`, `n2`, `n3`, `n4`, `n5` and 3 more"]
