"""The drawings of a run, as Vega specifications: states as stacked areas over time, and run times as bars."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from attrs import field, frozen

from optcloud.views.gantt.colours import FAINT, GRID, PALETTE
from optcloud.views.gantt.drawing import FONT
from optcloud.views.run.chart import RunLayer, RunTimes

WIDTH = 860
_UNITS = ((3600.0 * 48, 86400.0, "days"), (3600.0 * 3, 3600.0, "hours"), (180.0, 60.0, "minutes"), (0, 1.0, "seconds"))
_AXIS = {
    "labelFont": FONT,
    "titleFont": FONT,
    "labelFontSize": 12,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
    "labelColor": FAINT,
    "titleColor": FAINT,
    "gridColor": GRID,
    "domainColor": FAINT,
    "tickColor": FAINT,
    "titlePadding": 8,
    "aria": False,
}
_CLOCK = {
    "milliseconds": "%H:%M:%S.%L",
    "seconds": "%H:%M:%S",
    "minutes": "%H:%M",
    "hours": "%H:%M",
    "date": "%d %b",
    "day": "%d %b",
    "week": "%d %b",
    "month": "%b %Y",
    "quarter": "%b %Y",
    "year": "%Y",
}


@frozen
class RunDrawing:
    """A drawing that is a Vega specification already."""

    _spec: dict[str, Any] = field(repr=False)

    def spec(self) -> dict[str, Any]:
        """Return the specification."""
        return self._spec


def areas(moments: Sequence[float], layers: Sequence[RunLayer], height: int) -> RunDrawing:
    """Draw how many were in each state, over time in UTC."""
    values = []
    base = [0] * len(moments)
    for layer in layers:
        top = [below + count for below, count in zip(base, layer.counts, strict=True)]
        values += [
            {"t": round(moment * 1000), "a": low, "b": high, "c": layer.colour}
            for moment, low, high in zip(moments, base, top, strict=True)
        ]
        base = top
    scales = [
        {"name": "x", "type": "utc", "domain": [moments[0] * 1000, moments[-1] * 1000], "range": "width"},
        {"name": "y", "type": "linear", "domain": [0, max(base) or 1], "range": "height"},
    ]
    area = {
        "x": {"scale": "x", "field": "t"},
        "y": {"scale": "y", "field": "b"},
        "y2": {"scale": "y", "field": "a"},
        "fill": {"field": "c"},
    }
    marks = [
        {
            "type": "group",
            "from": {"facet": {"name": "layer", "data": "counts", "groupby": "c"}},
            "marks": [{"type": "area", "from": {"data": "layer"}, "encode": {"enter": area}, "aria": False}],
        }
    ]
    return _chart(height, {"counts": values}, scales, marks, [_up(), _across("time (UTC)", format=_CLOCK)])


def bars(times: RunTimes) -> RunDrawing:
    """Draw how many took how long."""
    longest = times.edges[-1]
    unit, name = next((unit, name) for least, unit, name in _UNITS if longest > least or unit == 1.0)
    values = [
        {"x": begin / unit, "x2": end / unit, "n": count}
        for (begin, end), count in zip(pairwise(times.edges), times.counts, strict=True)
        if count
    ]
    domain = [times.edges[0] / unit, longest / unit]
    scales = [
        {"name": "x", "type": "linear", "domain": domain, "range": "width", "zero": False},
        {"name": "y", "type": "linear", "domain": [0, max(times.counts)], "range": "height", "nice": True},
    ]
    bar = {
        "x": {"scale": "x", "field": "x", "offset": 0.5},
        "x2": {"scale": "x", "field": "x2", "offset": -0.5},
        "y": {"scale": "y", "field": "n"},
        "y2": {"scale": "y", "value": 0},
        "fill": {"value": PALETTE[4]},
    }
    marks = [{"type": "rect", "from": {"data": "times"}, "encode": {"enter": bar}, "aria": False}]
    return _chart(150, {"times": values}, scales, marks, [_up(), _across(f"{times.title}, in {name}")])


def _up() -> dict[str, Any]:
    own = {"scale": "y", "orient": "left", "title": "jobs", "grid": True, "domain": False, "ticks": False}
    return _AXIS | own | {"tickCount": 5, "tickMinStep": 1, "format": ",d"}


def _across(title: str, **more: Any) -> dict[str, Any]:
    own = {"scale": "x", "orient": "bottom", "title": title, "tickCount": 8, "labelOverlap": True}
    return _AXIS | own | more


def _chart(
    height: int, data: dict[str, Any], scales: list[Any], marks: list[Any], axes: list[dict[str, Any]]
) -> RunDrawing:
    return RunDrawing(
        {
            "$schema": "https://vega.github.io/schema/vega/v6.json",
            "width": WIDTH - 86,
            "height": height,
            "padding": {"left": 62, "right": 24, "top": 8, "bottom": 46},
            "autosize": "none",
            "background": None,
            "data": [{"name": name, "values": values} for name, values in data.items()],
            "scales": scales,
            "axes": axes,
            "marks": marks,
        }
    )
