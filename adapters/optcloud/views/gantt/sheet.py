"""A chart on one sheet as large as it needs, or on sheets of paper: heading, legend, names, columns, bars."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

from attrs import evolve, frozen

from optcloud.core.errors import ConfigError
from optcloud.views.gantt import colours
from optcloud.views.gantt.chart import Chart
from optcloud.views.gantt.drawing import Box, Drawing, width_of
from optcloud.views.gantt.layout import (
    BarLine,
    Scale,
    draw_axis,
    draw_body,
    draw_names,
    lines_of,
)

MM = 96 / 25.4  # CSS pixels
PAPERS = {"A4": (210, 297), "A3": (297, 420), "A2": (420, 594), "A1": (594, 841), "A0": (841, 1189)}
_MARGIN = 8 * MM
_SMALLEST_ROW = 10.0  # 2.6 mm, letters of 6 points: the least that is read on a wall from close by
_LARGEST_ROW = 46.0
_DAY = 96.0  # the width of a column on a sheet as large as it needs


@frozen
class Paper:
    """A sheet of paper in mm, upright or across; ``across`` None: whichever needs fewer sheets."""

    name: str
    across: bool | None = None

    def sizes(self) -> list[tuple[float, float]]:
        """Return width and height in pixels, of each way to lay it. Raises `ConfigError` for an unknown paper."""
        if self.name.upper() not in PAPERS:
            raise ConfigError(f"{self.name!r} is no paper known here: {', '.join(PAPERS)}")
        short, long = (side * MM for side in PAPERS[self.name.upper()])
        ways = {True: (long, short), False: (short, long)}
        return list(ways.values()) if self.across is None else [ways[self.across]]


def sheets(chart: Chart, paper: Paper | None) -> list[Drawing]:
    """Draw the chart on one sheet of its own size, or on as many sheets of paper as it needs."""
    lines = lines_of(chart)
    if paper is None:
        scale = Scale(20.0, 11.0, names_width(chart, 11.0), plot_width(chart), chart.hours)
        return [_draw(chart, lines, scale, paper=None, page="")]
    plans = [_planned(chart, lines, width, height) for width, height in paper.sizes()]
    scale, width, height, pages = min(plans, key=lambda plan: len(plan[3]))
    page_notes = [chart.words.page.format(page=number, pages=len(pages)) for number in range(1, len(pages) + 1)]
    return [
        _draw(chart, page, scale, paper=(width, height), page=page_notes[index] if len(pages) > 1 else "")
        for index, page in enumerate(pages)
    ]


def names_width(chart: Chart, font: float) -> float:
    """How wide the panel of names is: the longest name and note, within reason."""
    lanes = [lane for section in chart.sections for lane in section.lanes]
    name = max((width_of(lane.name, font) for lane in lanes), default=0)
    note = max((width_of(lane.note, 0.85 * font) for lane in lanes), default=0)
    title = max((width_of(section.title or "", font) for section in chart.sections), default=0) + 12
    heads = width_of(chart.words.lane, font) + width_of(chart.words.note, 0.85 * font) + 20
    return max(heads, title, min(name, 24 * font) + note + 18)


def plot_width(chart: Chart) -> float:
    """How wide the columns are together, where there is no paper to fit."""
    columns = len(chart.columns) or 1
    return max(760.0, _DAY * columns if columns <= 31 else 26.0 * columns)


def _planned(
    chart: Chart, lines: list[BarLine], width: float, height: float
) -> tuple[Scale, float, float, list[list[BarLine]]]:
    """How large everything is on such a sheet, and what goes on which."""
    font = 9.0
    for _ in range(3):  # the heading's height depends on the font, and the font on what the heading leaves
        scale = Scale(row=1.0, font=font, names=names_width(chart, font), plot=1.0, hours=chart.hours)
        scale = evolve(scale, plot=width - 2 * _MARGIN - scale.names)
        room = height - 2 * _MARGIN - _heading(chart, scale, width - 2 * _MARGIN)
        most = floor(room / _SMALLEST_ROW)
        if most < 3 or scale.plot < 100:
            raise ConfigError("the paper is too small for this plan: take a larger one")
        pages = _paged(lines, most)
        row = min(_LARGEST_ROW, room / max(len(page) for page in pages))
        font = min(17.0, max(8.0, 0.6 * row))
    return evolve(scale, row=row), width, height, pages


def _paged(lines: list[BarLine], most: int) -> list[list[BarLine]]:
    """Spread the lines evenly; a section that goes on has its title again."""
    count = ceil(len(lines) / most)
    while True:
        each = ceil(len(lines) / count)
        pages = [_with_title(lines, at, each) for at in range(0, len(lines), each)]
        if all(len(page) <= most for page in pages):
            return pages
        count += 1


def _with_title(lines: list[BarLine], at: int, each: int) -> list[BarLine]:
    page = lines[at : at + each]
    if page[0].section is not None and not page[0].is_title:
        title = next(line for line in lines if line.is_title and line.section == page[0].section)
        page.insert(0, title)
    return page


def _heading(chart: Chart, scale: Scale, width: float) -> float:
    """How high title, subtitle, remarks, legend and the columns' headings are."""
    font = scale.font
    texts = 2.6 * font + 1.7 * font * (1 + len(chart.remarks))
    return texts + 2.0 * font * len(_legend(chart, font, width)) + scale.axis + 0.5 * font


