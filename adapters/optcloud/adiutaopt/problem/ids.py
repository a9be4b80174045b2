"""Ids of a problem: that each stands once, and that what refers to one finds it. All of it inferred, so warnings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from operator import is_not
from typing import Any

import msgspec
from msgspec import UNSET, Raw

from optcloud.adiutaopt.problem.names import ID, REFERENCES
from optcloud.adiutaopt.problem.walk import INFERRED, ProblemWalk
from optcloud.json_schema.quick import Tolerated

_LIST = msgspec.json.Decoder(list[Raw])
_there = partial(is_not, UNSET)


class Ids:
    """Ids of a list, in its order (``UNSET`` for an object without one), and those that its objects refer to."""

    def __init__(self, name: str, source: Raw) -> None:
        self.values: list[Any] = []
        self.references: dict[str, set[Any]] = {field: set() for of, field, _ in REFERENCES if of == name}
        self._source = source
        self.columns_of_objects: dict[str, Callable[[Any], Any]] = {ID: _id_of}
        self.columns_of_objects |= {field: partial(_ids_in, field) for field in self.references}

    def note(self, items: Sequence[Any], columns: Mapping[str, Callable[[Any], Any]]) -> None:
        """Note those of further objects; ``columns`` get them."""
        get = columns.get(ID)
        self.values += [UNSET] * len(items) if get is None else map(get, items)
        for field, referred in self.references.items():
            if field in columns:
                referred.update(chain.from_iterable(filter(_there, map(columns[field], items))))

    def objects(self) -> Iterator[tuple[int, Any]]:
        """Read the list again: to say where something is that should not be."""
        for index, part in enumerate(_LIST.decode(self._source)):
            try:
                yield index, msgspec.json.decode(part)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue  # named already


def check_ids(lists: Mapping[str, Ids], walk: ProblemWalk) -> None:
    """Warn of ids that stand twice, and of those that nothing has."""
    for name, ids in lists.items():
        if len(set(ids.values)) < len(ids.values):
            _warn_of_doubles(name, ids.values, walk)
    for name, field, target in REFERENCES:
        known = set(lists[target].values) if target in lists else {UNSET}
        if name in lists and UNSET not in known and lists[name].references[field] - known:
            _warn_of_dangling((name, field, target), lists[name], known, walk)


def _warn_of_doubles(name: str, values: Sequence[Any], walk: ProblemWalk) -> None:
    first: dict[Any, int] = {}
    for index, value in enumerate(values):
        if value is not UNSET and first.setdefault(value, index) != index:
            what = f"{value!r} is the id of {name}[{first[value]}], too"
            walk.warn(
                Tolerated(f"{name}/{ID}", "double"), (name, index, ID), what, f"give each an id of its own ({INFERRED})"
            )


def _warn_of_dangling(reference: tuple[str, str, str], ids: Ids, known: set[Any], walk: ProblemWalk) -> None:
    name, field, target = reference
    for index, value in ids.objects():
        referred = value.get(field) if isinstance(value, dict) else None
        for at, found in enumerate(referred if isinstance(referred, list) else ()):
            if _is_id(found) and found not in known:
                other = str(found) if isinstance(found, int) else int(found) if found.isdecimal() else None
                hint = f"was {other!r} meant?" if other in known else f"add it to {target}, or leave it out"
                what = f"none of the {target} has the id {found!r}"
                walk.warn(
                    Tolerated(f"{name}/{field}", "dangling"), (name, index, field, at), what, f"{hint} ({INFERRED})"
                )


def _id_of(value: Any) -> Any:
    found = value.get(ID, UNSET) if isinstance(value, dict) else UNSET
    return found if _is_id(found) else UNSET


def _ids_in(field: str, value: Any) -> Any:
    found = value.get(field) if isinstance(value, dict) else None
    return [value for value in found if _is_id(value)] if isinstance(found, list) else UNSET


def _is_id(value: Any) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool)
