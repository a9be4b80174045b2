"""Options of pictures, checked before anything is submitted, and drawing them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optcloud.cli.options import flag, option, writable
from optcloud.core.errors import ConfigError
from optcloud.core.extras import check_installed

if TYPE_CHECKING:
    from optcloud.adiutaopt.solution.solution import Solution


def drawable(path: Path | None) -> Path | None:
    """Refuse a picture that cannot be drawn, or a folder that does not exist, before a job is submitted."""
    if path is None:
        return None
    from optcloud.views.gantt.files import form_of  # noqa: PLC0415 - only for pictures

    try:
        form = form_of(path)
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from error
    if form != ".html":
        check_installed("vl_convert", package="optcloud[pictures]", purpose=path.name)
    return writable(path)


Gantt = Annotated[
    Path | None,
    option(
        "--gantt",
        "FILE",
        "Draw the plan: .html, .svg, .png or .pdf (adiutaOpt).",
        dir_okay=False,
        writable=True,
        callback=drawable,
    ),
]


@dataclass(frozen=True)
class PictureOptions:
    """Whether a picture is drawn of a plan, and how it looks."""

    gantt: Gantt = None
    by: Annotated[Literal["worker", "day"], flag("A row for each worker, or a section for each day.")] = "worker"
    colour: Annotated[Literal["auto", "kind", "qualification", "name"], flag("What the colours stand for.")] = "auto"
    paper: Annotated[
        Literal["A4", "A3", "A2", "A1", "A0"] | None,
        flag("Paper size; the plan takes as many sheets as it needs (not HTML)."),
    ] = None
    language: Annotated[Literal["en", "de"], flag("Language of the picture.")] = "en"
    first: Annotated[
        datetime | None, option("--from", "--first", "DAY", "First day of the picture.", formats=["%Y-%m-%d"])
    ] = None
    last: Annotated[
        datetime | None, option("--to", "--last", "DAY", "Last day of the picture.", formats=["%Y-%m-%d"])
    ] = None

    def draw(self, solution: Solution[Any]) -> list[Path]:
        """Draw the picture, if one is wanted; return its files."""
        if self.gantt is None:
            return []
        return solution.gantt(
            self.gantt,
            self.by,
            colour=self.colour,
            first=self.first and self.first.date(),
            last=self.last and self.last.date(),
            language=self.language,
            paper=self.paper,
        )
