"""Several files and folders take the places of others, all or none."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def swap_in(moves: Iterable[tuple[Path, Path]], aside: Path) -> None:
    """Move each fresh path to its place; what was there goes to ``aside``, a new folder on the same disk.

    Where one cannot be moved, or the work is interrupted, everything is put back, and the error goes on.
    """
    aside.mkdir()
    with ExitStack() as undo:
        for number, (fresh, place) in enumerate(moves):
            old = aside / str(number)
            undo.callback(_put_back, old, place, there=place.exists())
            if place.exists():
                place.rename(old)
            fresh.rename(place)
        undo.pop_all()


def _put_back(old: Path, place: Path, *, there: bool) -> None:
    if there and not old.exists():
        return  # it was not touched yet
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
    if there:
        old.rename(place)
