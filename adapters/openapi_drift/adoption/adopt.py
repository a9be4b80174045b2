"""Taking a vendor's own document in: fetched, named as before, corrected, generated and proven, then swapped in.

All of it happens in a scratch copy of `specs/` and `generated/`; only what has passed every check takes their place.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from openapi_drift.adoption.adopted_file import adopted_text
from openapi_drift.adoption.facts import Fact, check_facts
from openapi_drift.adoption.pairing import DocumentPairing, pair
from openapi_drift.adoption.renames import adopted_overlay
from openapi_drift.checks.inputs import Input, Reader
from openapi_drift.checks.needs import missing
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load, whole
from openapi_drift.documents.overlay import apply, load_overlay
from openapi_drift.documents.overlay_left_out import LeftOut, read_left_out
from openapi_drift.documents.overlay_sorting import SortedAction, sort_actions
from openapi_drift.errors import NotAdoptedError
from openapi_drift.fetch import Fetched, fetch
from openapi_drift.generation.fingerprint import output_folder
from openapi_drift.generation.generate import effective_document, generate
from openapi_drift.generation.proof import prove
from openapi_drift.generation.rehearsal import rehearse
from openapi_drift.generation.swap import swap_in
from openapi_drift.sources import load_sources, registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from openapi_drift.diff.change import Change, Side
    from openapi_drift.documents.document import Document
    from openapi_drift.sources import DocumentSource


@dataclass(frozen=True)
class Names:
    """What brings a document's names back: the pairing, the overlay that says it, the document with it applied."""

    pairing: DocumentPairing
    overlay: Document
    document: Document


