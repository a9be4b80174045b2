"""Finding the checkout of the repository: the vendors' documents are not part of an installed optcloud."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from openapi_drift.errors import SpecsError
from optcloud.cli.options import option

Root = Annotated[
    Path | None,
    option(
        "--root",
        "FOLDER",
        "Checkout of optcloud's repository [default: around this folder].",
        file_okay=False,
        exists=True,
    ),
]


def checkout_of(root: Path | None) -> Path:
    """Return the checkout that is given or around this folder. Raises SpecsError if there is none."""
    found = find_checkout(root)
    if found is None:
        raise SpecsError(
            f"{root or Path.cwd()} is no checkout of optcloud's repository (it has no specs/sources.toml); go there, "
            "or give --root"
        )
    return found


def find_checkout(root: Path | None) -> Path | None:
    """Return the checkout, or None where a command does without."""
    start = root or Path.cwd()
    for folder in [start] if root else [start, *start.parents]:
        if (folder / "specs" / "sources.toml").is_file():
            return folder
    return None
