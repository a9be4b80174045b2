"""One effective OpenAPI document, and what it says of the replies of each operation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from attrs import define

from optcloud.core.errors import ConfigError
from optcloud.observe.quick import Quick
from optcloud.observe.schema import Compiler, Node, escape, follow

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@define(eq=False)
class Content:
    """A documented body: its schema, when it is JSON."""

    root: Node | None
    _quick: Quick | None = None
    _made_at: int = -1

    def quick(self, knowledge: int) -> Quick | None:
        """Return the quick check, made anew when more is known (``knowledge`` counts)."""
        if self.root is None:
            return None
        if self._quick is None or self._made_at != knowledge:
            self._quick, self._made_at = Quick(self.root), knowledge
        return self._quick


@define(eq=False)
class Answer:
    """A documented response: its pointer, and its bodies by media type (lower case)."""

    pointer: str
    contents: Mapping[str, Content]

    def content(self, media: str) -> Content | None:
        """Return the body's description for a media type; None when the document does not name it."""
        contents = self.contents
        return contents.get(media) or contents.get(f"{media.partition('/')[0]}/*") or contents.get("*/*")


@define(eq=False)
class Operation:
    """What one operation may answer, by status (``200``, ``4XX``, ``default``)."""

    pointer: str
    answers: Mapping[str, Answer]

    def answer(self, status: int) -> Answer | None:
        """Return the response's description; None when the document does not name the status."""
        answers = self.answers
        return answers.get(str(status)) or answers.get(f"{status // 100}XX") or answers.get("default")


class Document:
    """Operations are compiled when they are first met."""

    def __init__(self, content: Mapping[str, Any], words: Mapping[str, Iterable[str]]) -> None:
        self.version = str(content.get("info", {}).get("version", ""))
        self.knowledge = 0
        self._content = content
        self._compiler = Compiler(content, words)
        self._places = dict(_operations(content))
        self._compiled: dict[str, Operation] = {}

    def operation(self, name: str) -> Operation | None:
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

    def _compile(self, operation: Mapping[str, Any], pointer: str) -> Operation:
        place = f"{pointer}/responses"
        responses = operation.get("responses", {}).items()
        return Operation(
            place, {str(s).upper().replace("DEFAULT", "default"): self._answer(r, f"{place}/{s}") for s, r in responses}
        )

    def _answer(self, response: Any, at: str) -> Answer:
        response, pointer = follow(self._content, response, at)
        contents = {}
        for media, described in (response.get("content") or {}).items():
            plain = media.partition(";")[0].strip().lower()
            place = f"{pointer}/content/{escape(media)}/schema"
            judged = is_json(plain) and "schema" in described
            contents[plain] = Content(self._compiler.node(described["schema"], place) if judged else None)
        return Answer(pointer, contents)


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
