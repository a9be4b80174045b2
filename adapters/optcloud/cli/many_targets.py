"""One verb on many things."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import typer

from optcloud.cli.exit_codes import exit_code
from optcloud.core.errors import Conflict, JobError, NotFound, Unsupported

if TYPE_CHECKING:
    from optcloud.cli.session import Session


def do_each(session: Session, things: Iterable[str], verb: Callable[[str], None]) -> None:
    """Do it to each. A refusal that concerns one of them is told, and the others have their turn.

    Raises `typer.Exit` at the end with the exit code of the first refusal. All other errors, which would meet the
    others too, end it at once.
    """
    first: Exception | None = None
    for thing in things:
        try:
            verb(thing)
        except (Conflict, JobError, NotFound, Unsupported) as error:
            session.talk.error(error)
            first = first or error
    if first is not None:
        raise typer.Exit(exit_code(first))