@dataclass(frozen=True)
class Adoption:
    """What taking a document in found.

    ``actions`` are those of the overlay with their verdicts. ``base`` and ``revision`` are the corrected documents
    before and after, ``changes`` those between them. ``findings`` are what was passed over by ``keep_going``;
    ``written`` the files of `generated/` that changed.
    """

    fetched: Fetched
    names: Names
    actions: list[SortedAction]
    facts: list[Fact]
    base: Input
    revision: Input
    changes: list[Change]
    written: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def adopt(
    root: Path,
    id_: str,
    *,
    account: str | None = None,
    url: str | None = None,
    keep_going: bool = False,
    dry_run: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> Adoption:
    """Take the vendor's document ``id_`` in, and all that is generated with it.

    ``account``, ``url`` and ``environ`` are those of `openapi_drift.fetch.fetch`. With ``keep_going``, corrections
    that fit nowhere are left out, and what cannot be generated or proven is a finding; what the adapters need must be
    there all the same. ``dry_run`` finds it all and changes nothing.

    Raises SpecsError if the document cannot be had, and NotAdoptedError with all reasons of one kind; the tree then
    stays as it was.
    """
    root = root.resolve()
    with _scratch(root) as scratch:
        fetched = fetch(scratch, id_, account=account, url=url, environ=environ)
        before, source = load_sources(root)[id_], load_sources(scratch)[id_]
        names = _names(before, source)
        actions = _sorted(before, names, keep_going=keep_going)
        _write_adopted(source, names, _left_out(before, actions))
        outcome = generate(scratch, force=True, keep_going=keep_going)
        _refuse_unmet_needs(root, scratch, id_)
        findings = [*outcome.findings.lines, *_proven(scratch, id_, keep_going=keep_going)]
        base, revision = Reader().pair(str(before.folder), str(source.folder))
        adoption = Adoption(
            fetched,
            names,
            actions,
            check_facts(before, names.document),
            base,
            revision,
            [_at_home(change, root, scratch) for change in compare(base.document, revision.document)],
            list(outcome.differences),
            findings,
        )
        if not dry_run:
            _swap(scratch, root, before)
        return adoption


def _not_adopted(id_: str, reasons: Sequence[str]) -> NotAdoptedError:
    return NotAdoptedError("\n  ".join([f"{id_}: not adopted, nothing was changed:", *reasons]))


@contextmanager
def _scratch(root: Path) -> Iterator[Path]:
    """Copy what an adoption changes, and what that needs, beside it."""
    with tempfile.TemporaryDirectory(prefix=".adoption-", dir=root, ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        shutil.copytree(registry(root).parent, registry(scratch).parent)
        shutil.copyfile(root / "pyproject.toml", scratch / "pyproject.toml")
        if output_folder(root).exists():
            shutil.copytree(output_folder(root), output_folder(scratch))
        yield scratch


def _names(before: DocumentSource, source: DocumentSource) -> Names:
    """Pair what is here, corrected, with what came, as it came; a document's first adoption has nothing to pair."""
    came = whole(load(source.document))
    old = effective_document(before) if before.document.exists() else came
    pairing = pair(old, came)
    overlay = adopted_overlay(old, came, pairing, source.id)
    return Names(pairing, overlay, apply(came, overlay, "adopted.yaml") if overlay["actions"] else came)


def _sorted(before: DocumentSource, names: Names, *, keep_going: bool) -> list[SortedAction]:
    """Sort the overlay's actions for the document under our names. Raises NotAdoptedError for those to look at."""
    if before.overlay is None:
        return []
    old = whole(load(before.document))
    if before.adopted:
        old = apply(old, load_overlay(before.adopted), str(before.adopted))
    actions = sort_actions(old, names.document, load_overlay(before.overlay), before.overlay.name)
    unclear = [f"overlay.yaml, {action.words}" for action in actions if action.verdict == "to look at"]
    if unclear and not keep_going:
        mend = "correct or remove these actions, or leave them out with --keep-going"
        raise _not_adopted(before.id, [*unclear, mend])
    return actions


def _left_out(before: DocumentSource, actions: Sequence[SortedAction]) -> list[LeftOut]:
    """Return what is not applied. What an earlier adoption left out for the vendor's word stays out.

    To the sorting it looks needed again, since the document that is here already says that word.
    """
    earlier = {}
    if before.adopted:
        entries = read_left_out(load_overlay(before.adopted), str(before.adopted))
        earlier = {entry.check: entry for entry in entries}
    found = []
    for action in actions:
        known = earlier.get(action.check)
        found.append(known if known and action.verdict == "needed" else action.left_out)
    return [entry for entry in found if entry]


def _write_adopted(source: DocumentSource, names: Names, left_out: Sequence[LeftOut]) -> None:
    path = source.folder / "adopted.yaml"
    text = adopted_text(names.overlay, left_out)
    if text:
        path.write_text(text, encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def _refuse_unmet_needs(root: Path, scratch: Path, id_: str) -> None:
    """Raise NotAdoptedError for what our code needs and has not, that of single verbs among it."""
    tree = output_folder(scratch)
    if unmet := missing(root, tree):
        mend = "a document of one planner gets an entry of its own beside this one (specs/README.md)"
        raise _not_adopted(id_, [*(need.words for need in unmet), *([mend] if any(n.on_use for n in unmet) else [])])
    rehearse(root, tree)


def _proven(scratch: Path, id_: str, *, keep_going: bool) -> list[str]:
    unproven = [str(finding) for finding in prove(scratch, [id_], output_folder(scratch))]
    if unproven and not keep_going:
        raise _not_adopted(id_, unproven)
    return unproven


def _at_home(change: Change, root: Path, scratch: Path) -> Change:
    """Name a change's files as they are called in the checkout."""

    def side(found: Side | None) -> Side | None:
        if found is None or found.position is None:
            return found
        file = found.position.file.removeprefix(f"{scratch}{os.sep}").removeprefix(f"{root}{os.sep}")
        return replace(found, position=replace(found.position, file=file))

    return replace(change, base=side(change.base), revision=side(change.revision))


def _swap(scratch: Path, root: Path, before: DocumentSource) -> None:
    """Put the scratch copies in the tree's place, all or none."""
    paths = [before.folder, registry(root), output_folder(root)]
    swap_in([(scratch / path.relative_to(root), path) for path in paths], scratch / "before")
