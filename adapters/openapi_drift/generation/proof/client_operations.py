"""The operations of a client: the module generated for each, and which of its arguments is which parameter."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.generation.proof.models import letters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from openapi_drift.generation.proof.described import DescribedOperation, DescribedPart

_PLACES = ("path", "query", "header", "cookie")  # the order in which the generator declares arguments


@dataclass(frozen=True)
class ClientOperation:
    """An operation of the document and the module that was generated from it."""

    package: ModuleType
    module: ModuleType
    described: DescribedOperation
    annotations: dict[str, Any]
    """The types of the arguments of `_get_kwargs`."""
    arguments: dict[tuple[str, str], str]
    """The names of the arguments, by place and name of the parameter."""

    @property
    def files(self) -> type:
        found: type = self.package.types.File
        return found

    def argument(self, part: DescribedPart) -> str | None:
        return self.arguments.get((part.content["in"], part.name))


def operation_of(package: ModuleType, module: ModuleType, described: DescribedOperation) -> ClientOperation:
    """Return the operation with what its module declares."""
    hints = typing.get_type_hints(module._get_kwargs)
    return ClientOperation(package, module, described, hints, _arguments(module, described))


def endpoints(package: ModuleType) -> Iterator[tuple[ModuleType, str, str, str]]:
    """Yield the modules of operations with method, path without names, and id, as their source says them."""
    for found in pkgutil.walk_packages(package.api.__path__, f"{package.__name__}.api."):
        if not found.ispkg:
            module = importlib.import_module(found.name)
            for node in ast.walk(ast.parse(inspect.getsource(module))):
                said = _said(node)
                if {"method", "extensions"} <= said.keys():
                    operation = _said(_said(said["extensions"])["operation"])
                    texts = [ast.literal_eval(part) for part in (said["method"], operation["path"], operation["id"])]
                    yield module, texts[0], without_names(texts[1]), texts[2]


def _said(node: ast.AST) -> dict[Any, ast.expr]:
    """Return the parts of a dict in source, by their keys; of anything else, nothing."""
    if not isinstance(node, ast.Dict):
        return {}
    return {
        key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)
    }


def without_names(path: str) -> str:
    """Return a path without the names of its placeholders, which clients write their own way."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def _arguments(module: ModuleType, described: DescribedOperation) -> dict[tuple[str, str], str]:
    """Return which argument is which parameter: by their names, and what is then left, by their order."""
    free = [name for name in inspect.signature(module._get_kwargs).parameters if name != "body"]
    wanted = sorted(described.parameters, key=lambda part: _PLACES.index(part.content["in"]))
    found: dict[tuple[str, str], str] = {}
    for likeness in (_equal, _equal_letters, _with_place, _with_prefix):
        for part in wanted:
            key = (part.content["in"], part.name)
            name = next((name for name in free if likeness(name, *key)), None)
            if key not in found and name is not None:
                found[key] = name
                free.remove(name)
    left = [(part.content["in"], part.name) for part in wanted if (part.content["in"], part.name) not in found]
    return found | (dict(zip(left, free, strict=True)) if len(left) == len(free) else {})


def _equal(argument: str, place: str, name: str) -> bool:
    del place
    return argument == name


def _equal_letters(argument: str, place: str, name: str) -> bool:
    del place
    return letters(argument) == letters(name)


def _with_place(argument: str, place: str, name: str) -> bool:
    return letters(argument) == letters(f"{name}{place}")


def _with_prefix(argument: str, place: str, name: str) -> bool:
    del place
    return letters(argument) == letters(f"field{name}")
