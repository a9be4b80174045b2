"""What a Gantt chart shows, before it has a size: sections of lanes with bars, over columns of time.

All times are hours from the chart's left edge.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen


@frozen
class Bar:
    """One task. ``labels`` from the longest to the shortest: the first that fits is written on it.

    ``hint`` are the lines of its tooltip; ``open`` marks a task that nobody does.
    """

    start: float
    end: float
    kind: str
    labels: tuple[str, ...] = ()
    hint: tuple[str, ...] = ()
    open: bool = False


@frozen
class Lane:
    """One row with a name and a note; overlapping bars take several lines. ``open``: the lane of what nobody does."""

    name: str
    note: str = ""
    bars: tuple[Bar, ...] = field(default=(), repr=False)
    open: bool = False


@frozen
class Section:
    """Lanes under a title and a note of their own, or under none."""

    title: str | None
    lanes: tuple[Lane, ...]
    note: str = ""


@frozen
class ChartColumn:
    """A stretch of time with a heading (the longest of ``titles`` that fits), a note and a warning below it."""

    start: float
    end: float
    titles: tuple[str, ...]
    note: str = ""
    warning: str = ""
    shaded: bool = False


@frozen
class ChartWords:
    """What is written around the bars."""

    lane: str
    note: str
    open: str
    page: str = "page {page} of {pages}"
    search: str = "Search"
    shown: str = "{shown} of {all} tasks shown"
    others: str = "other kinds"


@frozen
class Chart:
    """The whole picture. ``kinds`` counts the bars of each kind, in the order of the legend."""

    title: str
    subtitle: str
    sections: tuple[Section, ...] = field(repr=False)
    columns: tuple[ChartColumn, ...] = field(repr=False)
    ticks: tuple[tuple[float, str], ...] = field(repr=False)
    hours: float
    kinds: Mapping[str, int]
    words: ChartWords = field(repr=False)
    remarks: tuple[str, ...] = ()

    @property
    def bars(self) -> int:
        """How many bars there are."""
        return sum(len(lane.bars) for section in self.sections for lane in section.lanes)

    @property
    def has_open(self) -> bool:
        """Whether there is a task that nobody does."""
        return any(bar.open for section in self.sections for lane in section.lanes for bar in lane.bars)
