"""Secrets that a command is given: they go where the person says, and are never shown unasked."""

from __future__ import annotations

from typing import Annotated

import typer

from optcloud.core import secret_store as vault
from optcloud.core.errors import ConfigError

PLACES = "keyring:NAME or file:PATH"


def _place(text: str | None) -> str | None:
    """Find out before anything is asked of AIMMS that it is a place."""
    if text is not None:
        try:
            vault.place_of(text)
        except ConfigError as error:
            raise typer.BadParameter(str(error)) from error
    return text


Store = Annotated[
    str | None,
    typer.Option("--store", metavar="PLACE", callback=_place, help=f"Where the secret goes: {PLACES}."),
]
PrintSecret = Annotated[bool, typer.Option("--print-secret", help="Print the secret on stdout.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="The place may have a secret already, which is lost.")]


def check_stowed(store: str | None, *, print_secret: bool) -> None:
    """Refuse to ask for a secret that would go nowhere."""
    if store is None and not print_secret:
        raise typer.BadParameter(
            f"say where the secret goes: --store {PLACES}, or --print-secret", param_hint="--store"
        )
