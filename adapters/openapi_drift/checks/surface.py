"""What the generated packages offer, read from their files by syntax tree: operations, arguments, models, fields.

Nothing is imported: a package that is broken, or that the environment cannot load, is read all the same.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_ADAPTERS = Path(__file__).parents[2]


@dataclass(frozen=True)
class GeneratedOperation:
    """One endpoint module: its dotted name, and what it says of the operation it was generated from.

    ``arguments`` maps names on the wire (query, header) to the function's; ``models`` are the model modules it imports.
    """

    module: str
    id: str
    method: str
    path: str
    arguments: dict[str, str]
    models: frozenset[str]

    @property
    def called(self) -> str:
        """Method and path: "GET /tasks"."""
        return f"{self.method.upper()} {self.path}"


@dataclass(frozen=True)
class GeneratedModel:
    """One generated class: dotted name, fields (name on the wire to the attribute), models that it refers to."""

    name: str
    fields: dict[str, str]
    models: frozenset[str] = frozenset()

    @property
    def class_name(self) -> str:
        return self.name.rpartition(".")[2]


@dataclass(frozen=True)
class GeneratedPackage:
    """A generated package: a client with operations, or models only."""

    name: str
    operations: list[GeneratedOperation] = field(default_factory=list)
    models: list[GeneratedModel] = field(default_factory=list)

    def model(self, schema: str) -> GeneratedModel | None:
        """Return the class made from a schema of the document, whatever the generator did to its name."""
        return self._by_name.get(plain(schema))

    def reached(self, modules: frozenset[str]) -> list[GeneratedModel]:
        """Return the models that these modules hold, and those that they refer to, cycles included."""
        by_module: dict[str, list[GeneratedModel]] = {}
        for model in self.models:
            by_module.setdefault(model.name.rpartition(".")[0], []).append(model)
        found: dict[str, GeneratedModel] = {}
        waiting = sorted(modules)
        seen = set(waiting)
        while waiting:
            for model in by_module.get(waiting.pop(), []):
                found[model.name] = model
                waiting += sorted(model.models - seen)
                seen |= model.models
        return sorted(found.values(), key=lambda model: model.name)

    @cached_property
    def _by_name(self) -> dict[str, GeneratedModel]:
        return {plain(model.class_name): model for model in self.models}


def plain(name: str) -> str:
    """A name as generators may have respelt it: small letters and digits."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def read_packages(folder: Path | None, names: Collection[str] | None = None) -> list[GeneratedPackage]:
    """Read the packages in ``folder`` (`generated/` of a checkout; None: beside this optcloud), in order of names.

    A client is known by the document it carries, its models by their name. ``names`` limits them; None: all.
    """
    folders = [folder] if folder else [_ADAPTERS, _ADAPTERS.parent / "generated"]
    clients = [path.parent for place in folders for path in sorted(place.glob("*/openapi.json"))]
    both = [path for client in clients for path in (client, client.with_name(f"{client.name}_models"))]
    wanted = [path for path in both if names is None or path.name in names]
    return [read_package(path) for path in wanted if (path / "__init__.py").is_file()]


@lru_cache(maxsize=16)
def read_package(folder: Path) -> GeneratedPackage:
    """Read one generated package; a file that is no Python is left out."""
    operations, models = [], []
    for path in sorted(folder.rglob("*.py")):
        tree = _tree(path)
        if tree is None:
            continue
        module = _dotted(folder, path)
        operations += [found] if (found := operation_of(module, tree, folder.name)) else []
        if module == folder.name or module.startswith(f"{folder.name}.models."):
            models += _models(module, tree, folder.name)
    return GeneratedPackage(folder.name, operations, models)


def _tree(path: Path) -> ast.Module | None:
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return None


def _dotted(folder: Path, path: Path) -> str:
    parts = path.relative_to(folder.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def operation_of(module: str, tree: ast.Module, package: str) -> GeneratedOperation | None:
    """Return the operation of an endpoint module; None for any other."""
    maker = next((node for node in tree.body if _is_function(node, "_get_kwargs")), None)
    if maker is None:
        return None
    said: dict[str, str] = {}
    for node in ast.walk(maker):
        for key, value in _text_items(node):
            said.setdefault(key, value)  # ast.walk goes level by level: the outermost comes first
    path = said.get("url", "") or _path_template(maker)
    models = frozenset(name for name in _imports(tree, module, package) if f"{package}.models." in name)
    return GeneratedOperation(module, said.get("id", ""), said.get("method", ""), path, _arguments(maker), models)


def _is_function(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == name


def _text_items(node: ast.AST) -> list[tuple[str, str]]:
    if not isinstance(node, ast.Dict):
        return []
    return [
        (key.value, value.value)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant)
        and isinstance(value, ast.Constant)
        and isinstance(key.value, str)
        and isinstance(value.value, str)
    ]


def _path_template(maker: ast.AST) -> str:
    """``"/tasks/{id}".format(id=…)``: the text."""
    for node in ast.walk(maker):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            text = node.func.value
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                return text.value
    return ""


def _arguments(maker: ast.AST) -> dict[str, str]:
    """``params["appName"] = app_name`` and the same for headers and cookies."""
    found: dict[str, str] = {}
    for node in ast.walk(maker):
        if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)):
            continue
        target, name = node.targets[0], node.value
        if isinstance(target.slice, ast.Constant) and isinstance(name, ast.Name) and name.id != "headers":
            found[str(target.slice.value)] = name.id.removeprefix("json_")
    return found


def _imports(tree: ast.Module, module: str, package: str) -> list[str]:
    """The modules that a generated module imports, relative imports resolved."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            base = module.split(".")[: -node.level] if node.level else []
            found.append(".".join([*base, *(node.module or "").split(".")]))
    return [name for name in found if name.startswith(f"{package}.")]


def _models(module: str, tree: ast.Module, package: str) -> list[GeneratedModel]:
    refers = frozenset(name for name in _imports(tree, module, package) if f"{package}.models." in name)
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return [
        GeneratedModel(f"{module}.{node.name}", attrs_fields(node) or struct_fields(node), refers) for node in classes
    ]


def attrs_fields(node: ast.ClassDef) -> dict[str, str]:
    """The client's models: ``to_dict`` writes ``field_dict["removeInvalidTasks"] = remove_invalid_tasks``."""
    found: dict[str, str] = {}
    maker = next((item for item in node.body if _is_function(item, "to_dict")), None)
    for item in ast.walk(maker) if maker else ():
        if isinstance(item, ast.Dict):
            found |= {
                str(key.value): value.id
                for key, value in zip(item.keys, item.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(value, ast.Name)
            }
        elif isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Subscript):
            key, value = item.targets[0].slice, item.value
            if isinstance(key, ast.Constant) and isinstance(value, ast.Name):
                found[str(key.value)] = value.id
    return found


def struct_fields(node: ast.ClassDef) -> dict[str, str]:
    """The Structs: ``remove: bool | UnsetType = field(name="removeInvalidTasks", …)``, or the name as it is."""
    found: dict[str, str] = {}
    for item in node.body:
        if not (isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)):
            continue
        wire = item.target.id
        if isinstance(item.value, ast.Call):
            names = [word.value for word in item.value.keywords if word.arg == "name"]
            if names and isinstance(names[0], ast.Constant):
                wire = str(names[0].value)
        found[wire] = item.target.id
    return found
