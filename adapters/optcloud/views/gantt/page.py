"""A chart as one HTML file: names and headings stay in sight, bars tell what they are, kinds can be picked out.

Nothing is loaded from anywhere, and the page's own policy lets nothing but its one script run.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape as escape_html
from importlib.resources import files

from optcloud.views.gantt import colours
from optcloud.views.gantt.chart import Chart
from optcloud.views.gantt.drawing import Drawing, shown
from optcloud.views.gantt.layout import Scale, draw_axis, draw_body, draw_names, lines_of
from optcloud.views.gantt.sheet import legend, names_width, plot_width
from optcloud.views.gantt.svg import svg_of

_FONT, _ROW = 12.0, 22.0


def page_of(chart: Chart, language: str) -> str:
    """Return the page."""
    lines = lines_of(chart)
    scale = Scale(_ROW, _FONT, names_width(chart, _FONT), plot_width(chart), chart.hours)
    high = len(lines) * scale.row
    axis, names, body = Drawing(scale.plot, scale.axis), Drawing(scale.names, high), Drawing(scale.plot, high)
    draw_axis(axis, chart, scale, 0, 0)
    draw_names(names, lines, scale, 0, 0)
    draw_body(body, chart, lines, scale, (0, 0))
    style, script = _text("gantt.css"), _text("gantt.js")
    policy = f"default-src 'none'; style-src {policy_hash(style)}; script-src {policy_hash(script)}"
    words = chart.words
    return f"""<!doctype html>
<html lang="{escaped_html(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>{escaped_html(chart.title)}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{escaped_html(chart.title)}</h1>
<p>{escaped_html(chart.subtitle)}</p>
{"".join(f'<p class="remark">{escaped_html(remark)}</p>' for remark in chart.remarks)}
<div class="tools">
{_legend(chart)}
<input type="search" placeholder="{escaped_html(words.search)}" aria-label="{escaped_html(words.search)}">
<output data-words="{escaped_html(words.shown)}"></output>
</div>
</header>
<main>
<div class="corner"><b>{escaped_html(words.lane)}</b><span>{escaped_html(words.note)}</span></div>
<div class="axis">{svg_of(axis)}</div>
<div class="names">{svg_of(names)}</div>
<div class="body">{svg_of(body)}</div>
</main>
<div class="hint" hidden></div>
<script>{script}</script>
</body>
</html>
"""


def escaped_html(text: str) -> str:
    """Return a text as it can stand in a page, in an attribute, too."""
    return escape_html(shown(text))


def _legend(chart: Chart) -> str:
    shades = colours.of_kinds(chart.kinds)
    buttons = []
    for kind, text in legend(chart):
        colour = shades.get(kind)
        look = f'fill="{colour}"' if colour else f'fill="#fff" stroke="{colours.FAINT}" stroke-dasharray="3 2"'
        picked = f'data-colour="{colour}"' if colour else 'data-open=""'
        swatch = (
            f'<svg width="16" height="12" aria-hidden="true"><rect x="1" y="1" width="14" height="10" {look}/></svg>'
        )
        buttons.append(f'<button type="button" aria-pressed="false" {picked}>{swatch}{escaped_html(text)}</button>')
    return "\n".join(buttons)


def _text(name: str) -> str:
    return files("optcloud.views.gantt").joinpath(name).read_text(encoding="utf-8")


def policy_hash(text: str) -> str:
    """Return what a page's policy calls a style or a script by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
