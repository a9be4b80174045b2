"""A chart in a file: HTML, SVG, PNG or PDF, by the file's name."""

from __future__ import annotations

import re
from pathlib import Path

from optcloud.core.errors import ConfigError
from optcloud.views.gantt import page
from optcloud.views.gantt.chart import Chart
from optcloud.views.gantt.drawing import Drawing
from optcloud.views.gantt.sheet import Paper, sheets
from optcloud.views.needs import need

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

    Raises `ConfigError` for an unknown form, for a paper or resolution that cannot be, and without vl-convert.
    """
    form = form_of(path)
    if chart.bars > MOST_BARS:
        raise ConfigError(f"{chart.bars:,} tasks are too many for a picture ({MOST_BARS:,}): give first and last days")
    if form == ".html":
        if paper is not None:
            raise ConfigError("HTML is for the screen: a paper is for SVG, PNG and PDF")
        path.write_text(page.render(chart, language), encoding="utf-8")
        return [path]
    drawings = sheets(chart, paper)
    digits = len(str(len(drawings)))
    paths = (
        [path]
        if len(drawings) == 1
        else [path.with_name(f"{path.stem}-{number:0{digits}}{path.suffix}") for number in range(1, len(drawings) + 1)]
    )
    for target, drawing in zip(paths, drawings, strict=True):
        target.write_bytes(_drawn(drawing, form, dpi, on_paper=paper is not None))
    return paths


def _drawn(drawing: Drawing, form: str, dpi: int | None, *, on_paper: bool) -> bytes:
    svg = drawing.svg()
    if form == ".svg":
        return (_in_millimetres(svg, drawing) if on_paper else svg).encode()
    draw = need("vl_convert", package="optcloud[pictures]", purpose="a picture")
    if form == ".pdf":
        pdf: bytes = draw.svg_to_pdf(_resized(svg, *(f"{side * 0.75:.2f}" for side in (drawing.width, drawing.height))))
        return pdf
    fitting = 96 * (_MOST_PIXELS / (drawing.width * drawing.height)) ** 0.5
    if dpi is not None and dpi > fitting:
        raise ConfigError(f"a picture of that size takes at most {fitting:.0f} dots per inch; or write SVG or PDF")
    resolution = dpi or min(_DPI, fitting)
    png: bytes = draw.svg_to_png(svg, scale=resolution / 96, ppi=72)
    return png


def _in_millimetres(svg: str, drawing: Drawing) -> str:
    return _resized(svg, *(f"{side * 25.4 / 96:.1f}mm" for side in (drawing.width, drawing.height)))


def _resized(svg: str, width: str, height: str) -> str:
    """Say how large the sheet is in the world: Vega writes CSS pixels, PDF counts in points."""
    return re.sub(
        r'<svg([^>]*?) width="[^"]*" height="[^"]*"', rf'<svg\1 width="{width}" height="{height}"', svg, count=1
    )
