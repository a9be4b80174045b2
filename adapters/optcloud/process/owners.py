"""Which process owns what is written down in a folder, and whether it lives.

Each process holds, for its life, the lock on a file of its own in the folder: who can lock the file of another knows
that this one is dead. Process ids are for telling people only: they are given out again.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import threading
import uuid
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from attrs import frozen

from optcloud.process.file_locks import TAKEN, lock

_TRIES = 100  # a process that sweeps may take a new file for that of a dead process; even once is rare


@frozen
class Owner:
    """A process: ``name`` is its own for ever, ``host`` and ``pid`` are for people."""

    name: str
    host: str
    pid: int


class Owners:
    """The processes that own something in a folder. `OSError` where files cannot be made or locked there.

    Processes of other hosts and users cannot be judged, since locks do not reach everywhere: they count as alive. A
    host is known by its name (`platform.node`).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.host = platform.node()
        self._guard = threading.Lock()
        self._me: Owner | None = None
        self._file = -1

    def me(self) -> Owner:
        """Return this process, whose lock is held from here on. Where its file was removed, it begins anew."""
        with self._guard:
            if self._me is not None and not _is_there(self._path(self._me.name, self._me.host), self._file):
                os.close(self._file)
                self._me = None
            if self._me is None:
                self._me, self._file = self._enter()
            return self._me

    def is_alive(self, name: str, host: str, dead_hosts: Collection[str] = ()) -> bool:
        """Say whether the process lives, or cannot be judged. Of ``dead_hosts``, too, whoever holds a lock lives."""
        if host != self.host and host not in dead_hosts:
            return True
        if self._me is not None and name == self._me.name:
            return True  # and on network file systems, to look would free the lock
        try:
            file = os.open(self._path(name, host), os.O_RDONLY)
        except FileNotFoundError:
            return False
        except PermissionError:
            return True  # of another user, whose processes cannot be judged either
        try:
            lock(file, shared=True)
        except TAKEN:
            return True
        finally:
            os.close(file)
        return False

    def sweep(self) -> None:
        """Remove what dead processes of this host left. (Who has no file is dead: nothing is lost by that.)"""
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            name, _, rest = path.name.partition("-")
            if rest == f"{_word(self.host)}.lock" and not (self._me and self._me.name == name):
                _remove_if_free(path)

    def leave(self) -> None:
        """Forget the owner that this object was, in the child of a fork. The parent keeps its lock until it ends."""
        if self._me is not None:
            os.close(self._file)  # of an open file that both share: this does not free it, and LOCK_UN would
        self._me, self._file, self._guard = None, -1, threading.Lock()

    def _path(self, name: str, host: str) -> Path:
        return self._folder / f"{name}-{_word(host)}.lock"

    def _enter(self) -> tuple[Owner, int]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(_TRIES):
            me = Owner(uuid.uuid4().hex, self.host, os.getpid())
            path = self._path(me.name, me.host)
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                lock(file)
                if _is_there(path, file):
                    return me, file
            except TAKEN:
                pass  # by one who sweeps, and will remove it
            except BaseException:
                os.close(file)
                raise
            os.close(file)
        raise OSError(f"{self._folder}: new files disappear at once")


def _word(host: str) -> str:
    """Return the name of a host as a part of the name of a file."""
    return re.sub(r"[^A-Za-z0-9.-]", "_", host)[:100]


def _is_there(path: Path, file: int) -> bool:
    """Say whether the open file still is the one of this name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _remove_if_free(path: Path) -> None:
    """Remove a file that nobody holds. While it is removed it is locked, so that no one takes it in between."""
    try:
        file = os.open(path, os.O_RDONLY)
    except (FileNotFoundError, PermissionError):
        return
    try:
        lock(file, shared=True)
        if sys.platform != "win32":
            path.unlink(missing_ok=True)
    except TAKEN:
        return
    finally:
        os.close(file)
    if sys.platform == "win32":  # where no file goes that is open: neither ours, before, nor an owner's, ever
        with suppress(PermissionError):
            path.unlink(missing_ok=True)


_of: dict[Path, Owners] = {}
_adding = threading.Lock()


def owners_of(folder: Path) -> Owners:
    """Return the owners of a folder: the same ones for the whole process."""
    with _adding:
        return _of.setdefault(folder, Owners(folder))


def _forked() -> None:
    global _adding  # noqa: PLW0603 - a thread that is no more may hold it
    _adding = threading.Lock()
    for owners in _of.values():
        owners.leave()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
