"""Where everything of a chart lies: lines of equal height, a panel of names, columns of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from attrs import field, frozen

from optcloud.views.gantt import colours
from optcloud.views.gantt.chart import Bar, Chart, ChartColumn, Lane
from optcloud.views.gantt.drawing import Box, Drawing, width_of

_LARGEST_LABEL = 11.0
_SMALLEST_LABEL = 7.5  # CSS pixels, 5.6 points: a shorter label in larger letters says more


@frozen
class BarLine:
    """One line of the chart: a lane's, or, where bars overlap, a further one of the same lane, or a section's title."""

    title: str = ""
    note: str = ""
    bars: tuple[Bar, ...] = field(default=(), repr=False)
    lane: int = 0  # counts the lanes, -1 for a title
    open: bool = False
    section: str | None = None

    @property
    def is_title(self) -> bool:
        """Whether this is the title of a section."""
        return self.lane < 0


@frozen
class Scale:
    """The sizes in CSS pixels. ``names`` is the width of the panel of names, ``plot`` that of the columns."""

    row: float
    font: float
    names: float
    plot: float
    hours: float

    @property
    def axis(self) -> float:
        """How high the headings of the columns are."""
        return 3.7 * self.font

    def x(self, hour: float) -> float:
        """Where an hour lies in the plot."""
        return self.plot * hour / self.hours


def lines_of(chart: Chart) -> list[BarLine]:
    """Lay the lanes out in lines."""
    lines: list[BarLine] = []
    lanes = 0
    for section in chart.sections:
        if section.title is not None:
            lines.append(BarLine(section.title, section.note, lane=-1, section=section.title))
        for lane in section.lanes:
            for index, bars in enumerate(packed(lane)):
                name, note = (lane.name, lane.note) if index == 0 else ("", "")
                lines.append(BarLine(name, note, bars, lanes, lane.open, section.title))
            lanes += 1
    return lines


def packed(lane: Lane) -> list[tuple[Bar, ...]]:
    """Spread bars over as few lines as hold them without overlap, at least one."""
    lines: list[list[Bar]] = [[]]
    for bar in sorted(lane.bars, key=lambda bar: (bar.start, bar.end)):
        for line in lines:
            if not line or line[-1].end <= bar.start:
                line.append(bar)
                break
        else:
            lines.append([bar])
    return [tuple(line) for line in lines]


def draw_axis(drawing: Drawing, chart: Chart, scale: Scale, x: float, y: float) -> None:
    """Draw the headings of the columns."""
    size = scale.font
    titles = _titles(chart.columns, scale)
    for column, title in zip(chart.columns, titles, strict=True):
        place = Box(x + scale.x(column.start), y, scale.x(column.end - column.start), scale.axis)
        if column.shaded:
            drawing.box(place, colours.WEEKEND)
        drawing.down(place.x, y, y + scale.axis, colours.GRID, 1)
        _head(drawing, column, title, place, size)
    for hour, label in chart.ticks:
        drawing.text(x + scale.x(hour) + 2, y + 2.95 * size, label, 0.85 * size, fill=colours.FAINT)
    drawing.across(x, x + scale.plot, y + scale.axis, colours.FAINT, 1)


def _titles(columns: Sequence[ChartColumn], scale: Scale) -> list[str]:
    """The headings in the longest form that fits all columns of full width; one cut short may have none."""
    widest = max((column.end - column.start for column in columns), default=0.0)
    forms = max((len(column.titles) for column in columns), default=0)
    for form in range(forms):
        chosen = [_fitting(column, scale, form) for column in columns]
        if all(title for title, column in zip(chosen, columns, strict=True) if column.end - column.start == widest):
            return chosen
    return [_fitting(column, scale, forms) for column in columns]


def _fitting(column: ChartColumn, scale: Scale, form: int) -> str:
    """The heading of a column in that form, if it fits."""
    room = scale.x(column.end - column.start) - 4
    return next((title for title in column.titles[form : form + 1] if width_of(title, scale.font * 1.08) <= room), "")


def _head(drawing: Drawing, column: ChartColumn, title: str, place: Box, size: float) -> None:
    x, y, room = place.x + 3, place.y, place.width - 4
    drawing.text(x, y + 0.85 * size, title, size, bold=True)
    if room > 2 * size:
        drawing.text(x, y + 1.95 * size, column.note, 0.85 * size, fill=colours.FAINT, limit=room)
        drawing.text(x, y + 3.0 * size, column.warning, 0.85 * size, fill=colours.WARNING, bold=True, limit=room)


def draw_names(drawing: Drawing, lines: Sequence[BarLine], scale: Scale, x: float, y: float) -> None:
    """Draw the panel of names: a name, and a note at its right edge."""
    for index, line in enumerate(lines):
        middle = y + (index + 0.5) * scale.row
        drawing.box(Box(x, y + index * scale.row, scale.names, scale.row), _ground(line))
        if line.is_title:
            drawing.text(x + 4, middle, line.title, scale.font, bold=True, limit=scale.names - 8)
            continue  # its note is the body's
        room = scale.names - 8 - (width_of(line.note, 0.85 * scale.font) + 6 if line.note else 0)
        fill = colours.WARNING if line.open else colours.INK
        drawing.text(x + 4, middle, line.title, scale.font, limit=room, fill=fill, bold=line.open)
        drawing.text(x + scale.names - 4, middle, line.note, 0.85 * scale.font, fill=colours.FAINT, align="right")
    _separate(drawing, lines, scale, Box(x, y, scale.names, 0))
    drawing.down(x + scale.names, y, y + len(lines) * scale.row, colours.FAINT, 1)


def draw_body(drawing: Drawing, chart: Chart, lines: Sequence[BarLine], scale: Scale, at: tuple[float, float]) -> None:
    """Draw the bars on their columns."""
    x, y = at
    for index, line in enumerate(lines):
        drawing.box(Box(x, y + index * scale.row, scale.plot, scale.row), _ground(line))
    for place in _stretches(lines, scale, at):
        _draw_columns(drawing, chart, scale, place)
    _separate(drawing, lines, scale, Box(x, y, scale.plot, 0))
    shades = colours.of_kinds(chart.kinds)
    for index, line in enumerate(lines):
        for bar in line.bars:
            _draw_bar(drawing, bar, scale, (x, y + index * scale.row), shades[bar.kind])
    for index, line in enumerate(lines):
        if line.is_title:
            drawing.text(x + 6, y + (index + 0.5) * scale.row, line.note, scale.font)


def _stretches(lines: Sequence[BarLine], scale: Scale, at: tuple[float, float]) -> Iterator[Box]:
    """The areas between the sections' titles."""
    x, top = at
    for titled, group in groupby(lines, key=lambda line: line.is_title):
        height = scale.row * len(list(group))
        if not titled:
            yield Box(x, top, scale.plot, height)
        top += height


