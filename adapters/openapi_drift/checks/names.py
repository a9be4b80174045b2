"""The names that a Python file uses, with what they were imported as or assigned from put in their place."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openapi_drift.documents.pointers import Position

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class FileNames:
    """``names`` are dotted (``aimms_pro.api.task.get_task.sync``; a star import ends in ``.*``).

    ``calls`` are methods called on anything, ``words`` attributes, arguments and texts that could be a field's name.
    """

    imports_optcloud: bool = False
    names: list[tuple[str, Position]] = field(default_factory=list)
    calls: list[tuple[str, Position]] = field(default_factory=list)
    words: list[tuple[str, Position]] = field(default_factory=list)


def read_file(path: Path) -> FileNames:
    """Read one file. Raises SyntaxError or ValueError when it is no Python."""
    tree = ast.parse(path.read_bytes(), filename=str(path))
    reader = _NameReader(str(path))
    for node in ast.walk(tree):  # what names mean, wherever in the file it is said
        reader.learn(node)
    reader.visit(tree)
    return reader.found


class _NameReader(ast.NodeVisitor):
    def __init__(self, file: str) -> None:
        self.found = FileNames()
        self._file = file
        self._meanings: dict[str, str] = {}

    def learn(self, node: ast.AST) -> None:
        """Imports, ``with OptCloud() as oc``, ``aimms = oc.aimms``."""
        if isinstance(node, ast.Import):
            for name in node.names:
                self._import(name.asname or name.name.partition(".")[0], name.asname and name.name, name.name, node)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for name in node.names:
                full = f"{node.module}.{name.name}"
                self._import(name.asname or name.name, full, full, node)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute):
            for target in node.targets:
                if isinstance(target, ast.Name) and (chain := _chain(node.value)):
                    self._meanings.setdefault(target.id, ".".join(chain))

    def _import(self, local: str, meaning: str | None, full: str, node: ast.stmt) -> None:
        self._meanings[local] = meaning or local
        self.found.imports_optcloud |= full.partition(".")[0] == "optcloud"
        self.found.names.append((full, self._position(node)))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Keep the whole chain once, and the last name as a field might be read."""
        self.found.words.append((node.attr, self._position(node)))
        chain = _chain(node)
        if chain:
            self.found.names.append((self._meant(chain), self._position(node)))
        else:
            self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        """A name alone, where it stands for something imported."""
        if "." in self._meanings.get(node.id, ""):
            self.found.names.append((self._meant([node.id]), self._position(node)))

    def visit_Call(self, node: ast.Call) -> None:
        """Methods called, and arguments given by name."""
        if isinstance(node.func, ast.Attribute):
            self.found.calls.append((node.func.attr, self._position(node.func)))
        self.found.words += [(word.arg, self._position(word.value)) for word in node.keywords if word.arg]
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """A text that could be a key: ``{"tasks": …}``."""
        if isinstance(node.value, str) and len(node.value) < 100:
            self.found.words.append((node.value, self._position(node)))

    def _meant(self, chain: list[str]) -> str:
        """Put in what the first name means; an alias of an alias too, but never in a circle."""
        parts, seen = chain, set[str]()
        while parts[0] in self._meanings and parts[0] not in seen:
            seen.add(parts[0])
            parts = [*self._meanings[parts[0]].split("."), *parts[1:]]
        return ".".join(parts)

    def _position(self, node: ast.stmt | ast.expr) -> Position:
        return Position(
            self._file, node.end_lineno if isinstance(node, ast.Attribute) and node.end_lineno else node.lineno
        )


def _chain(node: ast.expr) -> list[str]:
    """``oc.aimms.run``: its parts; a call at the start counts as its own name (``OptCloud().aimms.run``)."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        node = node.func
    if not isinstance(node, ast.Name):
        return []
    return [node.id, *reversed(parts)]
