"""Options of pictures, checked before anything is submitted, and drawing them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.exit_codes import MissingExtraError
from optcloud.cli.options import option, writable
from optcloud.core.errors import ConfigError

if TYPE_CHECKING:
    from optcloud.adiutaopt.solution.solution import Solution


class By(enum.StrEnum):
    """What has a row."""

    WORKER = "worker"
    DAY = "day"


class Colour(enum.StrEnum):
    """What tells the kind of a task."""

    AUTO = "auto"
    KIND = "kind"
    QUALIFICATION = "qualification"
    NAME = "name"


class PictureLanguage(enum.StrEnum):
    """In what language a picture is written."""

    ENGLISH = "en"
    GERMAN = "de"


class PaperSize(enum.StrEnum):
    """Sheets of paper."""

    A4 = "A4"
    A3 = "A3"
    A2 = "A2"
    A1 = "A1"
    A0 = "A0"


def drawable(path: Path | None) -> Path | None:
    """Refuse a picture that cannot be drawn, or a folder that does not exist, before a job is submitted."""
    if path is None:
        return None
    from optcloud.views.gantt.files import form_of  # noqa: PLC0415 - only for pictures

    try:
        form_of(path)
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from error
    if find_spec("vl_convert") is None:
        raise MissingExtraError('a picture needs vl-convert-python: pip install "optcloud[pictures]"')
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
    by: Annotated[By, typer.Option("--by", help="A row for each worker, or a section for each day.")] = By.WORKER
    colour: Annotated[Colour, typer.Option("--colour", help="What the colours tell.")] = Colour.AUTO
    paper: Annotated[
        PaperSize | None, typer.Option("--paper", help="Sheets to fit to, as many as it takes (not for HTML).")
    ] = None
    language: Annotated[PictureLanguage, typer.Option("--language", help="Of the picture.")] = PictureLanguage.ENGLISH
    first: Annotated[datetime | None, option("--first", "DAY", "First day of the picture.", formats=["%Y-%m-%d"])] = (
        None
    )
    last: Annotated[datetime | None, option("--last", "DAY", "Last day of the picture.", formats=["%Y-%m-%d"])] = None

    def draw(self, solution: Solution) -> list[Path]:
        """Draw the picture, if one is wanted; return its files."""
        if self.gantt is None:
            return []
        return solution.gantt(
            self.gantt,
            self.by.value,
            colour=self.colour.value,
            first=self.first and self.first.date(),
            last=self.last and self.last.date(),
            language=self.language.value,
            paper=self.paper and self.paper.value,
        )
