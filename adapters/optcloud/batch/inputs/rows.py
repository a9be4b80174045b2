"""The rows that inputs of jobs are read from, and the key of each: checked before anything is made of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
from attrs import field, frozen

from optcloud.batch.store.store import StoreUnavailable
from optcloud.core.errors import ConfigError
from optcloud.core.escaping import shown
from optcloud.core.findings import InputFinding, listed
from optcloud.core.replies import UNREADABLE, json_of

MOST_FAULTS = 5
LONGEST_KEY = 400  # characters
_NO_KEY = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNREADABLE = (*UNREADABLE, RecursionError)


class InputsError(ConfigError):
    """Inputs cannot be taken as they are; ``faults`` has the first few: where each is, what it is, what to do."""

    def __init__(self, faults: tuple[InputFinding, ...]) -> None:
        self.faults = faults
        more = f" (the first {MOST_FAULTS} errors are shown)" if len(faults) >= MOST_FAULTS else ""
        super().__init__(f"the inputs have errors; correct them, and add them again{more}:{_told(faults)}")


def _told(faults: tuple[InputFinding, ...]) -> str:
    return listed(faults) if len(faults) > 1 else f" {listed(faults)}"


@frozen
class InputRow:
    """One input, and where it came from (``scenarios.jsonl, line 17``).

    ``name`` is its key where no field is asked for; ``distinct``: no other row of the source can have this name.
    ``value`` is the content as it was read, None where it was not.
    """

    place: str
    name: Any
    content: bytes | Path = field(repr=False)
    value: Any = field(default=None, repr=False)
    distinct: bool = True


@frozen
class KeyedRow:
    """An input whose key is good."""

    key: str
    content: bytes | Path = field(repr=False)


class SeenKeys:
    """The keys so far, in a temporary database: in memory while they are few, on the disk above."""

    def __init__(self) -> None:
        import sqlite3  # noqa: PLC0415 - optcloud is imported without it

        self._fault = sqlite3.Error
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("pragma journal_mode=off")
        self._database.execute("create table seen(key text primary key, place text, digest blob) without rowid")
        self._database.execute("begin")

    def other(self, key: str, place: str, content: bytes | Path) -> str | None:
        """Remember a key, and return the place where it stood before with another content, else None.

        Raises `StoreUnavailable` where there is no room for it, `OSError` for a file that cannot be read.
        """
        digest = _digest(content)
        try:
            inserted = self._database.execute("insert or ignore into seen values(?, ?, ?)", (key, place, digest))
            if inserted.rowcount:
                return None
            row = self._database.execute("select place, digest from seen where key=?", (key,)).fetchone()
        except self._fault as error:
            raise StoreUnavailable(
                f"the keys of so many inputs need room in the folder for temporary files, TMPDIR: {error}"
            ) from error
        return None if row[1] == digest else str(row[0])

    def close(self) -> None:
        """Let the database go."""
        self._database.close()


@frozen
class KeyCheck:
    """Finds the key of each row: what the field named ``field_name`` has, else the row's own name."""

    field_name: str | None
    seen: SeenKeys | None

    def of(self, row: InputRow) -> KeyedRow | InputFinding:
        """Return the row under its key, or what is the matter with it."""
        field_name = self.field_name
        where = row.place if field_name is None else f"{row.place}, field {shown(field_name)}"
        try:
            value = row.name if field_name is None else _field(row, field_name)
            if fault := key_fault(value):
                return InputFinding(where, fault, "a key is a text or an integer, another one for each job")
            key = str(value)
            if self.seen is not None and not (row.distinct and field_name is None):
                before = self.seen.other(key, row.place, row.content)
                if before:
                    what = f"{shown(key)} stood before, with another content: {before}"
                    return InputFinding(where, what, "give each job its own key")
        except _NoField as error:
            return InputFinding(where, "is missing", str(error))
        except OSError as error:
            return InputFinding(row.place, f"cannot be read: {error.strerror or error}")
        except _UNREADABLE as error:
            return InputFinding(
                row.place, f"not JSON, so it has no fields: {error}", "give pairs of a key and an input"
            )
        return KeyedRow(key, row.content)


def keyed(rows: Iterable[InputRow | InputFinding], key: str | None, *, at_once: bool) -> Iterator[KeyedRow]:
    """Give each row its key.

    Raises `InputsError`: with the first fault, if ``at_once``; else with the first few, or at the end.
    """
    faults: list[InputFinding] = []
    with closing(SeenKeys()) as seen:
        check = KeyCheck(key, seen)
        for row in rows:
            found = check.of(row) if isinstance(row, InputRow) else row
            if isinstance(found, InputFinding):
                faults.append(found)
                if at_once or len(faults) >= MOST_FAULTS:
                    break
            else:
                yield found
    if faults:
        raise InputsError(tuple(faults))


def key_fault(key: Any) -> str:
    """Say what keeps a value from being a job's key; "" where nothing does."""
    if isinstance(key, bool) or not isinstance(key, str | int):
        return f"is {'null' if key is None else 'a ' + type(key).__name__}, which is no key"
    text = str(key)
    if not text.strip():
        return "is empty"
    if _NO_KEY.search(text):
        return f"{shown(text)} has a control character, a line end or half of a surrogate pair in it"
    return f"has {len(text):,} characters; a key has {LONGEST_KEY} at most" if len(text) > LONGEST_KEY else ""


class _NoField(Exception):  # noqa: N818 - it does not leave this module
    """The field that has the key is missing: what there is."""


def _field(row: InputRow, name: str) -> Any:
    fields = row.value
    if fields is None:
        content = row.content if isinstance(row.content, bytes) else row.content.read_bytes()
        fields = msgspec.json.decode(json_of(content))
    if not isinstance(fields, Mapping):
        raise _NoField("only a JSON object has fields")
    if name in fields:
        return fields[name]
    names = ", ".join(shown(str(known)) for known, _ in zip(fields, range(8), strict=False))
    raise _NoField(f"there is {names}" if names else "the object has none")


def _digest(content: bytes | Path) -> bytes:
    if isinstance(content, bytes):
        return hashlib.sha256(content).digest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
