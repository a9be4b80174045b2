"""Reading an OpenAPI document, YAML or JSON, with the line of each of its places.

Whatever is wrong with a file is one `SpecsError` that names file and line: text that is no document, keys given twice,
aliases that would grow without bound, nesting too deep, Swagger 2.0, references that lead nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from optcloud.specs.drift.change import Position
from optcloud.specs.drift.pointers import tokens
from optcloud.specs.drift.references import check_references
from optcloud.specs.drift.text_json import JsonLines, parse_json
from optcloud.specs.drift.text_yaml import parse_yaml
from optcloud.specs.errors import SpecsError

VERSIONS = ("3.0", "3.1")


@dataclass(frozen=True, slots=True, eq=False)
class LoadedDocument:
    """A document as read.

    ``name`` is what the caller called it, ``content`` plain dicts (keys are text, as in JSON), lists and scalars.
    Parts that the file shares by YAML aliases are the same object.
    """

    name: str
    content: dict[str, Any]
    _lines: dict[int, dict[str, int]] | JsonLines = field(repr=False)
    followed: dict[str, tuple[Any, str]] = field(default_factory=dict, repr=False)
    """What the references lead to, by reference: kept by `optcloud.specs.drift.references.follow`."""
    _merged: dict[int, dict[str, Any]] = field(default_factory=dict, repr=False)

    def position(self, pointer: str) -> Position:
        """Return where a JSON pointer's place stands in the file: its key's line, or the nearest one above it."""
        lines = self._lines if isinstance(self._lines, dict) else self._lines.by_container(self.content)
        line, value = 1, self.content
        for token in tokens(pointer):
            known = lines.get(id(value))
            if known is None or token not in known:
                break
            line = known[token]
            value = value[int(token)] if isinstance(value, list) else value[token]
        return Position(self.name, line)

    def merged(self, value: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
        """Return always the same result for the same value: a reference with keywords beside it (3.1), written out."""
        return self._merged.setdefault(id(value), result)

    @property
    def version(self) -> str:
        """The OpenAPI version's first two parts: "3.0" or "3.1"."""
        return str(self.content["openapi"])[:3]


def load(path: str | Path) -> LoadedDocument:
    """Read a file. Raises SpecsError for everything unreadable, with file and line."""
    name = str(path)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise SpecsError(f"{name}: cannot be read: {error.strerror}") from error
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecsError(f"{name}:{line}: is not UTF-8 text") from error
    return load_text(text, name)


def load_text(text: str, name: str) -> LoadedDocument:
    """Read a text, for instance a git revision's; ``name`` is for the errors and positions."""
    text = text.removeprefix("\ufeff")
    start = text.lstrip()[:1]
    if not start:
        raise SpecsError(f"{name}:1: is empty")
    if start == "<":
        raise SpecsError(f"{name}:1: is HTML or XML, not an OpenAPI document (a sign-in page, perhaps)")
    lines: dict[int, dict[str, int]] | JsonLines
    if name.endswith(".json") or (start == "{" and _is_json(text)):
        content: Any = parse_json(text, name)
        lines = JsonLines(text, name)
    else:
        content, lines = parse_yaml(text, name)
    _check_version(content, name)
    document = LoadedDocument(name, content, lines)
    check_references(document)
    return document


def _is_json(text: str) -> bool:
    # A file of YAML in flow style starts like JSON; a key without quotes tells it apart.
    return text.lstrip()[1:].lstrip()[:1] in ('"', "}")


def _check_version(content: Any, name: str) -> None:
    if not isinstance(content, dict):
        raise SpecsError(f"{name}:1: is not an OpenAPI document: its top level is no mapping")
    if "swagger" in content:
        raise SpecsError(f"{name}:1: is Swagger {content['swagger']}; convert it to OpenAPI 3 first")
    if "openapi" not in content:
        raise SpecsError(f"{name}:1: is not an OpenAPI document: it has no `openapi` field")
    version = str(content["openapi"])
    if not version.startswith(VERSIONS):
        raise SpecsError(f"{name}:1: is OpenAPI {version}; 3.0 and 3.1 are compared")
