"""What a tree of generated packages has, by dotted name, read by syntax tree: modules, functions, classes, fields.

Nothing is imported, and only the modules that are asked for are read.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from openapi_drift.checks.surface import GeneratedOperation, attrs_fields, operation_of, struct_fields
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class GeneratedFunction:
    """What a function takes: ``places`` in order, then ``named``; ``required`` have no default."""

    places: tuple[str, ...]
    named: frozenset[str]
    required: frozenset[str]
    takes_any: bool


@dataclass(frozen=True)
class GeneratedClass:
    """Attributes of a class (fields, members of an enumeration, methods), fields by name in JSON, how it is made."""

    attributes: frozenset[str]
    fields: dict[str, str]
    maker: GeneratedFunction

    @property
    def wire(self) -> frozenset[str]:
        """The fields' names in JSON."""
        return frozenset(self.fields)


@dataclass(frozen=True)
class GeneratedModule:
    """One module: what it defines, all names in it, and what those stand for that are imported from such modules.

    ``aliases`` are names that stand for types.
    """

    functions: dict[str, GeneratedFunction] = field(default_factory=dict)
    classes: dict[str, GeneratedClass] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    imported: dict[str, str] = field(default_factory=dict)
    operation: GeneratedOperation | None = None
    aliases: frozenset[str] = frozenset()


class GeneratedTree:
    """A folder with generated packages, such as ``generated/`` of a checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, GeneratedModule | None] = {}

    @cached_property
    def packages(self) -> frozenset[str]:
        """The names of the packages."""
        return frozenset(path.parent.name for path in self.folder.glob("*/__init__.py"))

    def module(self, name: str) -> GeneratedModule | None:
        """Return a module by its dotted name, None where there is none. Raises SpecsError for one that is no Python."""
        if name not in self._read:
            self._read[name] = self._parsed(name)
        return self._read[name]

    def class_of(self, name: str) -> GeneratedClass | None:
        """Return a class by its dotted name, also that of a module which imports it."""
        module, _, own = name.rpartition(".")
        found = self.module(module) if module else None
        if found and own in found.imported:
            return self.class_of(found.imported[own])
        return found.classes.get(own) if found else None

    def operations(self, client: str) -> dict[str, str]:
        """Return the endpoint modules of a client, with their operations as "GET /tasks"."""
        paths = sorted((self.folder / client).glob("api/*/*.py"))
        names = [".".join(path.relative_to(self.folder).with_suffix("").parts) for path in paths]
        modules = {name: self.module(name) for name in names if not name.endswith(".__init__")}
        return {name: module.operation.called for name, module in modules.items() if module and module.operation}

    def _parsed(self, name: str) -> GeneratedModule | None:
        base = self.folder.joinpath(*name.split("."))
        path = next(
            (path for path in (base.with_name(f"{base.name}.py"), base / "__init__.py") if path.is_file()), None
        )
        if path is None or name.partition(".")[0] not in self.packages:
            return None
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError) as error:
            raise SpecsError(f"{path}: is no Python: {error}") from error
        module = name if path.stem != "__init__" else f"{name}.__init__"
        return GeneratedModule(
            {node.name: _function(node) for node in tree.body if isinstance(node, ast.FunctionDef)},
            {node.name: _class(node) for node in tree.body if isinstance(node, ast.ClassDef)},
            frozenset(name for node in tree.body for name in _bound(node)),
            dict(pair for node in tree.body for pair in _imported(node, module)),
            operation_of(module, tree, name.partition(".")[0]),
            frozenset(name for node in tree.body for name in _alias(node)),
        )


def _function(node: ast.FunctionDef) -> GeneratedFunction:
    said = node.args
    places = [*said.posonlyargs, *said.args]
    optional = len(said.defaults)
    named = {one.arg: default for one, default in zip(said.kwonlyargs, said.kw_defaults, strict=True)}
    required = [one.arg for one in places[: len(places) - optional]]
    required += [name for name, default in named.items() if default is None]
    return GeneratedFunction(
        tuple(one.arg for one in places), frozenset(named), frozenset(required), said.kwarg is not None
    )


def _class(node: ast.ClassDef) -> GeneratedClass:
    fields = attrs_fields(node) or struct_fields(node)
    attributes = frozenset(name for item in node.body for name in _bound(item))
    return GeneratedClass(attributes, fields, _maker(node))


def _maker(node: ast.ClassDef) -> GeneratedFunction:
    """What ``__init__`` takes: written, or made from the fields that have a type."""
    written = next((item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"), None)
    if written:
        found = _function(written)
        return replace(found, places=found.places[1:], required=found.required - {found.places[0]})
    fields = [item for item in node.body if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)]
    names = {ast.unparse(item.target).lstrip("_"): item.value for item in fields}
    required = frozenset(name for name, default in names.items() if default is None)
    return GeneratedFunction(tuple(names), frozenset(), required, takes_any=not names)


def _bound(node: ast.stmt) -> list[str]:
    """The names that a statement binds in its module or class."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(name.asname or name.name).partition(".")[0] for name in node.names]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    found = [target.id for target in targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.If | ast.Try):
        return found + [name for inner in node.body for name in _bound(inner)]
    return found


def _alias(node: ast.stmt) -> list[str]:
    """``Kind = Literal["a", "b"]``, ``Time: TypeAlias = Annotated[…]``; no constants, and no type variables."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or isinstance(node.value, ast.Call):
        return []
    return [name for name in _bound(node) if not name.isupper()]


def _imported(node: ast.stmt, module: str) -> list[tuple[str, str]]:
    """The names that a relative import brings, and their dotted names."""
    if not (isinstance(node, ast.ImportFrom) and node.level):
        return []
    base = ".".join([*module.split(".")[: -node.level], *([node.module] if node.module else [])])
    return [(name.asname or name.name, f"{base}.{name.name}") for name in node.names]
