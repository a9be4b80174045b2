"""What code needs of generated packages, read by syntax tree: `needs_of` makes the contract.

A small abstract interpretation, without order and without context: each name stands for all that it may be. Followed
are imports, assignments, parameters of functions that are called here, what these return, arguments of classes as
attributes, and dotted names as text (``"adiutaopt.api.version.get_version"``: imported on use).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from openapi_drift.checks.contract.expressions import ExpressionReader
from openapi_drift.checks.contract.generated_names import GeneratedTree
from openapi_drift.checks.contract.table import Contract
from openapi_drift.checks.contract.values import NOTHING, Definition, Known, Value, Values, instances
from openapi_drift.checks.surface import read_packages

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_PASSES = 12  # more than names are handed on


def needs_of(packages: Iterable[Path], tree: Path) -> Contract:
    """Return what the packages of code need of the generated ones in ``tree``, on which the code works as it is."""
    known = Known(GeneratedTree(tree))
    paths = {_dotted(package, path): path for package in packages for path in sorted(package.rglob("*.py"))}
    parsed = _concerned({name: ast.parse(path.read_bytes(), filename=str(path)) for name, path in paths.items()}, known)
    files = {name: _file(name, paths[name]) for name in parsed}
    for name, module in parsed.items():
        known.code[name] = {node.name: node for node in ast.walk(module) if isinstance(node, Definition)}
    for _ in range(_PASSES):
        before, known.contract = known.size, Contract()
        for name, module in parsed.items():
            _FileReader(known, name, files[name]).visit(module)
        if known.size == before:
            break
    _add_operations(known, tree)
    return known.contract


def _dotted(package: Path, path: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _file(name: str, path: Path) -> str:
    """The path from the folder of all packages, that folder included: ``adapters/optcloud/client.py``."""
    depth = name.count(".") + 2 + (path.stem == "__init__")
    return "/".join(path.parts[-depth:])


def _concerned(parsed: dict[str, ast.Module], known: Known) -> dict[str, ast.Module]:
    """The modules that import generated packages, or name them, and those that they import, however far."""
    imports = {name: _imported(module) for name, module in parsed.items()}
    packages = known.generated.packages
    found = {name for name, of in imports.items() if any(one.partition(".")[0] in packages for one in of)}
    waiting = list(found)
    while waiting:
        more = {one for one in imports[waiting.pop()] if one in parsed} - found
        found |= more
        waiting += more
    return {name: module for name, module in parsed.items() if name in found}


def _imported(module: ast.Module) -> set[str]:
    found = set[str]()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            found.add(node.value)
    return found


class _FileReader(ExpressionReader, ast.NodeVisitor):
    """Reads the statements of one file, each once a pass."""

    def visit_Import(self, node: ast.Import) -> None:
        """``import a.b as c``."""
        for name in node.names:
            self._import(name.asname or name.name.partition(".")[0], name.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """``from a.b import c``."""
        for name in node.names if node.module and not node.level else ():
            self._import(name.asname or name.name, f"{node.module}.{name.name}")

    def _import(self, local: str, dotted: str) -> None:
        key = (self.module, self.scope, local)
        base, _, name = dotted.rpartition(".")
        if dotted.partition(".")[0] in self.known.generated.packages:
            found = self.known.found(dotted)
            if found:
                self.notes.place(found)
            self.known.add(key, frozenset({found}) if found else self.notes.member(Value("module", base), name))
        elif dotted in self.known.code or base in self.known.code:
            self.known.add(key, self.known.names.get((base, "", name), NOTHING) | {Value("code", dotted)})

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Its parameters are what is handed to them, and something of the classes that they are annotated with."""
        said, outer = node.args, self.scope
        self.joined(one for one in (*said.defaults, *said.kw_defaults, *node.decorator_list, node.returns) if one)
        self.scope = f"{outer}.{node.name}".strip(".")
        for one in (*said.posonlyargs, *said.args, *said.kwonlyargs):
            if one.annotation:
                self.known.add((self.module, self.scope, one.arg), instances(self.visit(one.annotation)))
        self.joined(node.body)
        self.scope = outer

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - a name of NodeVisitor

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Its methods have names of their own."""
        outer = self.scope
        self.joined((*node.bases, *node.decorator_list))
        self.scope = f"{outer}.{node.name}".strip(".")
        self.joined(node.body)
        self.scope = outer

    def visit_Assign(self, node: ast.Assign) -> None:
        """``name = value``."""
        values = self.visit(node.value)
        for target in node.targets:
            self.bind(target, values)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """``name: Kind = value``."""
        values: Values = instances(self.visit(node.annotation))
        self.bind(node.target, values | (self.visit(node.value) if node.value else NOTHING))

    def visit_Return(self, node: ast.Return) -> None:
        """What a call of the function gives."""
        if node.value:
            self.known.add((self.module, self.scope, "return"), self.visit(node.value))

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        """Each item is what they are."""
        self.bind(node.target, self.visit(node.iter))
        self.joined((*node.body, *node.orelse))

    visit_AsyncFor = visit_For  # noqa: N815


def _add_operations(known: Known, tree: Path) -> None:
    """Write down which operations a place stands for: its own; for a class those of its files that have it."""
    contract = known.contract
    by_file: dict[tuple[str, str], dict[str, str]] = {}
    for name, place in contract.modules.items():
        module = known.generated.module(name)
        if module and module.operation:
            place.operations = {module.operation.id: module.operation.called}
            for file in place.files:
                by_file.setdefault((file, name.partition(".")[0]), {}).update(place.operations)
    reached = _operations_of_classes(tree)
    for name, place in (*contract.classes.items(), *contract.modules.items()):
        if not place.operations:
            client, own = name.partition(".")[0].removesuffix("_models"), name.rpartition(".")[2]
            near = {id_: called for file in place.files for id_, called in by_file.get((file, client), {}).items()}
            having = reached.get((client, own), {})
            beside = [contract.modules[module].operations for module in sorted(known.beside.get(name, ()))]
            together = {id_: called for operations in beside for id_, called in operations.items()}
            both = {id_: called for id_, called in near.items() if id_ in having}
            place.operations = both or having or together or near


def _operations_of_classes(tree: Path) -> dict[tuple[str, str], dict[str, str]]:
    """By client and class name, the operations whose requests or replies have it."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for package in read_packages(tree):
        for operation in package.operations:
            for model in package.reached(operation.models):
                key = (package.name, model.class_name)
                found.setdefault(key, {})[operation.id] = operation.called
    return found
