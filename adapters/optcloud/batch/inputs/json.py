"""Inputs from JSON: one document a line, or the items of one array, each as it is written there."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from optcloud.batch.inputs.rows import InputRow
from optcloud.core.findings import InputFinding
from optcloud.core.replies import UNREADABLE

LARGEST = 256 * 1024 * 1024  # bytes of one row: more is a file that is not what its name says
_PIECE = 1024 * 1024
_AFTER = tuple(" \t\r\n,]")
_SPACE = re.compile(r"[ \t\r\n]*")
_AT_BYTE = re.compile(r"\s*\(byte (\d+)\)$")
_UNREADABLE = (*UNREADABLE, RecursionError)
_NEAR = 16  # signs: what is wrong this close to the end of what was read may be only cut


def json_lines(path: Path) -> Iterator[InputRow | InputFinding]:
    """Each line, byte by byte as it is, without blanks around it. Its number is the line's; empty lines are none."""
    with path.open("rb") as file:
        for number, line in enumerate(file_lines(file), 1):
            place = f"{path.name}, line {number}"
            if len(line) > LARGEST:
                yield InputFinding(place, f"has more than {LARGEST:,} bytes", "write one document on each line")
                return
            text = line.removeprefix(codecs.BOM_UTF8).strip() if number == 1 else line.strip()
            if text:
                yield json_row(place, number, text, indent=line.find(text[:1]) if line[:1].isspace() else 0)


def json_row(place: str, number: int, text: bytes, *, indent: int = 0) -> InputRow | InputFinding:
    """Return the row of a JSON text, or where it is broken; ``indent``: columns before the text."""
    try:
        return InputRow(place, number, text, msgspec.json.decode(text))
    except _UNREADABLE as error:
        column, words = _broken(text, error)
        where = f"{place}, column {column + indent}" if column else place
        return InputFinding(where, f"not JSON: {words}", "mend the text there")


def array_items(path: Path) -> Iterator[InputRow | InputFinding]:
    """Each item of an array, as it is written there; numbered from 1."""
    with path.open("rb") as file:
        items = _ArrayText(file)
        number = 0
        try:
            items.begin()
            while (text := items.item()) is not None:
                number += 1
                yield json_row(f"{path.name}, item {number}", number, text.encode())
        except _Broken as error:
            yield InputFinding(f"{path.name}, line {items.line}, column {items.column}", str(error), error.hint)
        except UnicodeDecodeError:
            yield InputFinding(f"{path.name}, after line {items.line}", "is not UTF-8", "save the file as UTF-8")


def file_lines(file: BinaryIO) -> Iterator[bytes]:
    """Iterate over the lines of a file; one that is too long is cut, and is longer than `LARGEST` even so."""
    while line := file.readline(LARGEST + 1):
        yield line


def _broken(text: bytes, error: Exception) -> tuple[int, str]:
    """Return the column (0: not known) and the words."""
    try:
        json.loads(text)
    except json.JSONDecodeError as found:
        return found.colno, found.msg
    except UnicodeDecodeError as found:
        return len(text[: found.start].decode(errors="replace")) + 1, "the text is not UTF-8"
    except (ValueError, RecursionError):
        return 0, "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    at = _AT_BYTE.search(str(error))  # what Python's reader takes, such as NaN
    if at is None:
        return 0, str(error)
    return len(text[: int(at[1])].decode(errors="replace")) + 1, str(error)[: at.start()]


class _Broken(Exception):  # noqa: N818 - it does not leave this module
    def __init__(self, words: str, hint: str = "mend the text there") -> None:
        self.hint = hint
        super().__init__(words)


class _ArrayText:
    """The text of an array, read piece by piece; what was given out is forgotten."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder: Any = codecs.getincrementaldecoder("utf-8-sig")()
        self._scan = json.JSONDecoder().raw_decode
        self._text, self._at, self._whole, self._first = "", 0, False, True
        self._lines, self._columns = 0, 0  # of what was forgotten

    @property
    def line(self) -> int:
        return self._lines + self._text.count("\n", 0, self._at) + 1

    @property
    def column(self) -> int:
        begins = self._text.rfind("\n", 0, self._at)
        return self._at - begins if begins >= 0 else self._columns + self._at + 1

    def begin(self) -> None:
        if self._sign() != "[":
            raise _Broken(
                "a JSON file of inputs has one array, and this begins otherwise",
                "write [ … ] around the items; or, with one document on each line, call the file .jsonl",
            )
        self._at += 1

    def item(self) -> str | None:
        """Return the next item's text, or None after the last."""
        sign = self._sign()
        if sign == "]":
            self._at += 1
            if self._sign():
                raise _Broken("more stands after the array")
            return None
        if not self._first:
            if sign != ",":
                raise _Broken("a comma or the end of the array is missing")
            self._at += 1
            self._sign()
        self._first = False
        end = self._end()
        text = self._text[self._at : end]
        self._at = end
        return text

    def _end(self) -> int:
        """Find where the item ends, reading as much as that takes."""
        while True:
            try:
                end: int = self._scan(self._text, self._at)[1]
            except json.JSONDecodeError as error:
                is_cut = error.pos > len(self._text) - _NEAR or error.msg.startswith("Unterminated string")
                if self._whole or not is_cut:
                    self._at = min(error.pos, len(self._text))
                    raise _Broken(f"not JSON: {error.msg}") from None
            except RecursionError:
                raise _Broken("not JSON: an item is nested too deeply") from None
            else:
                if self._whole or self._text[end : end + 1] in _AFTER or end + _NEAR < len(self._text):
                    return end  # else a number may go on: 1 of 1.5, of 1e+5
            if len(self._text) - self._at > LARGEST:
                raise _Broken(f"an item has more than {LARGEST:,} characters")
            self._read(max(_PIECE, len(self._text) - self._at))

    def _sign(self) -> str:
        """Skip blanks; return the next sign, "" at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text) or self._whole:
                return self._text[self._at : self._at + 1]
            self._read(_PIECE)

    def _read(self, size: int) -> None:
        gone = self._text[: self._at]
        newlines = gone.count("\n")
        self._columns = len(gone) - gone.rfind("\n") - 1 if newlines else self._columns + len(gone)
        self._lines += newlines
        piece = self._file.read(size)
        self._whole = not piece
        self._text, self._at = self._text[self._at :] + self._decoder.decode(piece, final=self._whole), 0
