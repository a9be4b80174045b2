"""Asking before something is destroyed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.exit_codes import ERROR

if TYPE_CHECKING:
    from optcloud.cli.session import Session

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; needed where nobody can be asked.")]


def confirm(session: Session, what: str, *, yes: bool) -> None:
    """Go on when the person at the terminal says yes.

    Without a terminal, or with --json, there is nobody to ask: then ``--yes`` is needed (a usage error). Raises
    `typer.Exit` with code 1 when the answer is anything but yes.
    """
    if yes:
        return
    if session.out.as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise typer.BadParameter(f"nobody can be asked here, so it is needed to {what}", param_hint="--yes")
    session.talk.prompt(f"{what}? [y/N] ")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        session.talk.say("left as it is", event="declined")
        raise typer.Exit(ERROR)
