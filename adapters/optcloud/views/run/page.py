"""A run as one HTML file. Nothing is loaded from anywhere, and no script runs; texts are the words of strangers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from optcloud.core.escaping import escaped
from optcloud.views.gantt.page import escaped_html, policy_hash
from optcloud.views.gantt.renderer import Picture, render
from optcloud.views.run.chart import RunChart, RunFailure, RunLayer
from optcloud.views.run.drawing import RunDrawing, areas, bars


def page_of_run(chart: RunChart) -> str:
    """Return the page. Raises `ConfigError` without the extra ``pictures``, `DrawingError`."""
    style = files("optcloud.views.run").joinpath("run.css").read_text(encoding="utf-8")
    present = [layer for layer in chart.layers if any(layer.counts)]
    sections = _sections(chart, present)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src {policy_hash(style)}">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{_escaped(chart.title)}</title>
<style>{style}</style>
</head>
<body>
<h1>{_escaped(chart.title)}</h1>
{"".join(_paragraph(remark) for remark in chart.remarks)}
{_bar(present)}
<ul class="legend">
{"".join(_chip(layer) for layer in reversed(present))}
</ul>
{"".join(sections)}
{_failures(chart.failures, chart.other_failures)}
</body>
</html>
"""


def _sections(chart: RunChart, present: Sequence[RunLayer]) -> list[str]:
    """The drawings, each under its heading."""
    passing = [layer for layer in present if layer.passing]
    drawn: list[tuple[str, str, RunDrawing]] = []
    if chart.moments:
        drawn.append(("Jobs by state", "", areas(chart.moments, present, 240)))
    if passing:
        drawn.append((chart.passing, "", areas(chart.moments, passing, 110)))
    if chart.times is not None:
        drawn.append(("Run times", chart.times.remark, bars(chart.times)))
    pictures = render([Picture(drawing) for _, _, drawing in drawn]) if drawn else []
    return [
        f"<section><h2>{_escaped(heading)}</h2>{_paragraph(remark)}<figure>{picture.decode()}</figure></section>"
        for (heading, remark, _), picture in zip(drawn, pictures, strict=True)
    ]


def _escaped(text: str) -> str:
    """Return words of strangers as they can stand in the page, with the signs escaped that would steer how it reads."""
    return escaped_html(escaped(text))


def _paragraph(text: str) -> str:
    return f"<p>{_escaped(text)}</p>" if text else ""


def _bar(layers: Sequence[RunLayer]) -> str:
    """All states now, beside each other."""
    total, at, boxes = sum(layer.now for layer in layers), 0.0, []
    for layer in layers:
        wide = 1000 * layer.now / (total or 1)
        if wide:
            boxes.append(f'<rect x="{at:.1f}" y="0" width="{max(wide, 1):.1f}" height="10" fill="{layer.colour}"/>')
        at += wide
    inside = "".join(boxes)
    return (
        f'<svg class="progress" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">{inside}</svg>'
        if inside
        else ""
    )


def _chip(layer: RunLayer) -> str:
    box = f'<rect width="12" height="12" rx="2" fill="{layer.colour}"/>'
    swatch = f'<svg width="12" height="12" aria-hidden="true">{box}</svg>'
    return f"<li>{swatch}{_escaped(layer.name)} <b>{layer.now:,}</b></li>\n"


def _failures(failures: Sequence[RunFailure], others: int) -> str:
    if not failures:
        return ""
    lines = "".join(
        f'<tr><td class="number">{one.count:,}</td><td>{_escaped(one.state)}</td>'
        f"<td>{_escaped(one.message)}</td><td>{_escaped(one.example)}</td></tr>\n"
        for one in failures
    )
    words = ["Messages that differ in numbers only are counted as one."] if any(one.varied for one in failures) else []
    more = _paragraph(" ".join([f"{others:,} more with other messages."] * bool(others) + words))
    return (
        "<section><h2>What went wrong</h2><table>\n"
        f"<tr><th>Jobs</th><th>State</th><th>Message</th><th>For example</th></tr>\n{lines}</table>{more}</section>"
    )
