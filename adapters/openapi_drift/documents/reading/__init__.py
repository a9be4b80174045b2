"""The one reader of YAML and JSON: text to plain data, with the line of each place, within limits.

Scalars are those of YAML 1.2's core schema, keys are text as in JSON, and a key given twice is an error. Whatever is
wrong with a text is one `SpecsError` that names file and line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.reading.json_text import JsonLines, parse_json
from openapi_drift.documents.reading.limits import MAX_BYTES, size
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from openapi_drift.documents.reading.yaml_text import Lines
    from openapi_drift.sources import Format


@dataclass(frozen=True)
class Parsed:
    """``content`` is plain dicts (keys are text), lists and scalars; ``lines`` tell where its places stand.

    ``written`` has the text of numbers that do not look as Python writes them (1.10), by the id() of their container
    and their key.
    """

    content: Any
    lines: Lines | JsonLines
    format: Format
    written: Mapping[tuple[int, str], str]


def parse_text(text: str, name: str, format_: Format | None = None) -> Parsed:
    """Read a text; ``name`` is for messages. Without ``format_``, the name or the first characters tell it."""
    text = text.removeprefix("\ufeff")
    _refuse_half_characters(text, name)
    if format_ == "json" or (format_ is None and (name.endswith(".json") or _is_json(text))):
        return Parsed(parse_json(text, name), JsonLines(text, name), "json", {})
    from openapi_drift.documents.reading.yaml_text import parse_yaml  # noqa: PLC0415  PyYAML is for YAML only

    content, lines, written = parse_yaml(text, name)
    return Parsed(content, lines, "yaml", written)


def read_text(path: Path) -> str:
    """Return the text of a file. Raises SpecsError for one that cannot be read, is no UTF-8 text or too large."""
    return decoded(read_bytes(path), str(path))


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file, of one that is too large only some more than `decoded` takes."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SpecsError(f"{path}: cannot be read: {error.strerror}") from error


def decoded(data: bytes, name: str) -> str:
    """Return the text of a document's bytes: UTF-8, perhaps with a byte order mark."""
    if len(data) > MAX_BYTES:
        raise SpecsError(f"{name}: is larger than {size(MAX_BYTES)}, more than is read of a document")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        raise SpecsError(f"{name}:1: is not UTF-8 text but UTF-16 or UTF-32; store it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecsError(f"{name}:{line}: is not UTF-8 text") from error


def _is_json(text: str) -> bool:
    # A file of YAML in flow style starts like JSON; a key without quotes tells it apart.
    start = text.lstrip()
    return start[:1] == "{" and start[1:].lstrip()[:1] in ('"', "}")


def _refuse_half_characters(text: str, name: str) -> None:
    try:
        length = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise SpecsError(f"{name}:{line}: has half of a surrogate pair, which is no character") from error
    if length > MAX_BYTES:
        raise SpecsError(f"{name}: is larger than {size(MAX_BYTES)}, more than is read of a document")
