"""Reports of changes: for a terminal, a pull request, a browser, and for the machines of a CI.

Each form is a module with ``render(report) -> str``; `render` here finds it by its name.
"""

from __future__ import annotations

from importlib import import_module

from openapi_drift.reports.report import ChangeReport

FORMATS = ("text", "markdown", "html", "github", "sarif")


def render(report: ChangeReport, form: str) -> str:
    """Return a report in one of `FORMATS`."""
    if form not in FORMATS:
        raise ValueError(f"no report is called {form!r}; there are: {', '.join(FORMATS)}")
    text: str = import_module(f"{__name__}.{form}").render(report)
    return text
