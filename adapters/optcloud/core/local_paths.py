"""Paths on this machine, as people give them: what no file can be called is refused by name, before it is opened."""

from __future__ import annotations

import os
from pathlib import Path

from optcloud.core.errors import ConfigError
from optcloud.core.escaping import shown


def local_path(given: str | os.PathLike[str], argument: str = "path") -> Path:
    """Return the path. Raises `ConfigError`, which names the argument, for what the system cannot take for one.

    That is a NUL character, and half of a surrogate pair; but names that are no UTF-8 have some that stand for their
    bytes (`os.fsdecode`), and are good names.
    """
    text = os.fspath(given)
    try:
        fault = "has a NUL character in it" if b"\0" in os.fsencode(text) else ""
    except UnicodeEncodeError:
        fault = "has half of a surrogate pair in it"
    if fault:
        raise ConfigError(f"{argument}: {shown(text)} {fault}, so no file can have this name")
    return Path(text)


def path_to_write(given: str | os.PathLike[str], argument: str = "path") -> Path:
    """Return the path of a file or a folder that is to be made, before the work for it is done.

    Raises `ConfigError` as `local_path` does, and where the folder that it is to be in is not there.
    """
    path = local_path(given, argument)
    if not path.parent.is_dir():
        raise ConfigError(f"there is no folder {path.parent} for {path.name}")
    return path