def _draw(
    chart: Chart, lines: Sequence[BarLine], scale: Scale, *, paper: tuple[float, float] | None, page: str
) -> Drawing:
    margin = _MARGIN if paper else 16.0
    inner = scale.names + scale.plot
    top, left = margin + _heading(chart, scale, inner), margin + scale.names
    width, height = paper or (inner + 2 * margin, top + len(lines) * scale.row + margin)
    drawing = Drawing(width, height)
    _draw_heading(drawing, chart, scale, margin, inner)
    drawing.text(width - margin, margin + scale.font, page, scale.font, fill=colours.FAINT, align="right")
    drawing.text(margin + 4, top - 0.9 * scale.font, chart.words.lane, scale.font, bold=True)
    note = 0.85 * scale.font
    drawing.text(left - 4, top - 0.9 * scale.font, chart.words.note, note, fill=colours.FAINT, align="right")
    drawing.across(margin, left, top, colours.FAINT, 1)
    draw_axis(drawing, chart, scale, left, top - scale.axis)
    draw_body(drawing, chart, lines, scale, (left, top))
    draw_names(drawing, lines, scale, margin, top)
    return drawing


def _draw_heading(drawing: Drawing, chart: Chart, scale: Scale, margin: float, inner: float) -> None:
    font = scale.font
    y = margin + 1.1 * font
    drawing.text(margin, y, chart.title, 1.9 * font, bold=True, limit=inner * 0.85)
    y += 2.2 * font
    drawing.text(margin, y, chart.subtitle, 1.1 * font, fill=colours.FAINT, limit=inner)
    for remark in chart.remarks:
        y += 1.7 * font
        drawing.text(margin, y, remark, font, fill=colours.WARNING, limit=inner)
    shades = colours.of_kinds(chart.kinds)
    for row in _legend(chart, font, inner):
        y += 2.0 * font
        x = margin
        for kind, text, width in row:
            colour = shades.get(kind, colours.FAINT)
            place = Box(x, y - 0.5 * font, 1.6 * font, font)
            drawing.bar(place, colour=colour, outlined=kind not in shades, hint=(text,))
            drawing.text(x + 2.1 * font, y, text, font)
            x += width


def legend(chart: Chart) -> list[tuple[str, str]]:
    """Return the kinds that have a colour of their own, one for the others, and one for what is open."""
    shades = colours.of_kinds(chart.kinds)
    own = [(kind, f"{kind} ({count})") for kind, count in chart.kinds.items() if shades[kind] != colours.OTHERS]
    grey = [kind for kind in chart.kinds if shades[kind] == colours.OTHERS]
    if grey:
        own.append((grey[0], f"{chart.words.others} ({sum(chart.kinds[kind] for kind in grey)})"))
    return own + ([("", chart.words.open)] if chart.has_open else [])


def _legend(chart: Chart, font: float, inner: float) -> list[list[tuple[str, str, float]]]:
    rows: list[list[tuple[str, str, float]]] = [[]]
    used = 0.0
    for kind, text in legend(chart):
        width = width_of(text, font) + 4.2 * font
        if used + width > inner and rows[-1]:
            rows.append([])
            used = 0.0
        rows[-1].append((kind, text, width))
        used += width
    return rows
