"""A chart in a file: HTML, SVG, PNG or PDF, by the file's name."""

from __future__ import annotations

from pathlib import Path

from optcloud.core.errors import ConfigError
from optcloud.views.gantt.chart import Chart
from optcloud.views.gantt.drawing import Drawing
from optcloud.views.gantt.page import page_of
from optcloud.views.gantt.renderer import Picture, render
from optcloud.views.gantt.sheet import Paper, sheets

FORMS = (".html", ".svg", ".png", ".pdf")
MOST_BARS = 50_000
_MOST_PIXELS = 120_000_000  # half a gigabyte while it is drawn
_DPI = 192


def form_of(path: Path) -> str:
    """Return the form that a file's name asks for. Raises `ConfigError`."""
    form = path.suffix.lower()
    if form not in FORMS:
        raise ConfigError(f"{path.name} is no picture known here: its name ends with {', '.join(FORMS)}")
    return form


def write(chart: Chart, path: Path, *, language: str, paper: Paper | None, dpi: int | None) -> list[Path]:
    """Write the chart; on several sheets of paper each has a file, numbered: ``plan-1.svg``, ``plan-2.svg``.

    Raises `ConfigError` for an unknown form, for a paper or resolution that cannot be, and, but for HTML,
    without the extra ``pictures``; `DrawingError` where drawing fails.
    """
    form = form_of(path)
    if chart.bars > MOST_BARS:
        raise ConfigError(f"{chart.bars:,} tasks are too many for a picture ({MOST_BARS:,}): give first and last days")
    if form == ".html":
        if paper is not None:
            raise ConfigError("HTML is for the screen: a paper is for SVG, PNG and PDF")
        path.write_text(page_of(chart, language), encoding="utf-8")
        return [path]
    drawings = sheets(chart, paper)
    digits = len(str(len(drawings)))
    paths = (
        [path]
        if len(drawings) == 1
        else [path.with_name(f"{path.stem}-{number:0{digits}}{path.suffix}") for number in range(1, len(drawings) + 1)]
    )
    pictures = render([_picture(drawing, form, dpi, on_paper=paper is not None) for drawing in drawings])
    for target, picture in zip(paths, pictures, strict=True):
        target.write_bytes(picture)
    return paths


def _picture(drawing: Drawing, form: str, dpi: int | None, *, on_paper: bool) -> Picture:
    sides = (drawing.width, drawing.height)
    if form == ".svg":
        return Picture(drawing, size=_with_unit(sides, 25.4 / 96, ".1f", "mm") if on_paper else None)
    if form == ".pdf":
        return Picture(drawing, "pdf", size=_with_unit(sides, 0.75, ".2f", ""))  # in points
    fitting = 96 * (_MOST_PIXELS / (drawing.width * drawing.height)) ** 0.5
    if dpi is not None and dpi > fitting:
        raise ConfigError(f"a picture of that size takes at most {fitting:.0f} dots per inch; or write SVG or PDF")
    return Picture(drawing, "png", scale=(dpi or min(_DPI, fitting)) / 96)


def _with_unit(sides: tuple[float, float], factor: float, form: str, unit: str) -> tuple[str, str]:
    """Say how large the sheet is in the world: Vega writes CSS pixels."""
    width, height = (f"{side * factor:{form}}{unit}" for side in sides)
    return width, height
