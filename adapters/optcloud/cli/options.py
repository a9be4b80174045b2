"""Options that several commands share."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from optcloud.core import secret_store
from optcloud.core.errors import ConfigError
from optcloud.core.local_paths import path_to_write
from optcloud.core.reference import FORMS, Reference

STDIO = Path("-")
_OF_A_CLOUD = re.compile(r"aimms:[^/]+/[^/]+(/\d+)?|adiutaopt:[^/]+/(shift|mixed|floor)/[^/]+|gurobi:[^/]+/.+")
STORE_PLACES = "keyring:NAME or file:PATH"


def option(*words: str, **settings: Any) -> Any:
    """Describe an option that has a value, by its names, its metavar and its help.

    Without a name, a command calls it after its parameter: ``max_users`` is ``--max-users``.
    """
    *names, metavar, help_text = words
    return typer.Option(*names, metavar=metavar, help=help_text, **settings)


def flag(*words: str, **settings: Any) -> Any:
    """Describe an option that is given or not, or is one of a few words, by its names and its help.

    Without a name, it is called as in `option`.
    """
    *names, help_text = words
    return typer.Option(*names, help=help_text, **settings)


def argument(metavar: str, help: str, **settings: Any) -> Any:  # noqa: A002 - typer's word
    """Describe an argument."""
    return typer.Argument(metavar=metavar, help=help, **settings)


def writable(path: Path | None) -> Path | None:
    """Refuse a file in a folder that does not exist, before a job is submitted."""
    try:
        return None if path is None else path_to_write(path)
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from error


def readable(path: Path | None) -> Path | None:
    """Refuse a file that does not exist, before anything is sent; ``-`` stands for stdin.

    typer's own ``exists`` takes ``-`` for a file in some of its versions.
    """
    if path is not None and path != STDIO and not path.exists():
        raise typer.BadParameter(f"file '{path}' does not exist.")
    if path is not None and path.is_dir():
        raise typer.BadParameter(f"file '{path}' is a directory.")
    return path


def read_text(file: Path) -> str:
    """Return what a file holds, or stdin for ``-``."""
    return sys.stdin.read() if file == STDIO else file.read_text(encoding="utf-8")


def refuse_with_no_wait(name: str, value: object) -> None:
    """Refuse an option of waiting beside ``--no-wait``."""
    if value is not None:
        raise typer.BadParameter("it makes no sense together with --no-wait", param_hint=name)


def read_reference(text: str) -> Reference:
    """Return the reference, or say that it is none (a usage error): of an unknown cloud, or not in its cloud's form."""
    try:
        reference = Reference.parse(text)
    except ConfigError as error:
        raise typer.BadParameter(str(error)) from error
    if _OF_A_CLOUD.fullmatch(str(reference)) is None:
        raise typer.BadParameter(f"{text!r} is not a job reference; the forms: {FORMS}")
    return reference


def read_pairs(texts: list[str] | None, name: str) -> dict[str, str]:
    """Return what was given as KEY=VALUE. Raises `typer.BadParameter`."""
    pairs = [text.partition("=") for text in texts or []]
    if wrong := [key for key, sign, _ in pairs if not (sign and key)]:
        raise typer.BadParameter(f"{wrong[0]!r} is not KEY=VALUE", param_hint=name)
    return {key: value for key, _, value in pairs}


def check_secret_place(store: str | None, *, print_secret: bool) -> None:
    """Refuse to ask for a secret that would be neither stored nor printed."""
    if store is None and not print_secret:
        raise typer.BadParameter(
            f"say where the secret goes: --store {STORE_PLACES}, or --print-secret", param_hint="--store"
        )


def _secret_place(text: str | None) -> str | None:
    """Refuse what is no place for a secret, before anything is sent."""
    if text is not None:
        try:
            secret_store.place_of(text)
        except ConfigError as error:
            raise typer.BadParameter(str(error)) from error
    return text


Timeout = Annotated[
    float | None, option("--timeout", "SECONDS", "Wait no longer; the job goes on, exit code 8. 0: look once.", min=0)
]
ResultFile = Annotated[
    Path | None,
    option("--output", "-o", "FILE", "Save the result in a file.", dir_okay=False, writable=True, callback=writable),
]


def state_option(states: Sequence[str]) -> Any:
    """Describe ``--state``, which may be given several times. Another word than these is refused, with all of them."""

    def check(given: list[str] | None) -> list[str]:
        for word in given or []:
            if word not in states:
                raise typer.BadParameter(f"{word!r} is none of {', '.join(states)}")
        return list(given or [])

    words = f"Only in this state: {', '.join(states)}; may be repeated."
    return option("--state", "STATE", words, callback=check, autocompletion=lambda: list(states))


_MORE = "List at most this many"
Limit = Annotated[int, option("--limit", "N", f"{_MORE}.", min=1)]
AnyLimit = Annotated[int | None, option("--limit", "N", f"{_MORE} [default: all].", min=1)]


@dataclass(frozen=True)
class WaitOptions:
    """Whether a command waits for its job's result, how long, and where the result goes."""

    no_wait: Annotated[bool, flag("Print the reference, and do not wait for the result.")] = False
    timeout: Timeout = None
    output: ResultFile = None

    def check(self, gantt: Path | None = None) -> None:
        """Refuse options that only make sense for a wait, before anything is submitted."""
        for name, value in (("--timeout", self.timeout), ("--output", self.output), ("--gantt", gantt)):
            if self.no_wait:
                refuse_with_no_wait(name, value)


DownloadFile = Annotated[
    Path | None,
    option("--output", "-o", "FILE", "Save it in a file, rather than print it.", dir_okay=False, callback=writable),
]
Ref = Annotated[
    str,
    argument("REF", "Reference of a job, such as aimms:default/6f1c…", callback=lambda text: str(read_reference(text))),
]
DryRun = Annotated[bool, flag("--dry-run", "Only say what would be changed.")]
Store = Annotated[
    str | None, option("--store", "PLACE", f"Where the secret goes: {STORE_PLACES}.", callback=_secret_place)
]
PrintSecret = Annotated[bool, flag("--print-secret", "Print the secret on stdout.")]
Overwrite = Annotated[bool, flag("--overwrite", "Replace a secret that the place has already.")]
Yes = Annotated[bool, flag("--yes", "-y", "Do not ask first; needed in scripts, where nobody can answer.")]
