"""Which references lead to something that changed: what is equal to the letter and has none of them has not changed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.references import exists, follow_once, reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.values import ValueNumbers
    from openapi_drift.documents.document import LoadedDocument


class ChangedReferences:
    """The references of two documents behind which, however far, the documents differ."""

    def __init__(self, base: LoadedDocument, revision: LoadedDocument, texts: ValueNumbers) -> None:
        self._known: dict[int, tuple[Any, bool]] = {}
        self._all = base.version != revision.version  # the same text says other things then
        self._changed = set() if self._all else _changed(base, revision, texts)

    def inside(self, value: Any) -> bool:
        """Return whether there is such a reference somewhere in a value of one of the documents."""
        if self._all:
            return True
        if not self._changed or not isinstance(value, dict | list):
            return False
        known = self._known.get(id(value))
        if known is None:
            inner = value.values() if isinstance(value, dict) else value
            found = reference(value) in self._changed or any([self.inside(item) for item in inner])  # noqa: C419
            known = self._known[id(value)] = value, found  # the value is kept: its id stays its own
        return known[1]


def _changed(base: LoadedDocument, revision: LoadedDocument, texts: ValueNumbers) -> set[str]:
    """Return the references whose targets differ, and those whose targets have such references inside."""
    users: defaultdict[str, set[str]] = defaultdict(set)
    changed: list[str] = []
    seen: set[str] = set()
    waiting = [*_references(base.content), *_references(revision.content)]
    while waiting:
        target = waiting.pop()
        if target in seen:
            continue
        seen.add(target)
        if not (exists(base, target) and exists(revision, target)):
            changed.append(target)
            continue
        old, new = (follow_once(document, {"$ref": target}, "")[0] for document in (base, revision))
        if texts.of(old) != texts.of(new):
            changed.append(target)
        for inner in (*_references(old), *_references(new)):
            users[inner].add(target)
            waiting.append(inner)
    found: set[str] = set()
    while changed:
        target = changed.pop()
        if target not in found:
            found.add(target)
            changed += users[target]
    return found


def _references(value: Any) -> Iterator[str]:
    work, seen = [value], set[int]()
    while work:
        item = work.pop()
        if not isinstance(item, dict | list) or id(item) in seen:
            continue
        seen.add(id(item))
        target = reference(item)
        if target is not None:
            yield target
        work += item.values() if isinstance(item, dict) else item
