"""Whom a change breaks here: generated module and functions, models and fields, facade verbs, commands.

`touched` reads the generated packages of a checkout and the client's table of operations; `uses.reaching` then tells
which of the changes a user's code meets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.checks.operation_table import OperationTable, Users, find_table
from openapi_drift.checks.reach import OperationReach
from openapi_drift.checks.surface import GeneratedModel, GeneratedOperation, GeneratedPackage, read_packages
from openapi_drift.documents.pointers import tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from openapi_drift.diff.change import Change
    from openapi_drift.documents.document import LoadedDocument


_PAGE_POINTERS = ("/endpoints", "/errors/", "/terms/", "/notices/")


@dataclass(frozen=True)
class Impact:
    """What a change touches, as dotted names (``aimms_pro.api.task.get_task``) and as a person types it.

    ``modules`` are the endpoint modules; ``arguments`` those of their functions that the change names. ``models`` and
    ``fields`` (``adiutaopt_models.ShiftPlannerMeta.removeInvalidTasks``) are classes of the client and of the models
    package. ``wire_fields`` are the fields' names in JSON. ``verbs`` follow the facade (``aimms.run``), ``commands``
    follow ``optcloud`` (``aimms run``). All empty: nothing generated here knows the place. ``reaches`` are the
    operations ("GET /tasks") of a change that names none itself, such as one of a security scheme.
    """

    change: Change
    modules: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    wire_fields: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    reaches: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return it for people: what of the generated code, then what stands on that; empty if nothing is touched."""
        code = [*(self.arguments or self.modules), *(self.fields or self.models)]
        named = {
            "reaches the operations": self.reaches,
            "touches": code,
            "and so": [f"oc.{verb}" for verb in self.verbs],
            "and on the command line": [f"optcloud {command}" for command in self.commands],
        }
        return [f"{word} {', '.join(f'`{name}`' for name in names)}" for word, names in named.items() if names]

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs, without the change."""
        names = ("modules", "arguments", "models", "fields", "verbs", "commands", "reaches")
        return {name: list(getattr(self, name)) for name in names}


def touched(
    changes: Iterable[Change],
    root: Path | None,
    packages: Collection[str] | None = None,
    table: OperationTable | None = None,
    documents: tuple[LoadedDocument, LoadedDocument] | None = None,
) -> list[Impact]:
    """Return what each change touches, in the order given.

    ``root`` is a checkout (its ``generated/`` is read); None: the packages that are installed. ``packages`` limits the
    search to those generated from the changes' document (see `packages_of`). ``table`` says which verbs and commands
    reach an operation; None: that of the checkout. ``documents``, the base and the revision, tell which operations a
    change reaches that names none. Raises SpecsError where the table cannot be read.
    """
    known = read_packages(root and root / "generated", packages)
    users = find_table(root) if table is None else table
    reach = tuple(map(OperationReach, documents or ()))
    return [_touched(change, known, users, _reaches(change, reach)) for change in changes]


def _reaches(change: Change, reach: tuple[OperationReach, ...]) -> tuple[str, ...]:
    """The operations on either side, of a change of none in particular."""
    if change.method:
        return ()
    sides = zip(reach, (change.base, change.revision), strict=False)
    return tuple(dict.fromkeys(name for asked, side in sides if side for name in asked.operations(side.pointer)))


def packages_of(document: Mapping[str, Any], root: Path | None) -> list[str]:
    """Return the names of the packages that were generated from a document like this one, if any.

    A client counts when the document has at least half of its operations, by method and path.
    """
    paths = document.get("paths")
    items = paths.items() if isinstance(paths, dict) else ()
    there = {(method.lower(), _shape(path)) for path, item in items if isinstance(item, dict) for method in item}
    found = []
    for package in read_packages(root and root / "generated"):
        known = {(operation.method, _shape(operation.path)) for operation in package.operations}
        if known and len(known & there) * 2 >= len(known):
            found += [package.name, f"{package.name}_models"]
    return found


def _touched(
    change: Change, packages: list[GeneratedPackage], table: OperationTable, reaches: tuple[str, ...]
) -> Impact:
    operations = [(package, operation) for package in packages if (operation := _operation(change, package))]
    called = {(method.lower(), _shape(path)) for method, _, path in (name.partition(" ") for name in reaches)}
    operations += [
        (package, known)
        for package in packages
        for known in package.operations
        if (known.method, _shape(known.path)) in called
    ]
    places = [place for side in (change.base, change.revision) if side for place in [_place(side.pointer)]]
    models, fields, wire = _models(places, operations, packages)
    users = _users(change, operations, table)
    named = set(re.findall(r"[\w.-]+", change.text))
    arguments = [
        f"{operation.module}.sync({argument}=…)"
        for _, operation in operations
        for on_wire, argument in operation.arguments.items()
        if on_wire in named
    ]
    return Impact(
        change,
        modules=tuple(operation.module for _, operation in operations),
        arguments=tuple(arguments),
        models=tuple(models),
        fields=tuple(fields),
        wire_fields=tuple(wire),
        verbs=users.verbs,
        commands=users.commands,
        reaches=reaches,
    )


def _operation(change: Change, package: GeneratedPackage) -> GeneratedOperation | None:
    """The operation of a change: by id if its method fits too, else by method and path, parameters' names apart."""
    wanted = (change.method.lower(), _shape(change.path))
    for operation in package.operations:
        if change.operation_id and operation.id == change.operation_id and operation.method == wanted[0]:
            return operation
    if not change.method:
        return None
    return next((known for known in package.operations if (known.method, _shape(known.path)) == wanted), None)


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def _users(
    change: Change, operations: list[tuple[GeneratedPackage, GeneratedOperation]], table: OperationTable
) -> Users:
    """Who reaches the operations; for a page, its endpoint: what concerns none in particular concerns all."""
    if operations:
        return table.of_operations((package.name, operation.id) for package, operation in operations)
    if change.base is None or not change.base.pointer.startswith(_PAGE_POINTERS):
        return Users()
    return table.of_endpoint(change.operation_id)


