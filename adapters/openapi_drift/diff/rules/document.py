"""Rules: what a document says outside its operations: webhooks, components, its version."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Direction, Level
from openapi_drift.diff.document import entries, root
from openapi_drift.diff.pairing import make_change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.diff.pairing import Pairing
    from openapi_drift.diff.registry import DocumentRule
    from openapi_drift.documents.document import LoadedDocument

# semver.org's grammar; a leading "v" is common. Dates and a bare "v1" are other ways to count, which nobody can judge.
_NUMBER = r"(0|[1-9][0-9]{0,17})"
_SEMVER = re.compile(rf"v?{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")


def webhooks(base: LoadedDocument, revision: LoadedDocument, pairing: Pairing) -> Iterator[Change]:
    """Report webhooks that came and went."""
    old, new = entries(root(base), "webhooks"), entries(root(revision), "webhooks")
    for name in old.keys() - new.keys():
        text = f"The webhook `{name}` was removed: receivers wait for it in vain"
        yield make_change("webhook-removed", text, place=Direction.RESPONSE, base=old[name])
    for name in new.keys() - old.keys():
        text = f"The webhook `{name}` is new"
        yield make_change("webhook-added", text, place=Direction.RESPONSE, revision=new[name])


def component_schemas(base: LoadedDocument, revision: LoadedDocument, pairing: Pairing) -> Iterator[Change]:
    """Report schemas that are no longer among the components: generated models of that name go with them."""
    old, new = (entries(root(document).get("components"), "schemas") for document in (base, revision))
    for name in old.keys() - new.keys():
        text = f"The schema `{name}` was removed: generated models of that name go with it"
        yield make_change("api-schema-removed", text, base=old[name])


def version(base: LoadedDocument, revision: LoadedDocument, changes: Iterable[Change]) -> Iterator[Change]:
    """Report another version, or a breaking change under a version that does not say so."""
    old, new = _version(base), _version(revision)
    found = list(_version_policy(old, new, changes))
    yield from found
    if not found and old and new and old.value != new.value:
        text = f"The version of the document is now `{new.value}`, it was `{old.value}`"
        yield make_change("api-version-changed", text, base=old, revision=new)


def _version_policy(old: DocumentNode | None, new: DocumentNode | None, changes: Iterable[Change]) -> Iterator[Change]:
    """Report what semver.org (items 4 and 8) asks for."""
    before, after = (_SEMVER.fullmatch(node.value) if node else None for node in (old, new))
    if not before or not after or all(change.level is not Level.BREAKING for change in changes):
        return
    numbers = [tuple(int(part) for part in match.groups()) for match in (before, after)]
    if before.string == after.string:
        id_, text = "api-version-not-bumped", f"Callers break, and the version is still {after.string}"
    elif numbers[1] <= numbers[0]:
        id_, text = (
            "api-version-decreased",
            f"Callers break, and the version does not go up: {before.string} became {after.string}",
        )
    elif not _announces(numbers[0], numbers[1]):
        id_ = "api-major-version-not-bumped"
        text = f"Callers break, and the version {after.string} does not say so: it was {before.string}"
    else:
        return
    yield make_change(id_, text, base=old, revision=new)


def _version(document: LoadedDocument) -> DocumentNode | None:
    info = root(document).get("info")
    node = info.get("version") if info else None
    return node if node and isinstance(node.value, str) else None


def _announces(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    # Below 1.0.0 the second number takes the first one's part.
    return new[1] > old[1] if old[0] == new[0] == 0 else new[0] > old[0]


DOCUMENT_RULES: tuple[DocumentRule, ...] = (webhooks, component_schemas)
