"""Services that are published from the command line: a file is the answer, or a function of a file makes it."""

from __future__ import annotations

import mimetypes
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from attrs import frozen

_FORM = "write APP:SERVICE=FILE or APP:SERVICE=FILE.py:FUNCTION"
_OPTION = "--service"


@frozen
class AppService:
    """A service of an app: what it answers to data and their content type."""

    app: str
    name: str
    answer: Callable[[bytes, str], Any]

    @classmethod
    def read(cls, text: str) -> AppService:
        """Read ``APP:SERVICE=FILE`` or ``APP:SERVICE=FILE.py:FUNCTION``. Raises `typer.BadParameter`."""
        names, _, answer = text.partition("=")
        app, _, name = names.partition(":")
        if not (app and name and answer):
            raise _refused(f"{text!r} is no service: {_FORM}")
        file, _, function = answer.rpartition(":")
        if file.endswith(".py"):
            return cls(app, name, _function(Path(file), function))
        return cls(app, name, _content(Path(answer)))


def _content(file: Path) -> Callable[[bytes, str], Any]:
    """Answer with what the file has at that moment."""
    if not file.is_file():
        raise _refused(f"there is no file {file}: {_FORM}")
    if file.suffix == ".py":
        raise _refused(f"{file}: say which function answers: {file}:FUNCTION")
    content_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return lambda _data, _content_type: (file.read_bytes(), content_type)


def _function(file: Path, name: str) -> Callable[[bytes, str], Any]:
    """Answer by a function of a file, which may import what is beside it."""
    if not file.is_file():
        raise _refused(f"there is no file {file}: {_FORM}")
    folder = str(file.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        found = runpy.run_path(str(file))
    except Exception as error:
        raise _refused(f"{file} cannot be run: {type(error).__name__}: {error}") from error
    function = found.get(name)
    if not callable(function):
        raise _refused(f"{file} has no function {name!r}")
    return function  # type: ignore[no-any-return]


def _refused(words: str) -> typer.BadParameter:
    return typer.BadParameter(words, param_hint=_OPTION)
