"""The file of shapes: JSON lines, appended, so that several processes can write one file.

A line: ``vendor``, ``document`` and its ``version``, ``operation``, ``status``, ``media``, ``kind`` (field, word,
status, media, null, type, missing, body), ``pointer`` (RFC 6901, in the document), ``place`` (in the reply), ``name``
(a field or a word; ``*`` where it may be data), ``found`` (a JSON type), ``known`` (words), ``count`` since the line
before of the same shape, ``first`` and ``last`` (days, UTC). Readers add up the counts. A shape is written when its
count in this process reaches 1, 2, 4, 8 …, and the rest at the end, so the file stays small.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from attrs import define

from optcloud.core.errors import ConfigError
from optcloud.core.process_bound import renew_in_child
from optcloud.observe.shape import Shape

logger = logging.getLogger("optcloud")
_MOST_SHAPES = 2000


@define
class _Count:
    total: int
    unwritten: int
    first: str
    last: str


class Record:
    """Counts the shapes of one document and appends them to a file, which only its owner may read."""

    def __init__(self, path: Path, vendor: str, document: str, version: str) -> None:
        self._path = path
        self._head = {"vendor": vendor, "document": document, "version": version}
        self._counts: dict[Shape, _Count] = {}
        self._lock = threading.Lock()
        renew_in_child(self)
        self._process = os.getpid()
        try:
            self._append("")
        except OSError as error:
            raise ConfigError(
                f"observe: {path} cannot be written ({error.strerror}); name a file in a folder"
            ) from error

    def after_fork(self) -> None:
        """Make the lock anew: who held it may not be in this process."""
        self._lock = threading.Lock()

    def add(self, shapes: Iterable[Shape]) -> None:
        """Count each shape once."""
        today = time.strftime("%Y-%m-%d", time.gmtime())
        with self._lock:
            self._forget_parents()
            due = [shape for shape in shapes if self._counted(shape, today)]
            if due:
                self._write(due)

    def flush(self) -> None:
        """Write what was counted since the last lines."""
        with self._lock:
            self._forget_parents()
            self._write([shape for shape, count in self._counts.items() if count.unwritten])

    def _counted(self, shape: Shape, today: str) -> bool:
        count = self._counts.get(shape)
        if count is None:
            if len(self._counts) >= _MOST_SHAPES:
                return False
            count = self._counts[shape] = _Count(0, 0, today, today)
        count.total += 1
        count.unwritten += 1
        count.last = today
        return count.total & (count.total - 1) == 0

    def _forget_parents(self) -> None:
        """After a fork, leave to the parent what it counted."""
        if self._process != os.getpid():
            self._process = os.getpid()
            for count in self._counts.values():
                count.unwritten = 0

    def _write(self, shapes: list[Shape]) -> None:
        lines = "".join(self._line(shape, self._counts[shape]) for shape in shapes)
        try:
            if lines:
                self._append(lines)
        except OSError as error:  # a reply, and the job in it, matters more than what was noted of it
            logger.warning("observe: %s cannot be written (%s): shapes are lost", self._path, error.strerror)
        for shape in shapes:
            self._counts[shape].unwritten = 0

    def _line(self, shape: Shape, count: _Count) -> str:
        operation, status, media, observation = shape
        reply = {"operation": operation, "status": status, "media": media}
        seen = {"count": count.unwritten, "first": count.first, "last": count.last}
        return json.dumps(self._head | reply | observation._asdict() | seen) + "\n"

    def _append(self, lines: str) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if hasattr(os, "fchmod"):
                os.fchmod(descriptor, 0o600)
            os.write(descriptor, lines.encode())
        finally:
            os.close(descriptor)
