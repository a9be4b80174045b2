"""What of the code would not work with a tree of generated packages: its needs held against the tree, in words.

The needs are those of ``needs.json`` (`openapi_drift.checks.contract.table`). Nothing of either is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openapi_drift.checks.contract.generated_names import GeneratedTree
from openapi_drift.checks.contract.table import Contract, NeededPlace, find_contract, read_contract
from openapi_drift.checks.operation_table import Users, find_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from openapi_drift.checks.contract.generated_names import GeneratedFunction
    from openapi_drift.checks.contract.table import CallForm
    from openapi_drift.checks.operation_table import OperationTable

_SHOWN = 8  # verbs, commands or files in a sentence; programs get all
_MODELS = "_models"


@dataclass(frozen=True)
class Missing:
    """Something that the code needs and the tree has not.

    ``place`` is a dotted name; ``what`` says what is the matter with it, ``operations`` are "GET /tasks", ``files``
    those of ours that need it. ``verbs`` follow the facade (``aimms.run``), ``commands`` follow ``optcloud``.
    ``on_use``: only these verbs do not work without it, nothing else.
    """

    place: str
    what: str
    operations: tuple[str, ...]
    files: tuple[str, ...]
    verbs: tuple[str, ...]
    commands: tuple[str, ...]
    on_use: bool = False

    @property
    def words(self) -> str:
        """One sentence: whom it concerns, what is missing, where it is used."""
        said = _who(Users(self.verbs, self.commands)) or f"what uses {self.place.partition('.')[0]}"
        of = f"{_few(self.operations)}: " if self.operations else ""
        return f"{said}: {of}{self.what} ({self.place}, used in {_few(self.files)})"


def missing(root: Path, tree: Path) -> list[Missing]:
    """Return what the code of a checkout needs of generated packages and ``tree``, a folder of them, has not.

    Each thing once; [] where the checkout has no table of needs. Raises SpecsError for what cannot be read.
    """
    path = find_contract(root)
    return _Comparison(read_contract(path), GeneratedTree(tree), find_table(root)).all() if path else []


def who_uses(root: Path, file: str) -> str:
    """Return the verbs and commands that stand on what a file uses, in words; "" where none is known."""
    path, table = find_contract(root), find_table(root)
    contract = read_contract(path) if path else Contract()
    operations = {
        (name.partition(".")[0], id_)
        for name, place in contract.modules.items()
        if file in place.files
        for id_ in place.operations
    }
    return _who(table.of_operations(operations))


def _who(users: Users) -> str:
    names = [f"oc.{verb}" for verb in users.verbs], [f"`optcloud {command}`" for command in users.commands]
    return ", ".join(_few(some) for some in names if some)


class _Comparison:
    """Holds a contract against a tree. A part of what is missing itself is not told."""

    def __init__(self, contract: Contract, tree: GeneratedTree, table: OperationTable) -> None:
        self._contract, self._tree, self._table = contract, tree, table

    def all(self) -> list[Missing]:
        """All that is missing: packages first, then modules, classes."""
        places = {**self._contract.modules, **self._contract.classes}
        needed = {name.partition(".")[0] for name, place in places.items() if not place.on_use}
        gone = sorted(needed - self._tree.packages)
        found = [self._missing(package, "the package is gone", *self._together(package)) for package in gone]
        for name, place in places.items():
            if name.partition(".")[0] not in gone:
                found += self._of_place(name, place, is_class=name in self._contract.classes)
        return found

    def _together(self, package: str) -> tuple[NeededPlace, set[str]]:
        """A place that stands for a package, and all files that use something of it."""
        of = {**self._contract.modules, **self._contract.classes}.items()
        return NeededPlace(), {file for name, place in of if name.partition(".")[0] == package for file in place.files}

    def _of_place(self, name: str, place: NeededPlace, *, is_class: bool) -> Iterator[Missing]:
        there = next((one for one in self._names(name, place) if self._there(one, is_class=is_class)), None)
        if there is None:
            module = name.rpartition(".")[0] if is_class else ""
            if not (module and self._tree.module(module) is None and module in self._contract.modules):
                what = self._gone(name, place, is_class=is_class)
                yield self._missing(name, what, place, place.files, on_use=place.on_use)
        elif is_class:
            yield from self._of_class(there, place)
        else:
            yield from self._of_module(there, place)

    def _names(self, name: str, place: NeededPlace) -> list[str]:
        """The name, and where it is imported on use, before it those in packages that a part has of its own."""
        package, _, rest = name.partition(".")
        start = f"{package.removesuffix(_MODELS)}_"
        own = [
            other
            for other in sorted(self._tree.packages)
            if other.startswith(start) and other != package and other.endswith(_MODELS) == package.endswith(_MODELS)
        ]
        return [f"{one}.{rest}".rstrip(".") for one in (*(own if place.on_use else ()), package)]

    def _there(self, name: str, *, is_class: bool) -> bool:
        return (self._tree.class_of(name) if is_class else self._tree.module(name)) is not None

    def _gone(self, name: str, place: NeededPlace, *, is_class: bool) -> str:
        """The words for a place that is not there, with where its operation is now if it is."""
        if is_class:
            return f"the class {name.rpartition('.')[2]} is gone"
        if not place.operations or ".api." not in name:
            return "the module is gone"
        wanted = set(place.operations.values())
        there = self._tree.operations(name.partition(".")[0])
        now = [module for module, operation in there.items() if operation in wanted]
        return f"is now {', '.join(now)}" if now else "is gone"

    def _of_module(self, name: str, place: NeededPlace) -> Iterator[Missing]:
        module = self._tree.module(name)
        if module is None:
            return
        for called, forms in place.calls.items():
            if called in module.functions:
                yield from self._of_calls(f"{name}.{called}", forms, module.functions[called], place)
            else:
                files = {file for some in forms.values() for file in some}
                yield self._missing(name, f"the function {called} is gone", place, files)
        for one, files in place.names.items():
            if one not in module.names:
                yield self._missing(name, f"{one} is gone", place, files)

    def _of_class(self, name: str, place: NeededPlace) -> Iterator[Missing]:
        found = self._tree.class_of(name)
        if found is None:
            return
        for forms in place.calls.values():
            yield from self._of_calls(name, forms, found.maker, place)
        lacking: dict[str, set[str]] = {}
        for uses, known in ((place.attributes, found.attributes), (place.wire, found.wire)):
            for field in uses.keys() - known:
                lacking.setdefault(field, set()).update(uses[field])
        for field, files in sorted(lacking.items()):
            yield self._missing(name, f"the field {field} is gone", place, files)

    def _of_calls(
        self, name: str, forms: Mapping[CallForm, set[str]], function: GeneratedFunction, place: NeededPlace
    ) -> Iterator[Missing]:
        faults: dict[str, set[str]] = {}
        for form, files in forms.items():
            for fault in _faults(form, function):
                faults.setdefault(fault, set()).update(files)
        for fault, files in faults.items():
            yield self._missing(name, fault, place, files)

    def _missing(
        self, name: str, what: str, place: NeededPlace, files: Iterable[str], *, on_use: bool = False
    ) -> Missing:
        client = name.partition(".")[0].removesuffix(_MODELS)
        while client not in self._table.documents and "_" in client:  # a package of a part's own
            client = client.rpartition("_")[0]
        ids = place.operations or self._table.documents.get(client, {})
        users = self._table.of_operations((client, id_) for id_ in ids)
        called = tuple(place.operations.values())
        return Missing(name, what, called, tuple(sorted(files)), users.verbs, users.commands, on_use)


def _faults(form: CallForm, function: GeneratedFunction) -> Iterator[str]:
    """What is the matter with a call of a function."""
    if not function.takes_any:
        known = {*function.places, *function.named}
        yield from (f"the argument {name} is gone" for name in form.named if name not in known)
        if form.places > len(function.places):
            yield f"takes {len(function.places)} arguments by place now, and is given {form.places}"
    if not form.more:
        given = {*function.places[: form.places], *form.named}
        yield from (f"needs the argument {name} now, which is not given" for name in sorted(function.required - given))


def _few(names: Iterable[str]) -> str:
    listed = list(names)
    more = len(listed) - _SHOWN
    return ", ".join(listed[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