def _place(pointer: str) -> tuple[str | None, str | None]:
    """The schema of ``components`` that a pointer leads through last, and the last property behind it."""
    parts = tokens(pointer)
    schema, start = None, 0
    for index in range(len(parts) - 2):
        if parts[index : index + 2] == ["components", "schemas"]:
            schema, start = parts[index + 2], index + 3
    fields = [parts[index + 1] for index in range(start, len(parts) - 1) if parts[index] == "properties"]
    return schema, fields[-1] if fields else None


def _models(
    places: list[tuple[str | None, str | None]],
    operations: list[tuple[GeneratedPackage, GeneratedOperation]],
    packages: list[GeneratedPackage],
) -> tuple[list[str], list[str], list[str]]:
    """Names of the classes and of their fields at these places, and the fields' names on the wire."""
    models: dict[str, None] = {}
    fields: dict[str, None] = {}
    wire: dict[str, None] = {}
    for schema, name in places:
        if name:
            wire[name] = None
        for model in _candidates(schema, name, operations, packages):
            models[model.name] = None
            if name and name in model.fields:
                fields[f"{model.name}.{model.fields[name]}"] = None
    return list(models), list(fields), list(wire)


def _candidates(
    schema: str | None,
    name: str | None,
    operations: list[tuple[GeneratedPackage, GeneratedOperation]],
    packages: list[GeneratedPackage],
) -> list[GeneratedModel]:
    """The classes of a schema; for a schema without a name, those that the operation uses and that have the field."""
    if schema is not None:
        return [model for package in _of_document(operations, packages) if (model := package.model(schema))]
    if name is None:
        return []
    reached = [model for package, operation in operations for model in package.reached(operation.models)]
    return [model for model in reached if name in model.fields]


def _of_document(
    operations: list[tuple[GeneratedPackage, GeneratedOperation]], packages: list[GeneratedPackage]
) -> list[GeneratedPackage]:
    """A client and the models made from the same document (``adiutaopt``, ``adiutaopt_models``)."""
    clients = {package.name for package, _ in operations}
    return [package for package in packages if not clients or package.name.removesuffix("_models") in clients]
