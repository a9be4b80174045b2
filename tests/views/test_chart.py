"""What a picture shows, before it is drawn."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.adiutaopt.solution.chart import Wish, chart_of
from optcloud.core.errors import ConfigError, ResponseMismatch
from optcloud.views.gantt import colours
from optcloud.views.gantt.chart import Bar, Chart, Lane
from optcloud.views.gantt.layout import lines_of, packed
from optcloud.views.gantt.sheet import legend, sheets
from views.plans import OPEN, plan, roster_plan


def charted(**wishes: Any) -> Chart:
    return chart_of(roster_plan().rows, Wish(**wishes), title="Plan")


def test_by_worker() -> None:
    chart = charted()
    (section,) = chart.sections
    assert [lane.name for lane in section.lanes[:2]] == ["Not assigned", "Ada Amsel"]
    assert len(section.lanes) == 21
    assert chart.bars == 142
    assert {bar.labels[1] for bar in section.lanes[0].bars} == set(OPEN)
    assert all(bar.open for bar in section.lanes[0].bars)
    # Fourteen days, and as much of the next as the last night needs.
    assert (len(chart.columns), chart.hours, chart.columns[-1].end) == (15, 342, 342)
    assert [column.titles[0] for column in chart.columns if column.shaded] == [
        "Sat 7 Mar",
        "Sun 8 Mar",
        "Sat 14 Mar",
        "Sun 15 Mar",
    ]
    assert (chart.columns[5].note, chart.columns[5].warning) == ("10 tasks", "2 open")
    assert "140 of 142 tasks assigned · 20 of 20 workers busy" in chart.subtitle


def test_by_day() -> None:
    chart = charted(by="day")
    saturday = chart.sections[5]
    assert (saturday.title, saturday.note) == (
        "Sat 7 Mar 2026",
        "10 tasks · 10 workers · 76.5 h · 2 not assigned",
    )
    assert saturday.lanes[0].open
    starts = [min(bar.start for bar in lane.bars) for lane in saturday.lanes[1:]]
    assert starts == sorted(starts)
    assert (starts[0], chart.hours) == (6, 30)  # nights end at six
    assert chart.bars == 142


def test_a_period() -> None:
    chart = charted(first=date(2026, 3, 6), last=date(2026, 3, 7), language="de")
    assert chart.bars == 22
    assert chart.subtitle.startswith("Fr 6. März 2026 bis Sa 7. März 2026 · 20 von 22 Aufgaben besetzt")
    assert chart.ticks[1] == (2.0, "02")


@pytest.mark.parametrize(
    ("colour", "kinds"),
    [
        ("auto", ["care", "care, lead", "clinic", "pharmacy", "wings"]),
        ("name", ["early ward 1", "early ward 2", "early lead", "day clinic", "pharmacy round"]),
        ("kind", ["other"]),
    ],
)
def test_kinds(colour: Any, kinds: list[str]) -> None:
    chart = charted(colour=colour)
    assert list(chart.kinds)[:5] == kinds
    assert sum(chart.kinds.values()) == 142


def test_what_has_no_times_is_counted_not_hidden() -> None:
    timed = {"id": 1, "date": "2026-03-02", "start": "8:00", "end": "9:00", "workerID": 0}
    chart = chart_of(plan([timed, {"id": 2}]).rows, Wish(), title="x")
    assert chart.remarks == ("1 tasks without a start and an end are not shown",)


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"by": "week"}, "by worker or by day, not by 'week'"),
        ({"colour": "mood"}, "not by 'mood'"),
        ({"language": "fr"}, "'fr' is no language known here: en, de"),
        ({"first": date(2030, 1, 1)}, "no task in that period"),
    ],
)
def test_wishes_that_cannot_be(wish: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        charted(**wish)


def test_a_plan_without_times_says_which_names_were_tried() -> None:
    with pytest.raises(ResponseMismatch, match=r"read_as\(SolutionWords\(start=…, end=…\)\).*not found: .*start, end"):
        chart_of(plan([{"id": 1}]).rows, Wish(), title="x")


bars = st.builds(lambda start, length: Bar(start, start + length, "k"), st.integers(0, 50), st.integers(0, 20))


@given(st.lists(bars))
def test_lines_of_a_lane_hold_each_bar_once_and_without_overlap(given_bars: list[Bar]) -> None:
    lines = packed(Lane("x", bars=tuple(given_bars)))
    key = [(bar.start, bar.end) for line in lines for bar in line]
    assert sorted(key) == sorted((bar.start, bar.end) for bar in given_bars)
    assert all(one.end <= two.start for line in lines for one, two in pairwise(line))
    most = max((sum(bar.start <= at < bar.end for bar in given_bars) for at in range(80)), default=0)
    if all(bar.end > bar.start for bar in given_bars):
        assert len(lines) == max(1, most)  # no more lines than bars at the same time


def test_overlapping_tasks_take_lines_of_the_same_lane() -> None:
    lines = lines_of(charted())
    assert [line.title for line in lines[:3]] == ["Not assigned", "", "Ada Amsel"]
    assert len({line.lane for line in lines}) == 21


def test_colours_are_told_apart_and_end_in_grey() -> None:
    assert len(set(colours.of_kinds("abcdefg").values())) == 7
    many = colours.of_kinds("abcdefghij")
    assert list(many.values())[6:] == [colours.OTHERS] * 4
    assert all(colours.ink_on(colour) in (colours.INK, colours.PAPER) for colour in colours.PALETTE)
    assert (colours.ink_on("#FFFFFF"), colours.ink_on("#000000")) == (colours.INK, colours.PAPER)


def test_legend_counts_and_sums_up_what_is_grey() -> None:
    told = [text for _, text in legend(charted(colour="name"))]
    assert told[0] == "early ward 1 (14)"
    assert told[-2:] == ["other kinds (58)", "Not assigned"]


def test_weekends_and_the_open_lane_have_a_ground_of_their_own() -> None:
    (drawing,) = sheets(charted(), None)
    fills = [box["fill"] for box in drawing.spec()["data"][0]["values"]]
    assert fills.count(colours.WEEKEND) == 8  # two weekends, in the headings and under the bars
    assert fills.count(colours.OPEN_LANE) == 4  # two lines, of names and of bars
