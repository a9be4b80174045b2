"""What a generation changes for those who use the packages: names that are new, gone, or other ones.

Read by syntax tree from the files that differ (`openapi_drift.checks.contract.generated_names`); nothing is imported.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, NamedTuple

from openapi_drift.checks.contract.generated_names import GeneratedTree
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping
    from pathlib import Path

    from openapi_drift.checks.contract.generated_names import GeneratedFunction, GeneratedModule

UNCHANGED = "no name changed for users of the generated packages"
_CALL = "sync_detailed"  # it takes what all functions of an operation take

Kind = Literal["package", "operation", "function", "argument", "model", "class", "field"]


class ChangedName(NamedTuple):
    """A name that users of a generated package write: ``name`` is dotted, ``now`` is what a renamed one is called."""

    how: Literal["added", "removed", "renamed"]
    kind: Kind
    name: str
    now: str = ""

    @property
    def words(self) -> str:
        """One line."""
        return f"{self.how} {self.kind} {self.name}" + (f" -> {self.now}" if self.now else "")


def in_words(names: Iterable[ChangedName]) -> list[str]:
    """Return lines that tell a person what changed, or that nothing did."""
    lines = [f"  {one.words}" for one in names]
    return ["changed for users of the generated packages:", *lines] if lines else [UNCHANGED]


def changed_names(before: Path, after: Path, files: Iterable[str]) -> tuple[ChangedName, ...]:
    """Compare the names of two folders of generated packages, of which ``files`` ("generated/…") differ.

    Of a package, an operation or a model that is new or gone no parts are told. A module that is no Python is left out.
    """
    trees = GeneratedTree(before), GeneratedTree(after)
    names = _Names(), _Names()
    packages = trees[0].packages & trees[1].packages
    for module in sorted({_module(file) for file in files if file.endswith(".py")}):
        if module.partition(".")[0] in packages:
            try:
                found = [tree.module(module) for tree in trees]
            except SpecsError:
                continue
            for some, one in zip(names, found, strict=True):
                some.add(module, one)
    return (
        *_compared("package", "", trees[0].packages, trees[1].packages),
        *_of_operations(names[0].operations, names[1].operations),
        *_of_classes("model", names[0].models, names[1].models),
        *_of_classes("class", names[0].classes, names[1].classes),
    )


def _module(file: str) -> str:
    parts = PurePosixPath(file).with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class _Class(NamedTuple):
    """Public names in a class; ``fields`` map names on the wire to them. A type that is an alias has none."""

    names: frozenset[str] = frozenset()
    fields: Mapping[str, str] = {}

    @property
    def shape(self) -> Hashable:
        """What two classes with fields have in common that are one, renamed."""
        return frozenset(self.fields.items()) or None


@dataclass
class _Names:
    """What some modules have, under the names by which it is imported."""

    operations: dict[str, GeneratedModule] = field(default_factory=dict)
    models: dict[str, _Class] = field(default_factory=dict)
    classes: dict[str, _Class] = field(default_factory=dict)

    def add(self, name: str, module: GeneratedModule | None) -> None:
        if module is None:
            return
        if module.operation:
            self.operations[name] = module
            return
        classes = {own: _Class(one.attributes, one.fields) for own, one in module.classes.items()}
        package, models, _ = name.partition(".models.")
        if models or name.endswith("_models"):
            place = f"{package}.models" if models else name  # the package `models` has all of its modules' classes
            aliases = {own: _Class() for own in module.aliases}
            self.models |= {f"{place}.{own}": one for own, one in (aliases | classes).items()}
        else:
            self.classes |= {f"{name}.{own}": one for own, one in classes.items()}


def _of_operations(old: Mapping[str, GeneratedModule], new: Mapping[str, GeneratedModule]) -> Iterator[ChangedName]:
    """Method and path tell that an operation is the same under another name."""
    renamed = _paired(*({name: _called(one) for name, one in some.items()} for some in (old, new)))
    yield from _compared("operation", "", old, new, renamed)
    for was, name in _both(old, new, renamed):
        before, after = old[was], new[name]
        yield from _compared("function", name, before.functions, after.functions)
        if before.operation and after.operation and _CALL in before.functions and _CALL in after.functions:
            took, takes = (one.functions[_CALL] for one in (before, after))
            respelt = _respelt(before.operation.arguments, after.operation.arguments)
            yield from _compared("argument", name, _arguments(took), _arguments(takes), respelt)


def _arguments(function: GeneratedFunction) -> set[str]:
    return {*function.places, *function.named}


def _called(module: GeneratedModule) -> Hashable:
    return module.operation.called if module.operation else None


def _of_classes(kind: Kind, old: Mapping[str, _Class], new: Mapping[str, _Class]) -> Iterator[ChangedName]:
    renamed = _paired(*({name: one.shape for name, one in some.items()} for some in (old, new)))
    yield from _compared(kind, "", old, new, renamed)
    for was, name in _both(old, new, renamed):
        respelt = _respelt(old[was].fields, new[name].fields)
        yield from _compared("field", name, old[was].names, new[name].names, respelt)


def _paired(old: Mapping[str, Hashable], new: Mapping[str, Hashable]) -> dict[str, str]:
    """Of names that are gone, those that are new for the same thing of the same package, where only one can be it."""
    marks = [
        {name: (name.partition(".")[0], mark) for name, mark in some.items() if name not in other and mark is not None}
        for some, other in ((old, new), (new, old))
    ]
    once = [{mark for mark, count in Counter(some.values()).items() if count == 1} for some in marks]
    places = {mark: name for name, mark in marks[1].items()}
    return {name: places[mark] for name, mark in marks[0].items() if mark in once[0] & once[1]}


def _both(old: Iterable[str], new: Iterable[str], renamed: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is before and after, each with its two names."""
    pairs = [(name, renamed.get(name, name)) for name in old]
    return sorted(pair for pair in pairs if pair[1] in set(new))


def _respelt(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Names in Python that changed, those on the wire being the same."""
    return {old[wire]: new[wire] for wire in old.keys() & new.keys() if old[wire] != new[wire]}


def _compared(
    kind: Kind, place: str, old: Iterable[str], new: Iterable[str], renamed: Mapping[str, str] | None = None
) -> Iterator[ChangedName]:
    renamed, start = renamed or {}, f"{place}." if place else ""
    before, after = ({name for name in some if _is_public(name)} for some in (old, new))
    for name in sorted(before - after):
        if name in renamed:
            yield ChangedName("renamed", kind, start + name, start + renamed[name])
        else:
            yield ChangedName("removed", kind, start + name)
    for name in sorted(after - before - set(renamed.values())):
        yield ChangedName("added", kind, start + name)


def _is_public(name: str) -> bool:
    return not any(part.startswith("_") for part in name.split("."))