def _draw_columns(drawing: Drawing, chart: Chart, scale: Scale, area: Box) -> None:
    for column in chart.columns:
        left = area.x + scale.x(column.start)
        if column.shaded:
            drawing.box(area._replace(x=left, width=scale.x(column.end - column.start)), colours.WEEKEND)
        drawing.down(left, area.y, area.y + area.height, colours.GRID, 1)
    for hour, _label in chart.ticks:
        drawing.down(area.x + scale.x(hour), area.y, area.y + area.height, colours.GRID, 0.5)


def _draw_bar(drawing: Drawing, bar: Bar, scale: Scale, at: tuple[float, float], colour: str) -> None:
    left, width = at[0] + scale.x(bar.start) + 0.4, max(scale.x(bar.end - bar.start) - 0.8, 1.5)
    inset = max(1.0, scale.row * 0.09)
    place = Box(left, at[1] + inset, width, scale.row - 2 * inset)
    drawing.bar(place, colour=colour, outlined=bar.open, hint=bar.hint)
    text, size = _label(bar, width - 3, min(scale.font * 0.92, scale.row * 0.64, _LARGEST_LABEL))
    ink = colours.INK if bar.open else colours.ink_on(colour)
    # One word for each bar, if an empty one: the page finds a bar's word by its number.
    drawing.text(left + width / 2, at[1] + scale.row / 2, text, size, fill=ink, align="center")


def _label(bar: Bar, room: float, size: float) -> tuple[str, float]:
    """The longest label that fits, if need be in smaller letters, or an empty one."""
    for label in bar.labels:
        fits = min(size, room / max(width_of(label, 1), 1))
        if fits >= max(min(_SMALLEST_LABEL, size), 0.6 * size):
            return label, round(fits, 1)
    return "", size


def _ground(line: BarLine) -> str:
    if line.is_title:
        return colours.STRIP
    if line.open:
        return colours.OPEN_LANE
    return colours.ZEBRA if line.lane % 2 else colours.PAPER


def _separate(drawing: Drawing, lines: Sequence[BarLine], scale: Scale, area: Box) -> None:
    for index, (line, after) in enumerate(zip(lines, [*lines[1:], None], strict=True)):
        if after is None or line.lane != after.lane or line.section != after.section:
            strong = after is not None and line.open and not after.open
            colour, width = (colours.FAINT, 1.2) if strong else (colours.GRID, 0.5)
            drawing.across(area.x, area.x + area.width, area.y + (index + 1) * scale.row, colour, width)
