"""Options that the commands of batches share, and which batch they mean."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.options import argument, option
from optcloud.core.errors import ConfigError

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger

STORE_VARIABLE = "OPTCLOUD_BATCH_STORE"
FILES_VARIABLE = "OPTCLOUD_BATCH_FILES"
Store = Annotated[
    str,
    option(
        "--store",
        "STORE",
        "Where batches are kept: a file such as spring.sqlite, or postgresql://….",
        envvar=STORE_VARIABLE,
    ),
]
Files = Annotated[
    Path | None,
    option(
        "--files-folder",
        "--files",
        "FOLDER",
        "Folder of large inputs and results, the same for all workers [default: beside the store].",
        envvar=FILES_VARIABLE,
        file_okay=False,
    ),
]


@dataclass(frozen=True, kw_only=True)
class BatchChoice:
    """Which batch of which store."""

    name: Annotated[str | None, argument("[NAME]", "Name of the batch [default: the store's only one].")] = None
    store: Store

    def named(self, *, new: bool = False) -> str:
        """Return the name, as it was given or as the only one. ``new``: the batch may be about to be made.

        Raises `typer.BadParameter`, `ConfigError`.
        """
        if self.name is not None:
            return self.name
        try:
            with self.opened() as ledger:
                return only_batch(ledger)
        except ConfigError as error:
            if new:
                raise typer.BadParameter("a new batch needs a name", param_hint="NAME") from error
            raise

    @contextmanager
    def opened(self) -> Iterator[JobLedger]:
        """Open the store, which must be there, for the block. Raises `ConfigError`, `StoreUnavailable`."""
        from optcloud.batch.ledger.ledger import JobLedger  # noqa: PLC0415 - not for a help text

        with JobLedger.open(self.store, make=False) as ledger:
            yield ledger

    def command(self, verb: str, name: str, *words: str) -> str:
        """Return a command line for the same batch, to be shown; without the password of a store."""
        from optcloud.batch.store.open_store import shown_store  # noqa: PLC0415 - not for a help text

        given = [] if os.environ.get(STORE_VARIABLE) == self.store else ["--store", shown_store(self.store)]
        return shlex.join(["optcloud", "batch", verb, name, *words, *given])


def only_batch(ledger: JobLedger) -> str:
    """Return the name of a store's only batch. Raises `typer.BadParameter`, `ConfigError`."""
    names = [info.name for info in ledger.batches()]
    if not names:
        raise ConfigError(f"{ledger.shown}: there is no batch in it")
    if len(names) > 1:
        some = ", ".join(names[-5:])
        raise typer.BadParameter(f"say which of the store's {len(names)} batches: {some}", param_hint="NAME")
    return names[0]
