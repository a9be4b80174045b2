"""OpenAPI documents as they are read, for all of this tooling: the data, and the line of each of its places.

Whatever is wrong with a file is one `SpecsError` that names file and line: text that is no document, Swagger 2.0,
references that lead nowhere or out of the document, and what `openapi_drift.documents.reading` refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.pointers import Position, tokens
from openapi_drift.documents.reading import Parsed, parse_text, read_text
from openapi_drift.documents.references import check_references
from openapi_drift.documents.written_words import keep_written_words
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from openapi_drift.documents.reading.json_text import JsonLines
    from openapi_drift.documents.reading.yaml_text import Lines
    from openapi_drift.sources import Format

Document = dict[str, Any]
VERSIONS = ("3.0", "3.1")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""The keys of a path item that are operations."""


@dataclass(frozen=True, slots=True, eq=False)
class LoadedDocument:
    """A document as read.

    ``name`` is what the caller called it, ``content`` plain dicts (keys are text, as in JSON), lists and scalars.
    Parts that the file shares by YAML aliases are the same object.
    """

    name: str
    content: Document
    _lines: Lines | JsonLines = field(repr=False)
    format: Format = "yaml"
    followed: dict[str, tuple[Any, str]] = field(default_factory=dict, repr=False)
    """What the references lead to, by reference: kept by `openapi_drift.documents.references.follow`."""
    memo: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What others derive from parts of the content, by the parts' ids: kept here, it lives as long as they do."""

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

    @property
    def version(self) -> str:
        """The OpenAPI version's first two parts: "3.0" or "3.1"."""
        return str(self.content["openapi"])[:3]


def load(path: str | Path) -> LoadedDocument:
    """Read a file. Raises SpecsError for everything unreadable, with file and line."""
    return load_text(read_text(Path(path)), str(path))


def load_text(text: str, name: str, format_: Format | None = None) -> LoadedDocument:
    """Read a text, for instance a git revision's; ``name`` is for the errors and positions."""
    text = text.removeprefix("\ufeff")
    start = text.lstrip()[:1]
    if not start:
        raise SpecsError(f"{name}:1: is empty")
    if start == "<":
        raise SpecsError(f"{name}:1: is HTML or XML, not an OpenAPI document (a sign-in page, perhaps)")
    parsed = parse_text(text, name, format_)
    _check_version(parsed, name)
    keep_written_words(parsed)
    document = LoadedDocument(name, parsed.content, parsed.lines, parsed.format)
    check_references(document)
    return document


def parse(text: str, name: str, format_: Format | None = None) -> Any:
    """The data of any YAML or JSON text, such as an overlay's. Raises SpecsError with ``name`` and line."""
    return parse_text(text, name, format_).content


def whole(document: LoadedDocument) -> Document:
    """The content of a document that a client can be made from. Raises SpecsError if it has no version or no paths."""
    content = document.content
    info = content.get("info")
    if not isinstance(info, dict) or not isinstance(info.get("version"), str):
        raise SpecsError(f"{document.position('/info')}: info.version is missing")
    if not isinstance(content.get("paths"), dict) or not content["paths"]:
        raise SpecsError(f"{document.position('/paths')}: paths is missing or empty")
    return content


def parse_openapi(text: str, name: str, format_: Format | None = None) -> Document:
    """The content of a whole document from its text: `load_text`, then `whole`."""
    return whole(load_text(text, name, format_))


def _check_version(parsed: Parsed, name: str) -> None:
    content = parsed.content
    if not isinstance(content, dict):
        raise SpecsError(f"{name}:1: is not an OpenAPI document: its top level is no mapping")
    if "swagger" in content:
        raise SpecsError(f"{name}:1: is Swagger {_shown(content['swagger'])}; convert it to OpenAPI 3 first")
    if "openapi" not in content:
        raise SpecsError(f"{name}:1: is not an OpenAPI document: it has no `openapi` field")
    _versions_are_text(parsed)
    if not str(content["openapi"]).startswith(VERSIONS):
        raise SpecsError(f"{name}:1: is OpenAPI {_shown(content['openapi'])}; 3.0 and 3.1 can be read")


def _versions_are_text(parsed: Parsed) -> None:
    """A version without quotes is a number to YAML, 1.10 the same as 1.1; what counts is how it is written."""
    for container, key in ((parsed.content, "openapi"), (parsed.content.get("info"), "version")):
        if isinstance(container, dict) and type(container.get(key)) in (int, float):
            container[key] = parsed.written.get((id(container), key), str(container[key]))


def _shown(value: Any) -> str:
    return value[:20] if isinstance(value, str) and value.isprintable() else repr(value)[:20]
