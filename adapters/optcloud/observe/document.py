"""One effective OpenAPI document, and what it says of the replies of each operation."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from attrs import define

from optcloud.core.errors import ConfigError
from optcloud.json_schema.nodes import Compiler, SchemaNode, escape, follow
from optcloud.json_schema.quick import QuickCheck, Tolerated
from optcloud.observe.walk import Noted

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@define(eq=False)
class DocumentedBody:
    """A documented body: its schema, when it is JSON."""

    root: SchemaNode | None
    _quick: QuickCheck | None = None
    _made_of: int = -1

    def quick(self, tolerated: Collection[Tolerated]) -> QuickCheck | None:
        """Return the quick check, made anew when more is tolerated."""
        if self.root is None:
            return None
        if self._quick is None or self._made_of != len(tolerated):
            self._quick, self._made_of = QuickCheck(self.root, tolerated), len(tolerated)
        return self._quick


@define(eq=False)
class DocumentedResponse:
    """A documented response: its pointer, and its bodies by media type (lower case)."""

    pointer: str
    contents: Mapping[str, DocumentedBody]

    def content(self, media: str) -> DocumentedBody | None:
        """Return the body's description for a media type; None when the document does not name it."""
        contents = self.contents
        return contents.get(media) or contents.get(f"{media.partition('/')[0]}/*") or contents.get("*/*")


@define(eq=False)
class ObservedOperation:
    """What one operation may answer, by status (``200``, ``4XX``, ``default``)."""

    pointer: str
    answers: Mapping[str, DocumentedResponse]

    def answer(self, status: int) -> DocumentedResponse | None:
        """Return the response's description; None when the document does not name the status."""
        answers = self.answers
        return answers.get(str(status)) or answers.get(f"{status // 100}XX") or answers.get("default")


class Document:
    """Operations are compiled when they are first met.

    ``tolerated`` and ``noted`` are what replies have had besides: a known shape costs no walk.
    """

    def __init__(self, content: Mapping[str, Any], words: Mapping[str, Iterable[str]]) -> None:
        self.version = str(content.get("info", {}).get("version", ""))
        self.tolerated: set[Tolerated] = set()
        self.noted = Noted(set)
        self._content = content
        self._compiler = Compiler(content, words)
        self._places = dict(_operations(content))
        self._compiled: dict[str, ObservedOperation] = {}

    def operation(self, name: str) -> ObservedOperation | None:
        """Return an operation by its id; None when the document has none of that id."""
        if name not in self._compiled and name in self._places:
            self._compiled[name] = self._compile(*self._places[name])
        return self._compiled.get(name)

    def operations(self) -> list[str]:
        """Return the ids of all operations."""
        return list(self._places)

    def compile_all(self) -> None:
        """Compile every operation now, so that a document that cannot be used is not found out amid a job."""
        for name in self._places:
            self.operation(name)

    def _compile(self, operation: Mapping[str, Any], pointer: str) -> ObservedOperation:
        place = f"{pointer}/responses"
        responses = operation.get("responses", {}).items()
        return ObservedOperation(
            place, {str(s).upper().replace("DEFAULT", "default"): self._answer(r, f"{place}/{s}") for s, r in responses}
        )

    def _answer(self, response: Any, at: str) -> DocumentedResponse:
        response, pointer = follow(self._content, response, at)
        contents = {}
        for media, described in (response.get("content") or {}).items():
            plain = media.partition(";")[0].strip().lower()
            place = f"{pointer}/content/{escape(media)}/schema"
            judged = is_json(plain) and "schema" in described
            contents[plain] = DocumentedBody(self._compiler.node(described["schema"], place) if judged else None)
        return DocumentedResponse(pointer, contents)


def is_json(media: str) -> bool:
    """Tell whether a media type is JSON's, or built on it."""
    return media == "application/json" or media.endswith("+json")


def _operations(content: Mapping[str, Any]) -> Iterable[tuple[str, tuple[Mapping[str, Any], str]]]:
    for path, item in content.get("paths", {}).items():
        for method in _METHODS:
            operation = item.get(method)
            if isinstance(operation, Mapping) and isinstance(operation.get("operationId"), str):
                yield operation["operationId"], (operation, f"/paths/{escape(path)}/{method}")


def load(package: str, folder: Path | None) -> Mapping[str, Any]:
    """Read ``PACKAGE.json`` of a folder, if it is there, or else the document that the generated package carries."""
    given = None if folder is None else folder / f"{package}.json"
    if given is not None and given.is_file():
        try:
            content = json.loads(given.read_bytes())
        except ValueError as error:
            raise ConfigError(f"OPTCLOUD_OBSERVE_DOCUMENTS: {given} is not JSON: {error}") from error
    else:
        content = json.loads(files(package).joinpath("openapi.json").read_bytes())
    if not isinstance(content, dict) or not isinstance(content.get("paths"), dict):
        raise ConfigError(f"OPTCLOUD_OBSERVE_DOCUMENTS: {given} is no OpenAPI document: it has no paths")
    return content
