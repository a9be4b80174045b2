"""A plan's tasks as a table in a file: options that are checked before anything is submitted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.options import option, writable
from optcloud.core.extras import check_installed

if TYPE_CHECKING:
    from optcloud.adiutaopt.solution.solution import Solution
    from optcloud.cli.session import CliSession


def _file_of(module: str, package: str) -> Any:
    """Return what refuses a file that cannot be written, for want of a package or of a folder."""

    def check(path: Path | None) -> Path | None:
        if path is not None:
            check_installed(module, package=package, purpose=path.name)
        return writable(path)

    return check


@dataclass(frozen=True)
class TableFiles:
    """Files with the tasks of a plan."""

    csv: Annotated[Path | None, option("FILE", "Save all tasks as CSV.", dir_okay=False, callback=writable)] = None
    excel: Annotated[
        Path | None,
        option(
            "FILE",
            "Save all tasks as a workbook (needs openpyxl).",
            dir_okay=False,
            callback=_file_of("openpyxl", "openpyxl"),
        ),
    ] = None
    parquet: Annotated[
        Path | None,
        option(
            "FILE",
            "Save all tasks as Parquet (needs pyarrow).",
            dir_okay=False,
            callback=_file_of("pyarrow", "optcloud[parquet]"),
        ),
    ] = None

    def __bool__(self) -> bool:
        return any((self.csv, self.excel, self.parquet))

    def write(self, session: CliSession, solution: Solution[Any]) -> None:
        """Write those that are wanted, and say so."""
        for path, save in (
            (self.csv, solution.to_csv),
            (self.excel, solution.to_excel),
            (self.parquet, solution.to_parquet),
        ):
            if path is not None:
                session.say_saved(save(path))


def check_plan_file(path: Path | None) -> None:
    """Refuse a file for the plan's JSON whose name asks for something else."""
    if path is not None and path.suffix.lower() not in ("", ".json"):
        words = (
            f"{path.name}: a plan is JSON, so its name ends with .json; for others: --csv, --excel, --parquet, --gantt"
        )
        raise typer.BadParameter(words, param_hint="--output")
