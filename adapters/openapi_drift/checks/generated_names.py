"""Names that a vendor changed and that code is generated from: nothing on the wire, but imports that are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.adoption.pairing import pair
from openapi_drift.diff.change import Change, Level, Side
from openapi_drift.documents.pointers import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import LoadedDocument

ID = "generated-name-changed"
_OF_DIFF = "api-operation-id-removed"
"""What a comparison calls it that looks at the wire, and at that only as a remark."""


def with_names(changes: list[Change], base: LoadedDocument, revision: LoadedDocument, id_: str) -> list[Change]:
    """Add the names that changed, as breaking: ``base`` is the document ``id_`` that packages are generated from."""
    named = list(_names(base, revision, f"`optcloud spec adopt {id_}` takes the document in and keeps the names"))
    told = {(change.method.lower(), change.path) for change in named}
    return [each for each in changes if each.id != _OF_DIFF or (each.method.lower(), each.path) not in told] + named


def _names(base: LoadedDocument, revision: LoadedDocument, mend: str) -> Iterator[Change]:
    pairing = pair(base.content, revision.content)
    for paired in pairing.operations:
        old, new = (
            base.content["paths"][paired.old][paired.method],
            revision.content["paths"][paired.new][paired.method],
        )
        for what, was, now in (
            ("operation's id", old.get("operationId"), new.get("operationId")),
            ("first tag, which is its module's name,", *((each.get("tags") or [None])[0] for each in (old, new))),
        ):
            if was != now:
                yield Change(
                    ID,
                    Level.BREAKING,
                    f"The {what} was `{was}` and is `{now}`: code that is generated anew has other names; {mend}.",
                    paired.method,
                    paired.new,
                    str(new.get("operationId") or ""),
                    base=_side(base, join("/paths", paired.old, paired.method)),
                    revision=_side(revision, join("/paths", paired.new, paired.method)),
                )
    for ours, theirs in pairing.schemas.items():
        if ours != theirs:
            words = f"The schema `{ours}` is called `{theirs}`: code that is generated anew has other names; {mend}."
            places = (join("/components/schemas", ours), join("/components/schemas", theirs))
            yield Change(ID, Level.BREAKING, words, base=_side(base, places[0]), revision=_side(revision, places[1]))


def _side(document: LoadedDocument, pointer: str) -> Side:
    return Side(pointer, document.position(pointer))
