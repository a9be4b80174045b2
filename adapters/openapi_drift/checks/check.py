"""The check of drift: snapshots against their registry, what vendors serve against snapshots, code against documents.

Nothing is written. What cannot be had, or is something else than it should be, is "not checked", with the reason.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from openapi_drift.checks import impact, uses
from openapi_drift.checks.acceptances import apply as apply_acceptances
from openapi_drift.checks.generated import check_generated
from openapi_drift.checks.generated_names import with_names
from openapi_drift.checks.verdict import CheckKind, DriftCheck, DriftReport, DriftVerdict
from openapi_drift.diff.change import Change, Level, Side
from openapi_drift.diff.compare import compare
from openapi_drift.diff.levels import LevelPolicy
from openapi_drift.documents.document import LoadedDocument, load_text
from openapi_drift.documents.download import download
from openapi_drift.documents.overlay_news import OverlayNews, overlay_news
from openapi_drift.documents.pointers import Position
from openapi_drift.documents.reading import decoded, read_bytes, read_text
from openapi_drift.errors import NotCheckedError, NotOfferedError, SpecsError
from openapi_drift.fetch import served
from openapi_drift.page.contract import compare_page
from openapi_drift.page.table import PageContract, load_contracts
from openapi_drift.sources import load_sources

if TYPE_CHECKING:
    import datetime
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from openapi_drift.checks.acceptances import Acceptance
    from openapi_drift.checks.operation_table import OperationTable
    from openapi_drift.sources import DocumentSource


@dataclass(frozen=True)
class Asked:
    """What to check. ``names`` are clouds (aimms) or entries of `specs/` (aimms-pro-v2); none: all.

    ``root`` is a checkout, or another folder with `specs/` (`openapi_drift.sources.carried_root`); then ``generated``
    is False, what a change touches is looked for in the packages that are installed, and ``table`` says which verbs
    and commands reach an operation (in a checkout it is found there).

    ``urls`` map a name to the address of its document or page, in place of the registry's; a cloud's name means the
    first of its entries. ``account`` is for addresses that have it. ``force`` runs the generators even if nothing
    changed. ``uses`` is a user's code; ``policy`` says how bad changes are.
    """

    root: Path
    names: tuple[str, ...] = ()
    kinds: tuple[CheckKind, ...] = tuple(CheckKind)
    account: str | None = None
    urls: Mapping[str, str] = field(default_factory=dict)
    force: bool = False
    uses: Path | None = None
    policy: LevelPolicy = LevelPolicy.DEFAULT
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    generated: bool = True
    table: OperationTable | None = None

    @property
    def checkout(self) -> Path | None:
        """The checkout, if it is one."""
        return self.root if self.generated else None

    def wants(self, id_: str) -> bool:
        """Tell whether an entry is asked for."""
        return not self.names or bool({id_, cloud_of(id_)} & set(self.names))

    def by_entry(self, ids: Sequence[str]) -> Asked:
        """Return the same with the addresses by entry: one address is one document's, not that of all of a cloud."""
        first = {cloud_of(id_): id_ for id_ in reversed(ids)}
        return replace(self, urls={first.get(name, name): url for name, url in self.urls.items()})


def cloud_of(id_: str) -> str:
    """``aimms-pro-v2``: "aimms"."""
    return id_.partition("-")[0]


def check_drift(asked: Asked) -> DriftReport:
    """Make all checks that are asked for. Raises SpecsError for a name that nothing has, and if there are none."""
    sources, contracts = load_sources(asked.root), load_contracts(asked.root)
    _refuse_unknown(asked, [*sources, *contracts])
    asked = asked.by_entry([*sources, *contracts])
    if asked.uses is not None:
        uses.refuse_empty(asked.uses)
    checks = list(_checks(asked, list(sources.values()), list(contracts.values())))
    if not checks:
        raise SpecsError("nothing to check: no entry of specs/ is of the clouds and kinds that are asked for")
    ordered = sorted(checks, key=lambda check: list(CheckKind).index(check.kind))
    return DriftReport(tuple(ordered), policy=asked.policy.value)


def _checks(asked: Asked, sources: list[DocumentSource], contracts: list[PageContract]) -> Iterator[DriftCheck]:
    wanted = [source for source in sources if asked.wants(source.id)]
    if CheckKind.DOCUMENT in asked.kinds:
        yield from (check_document(asked.root, source) for source in wanted)
    if CheckKind.VENDOR in asked.kinds:
        yield from (check_vendor(asked, source) for source in wanted)
        yield from (check_vendor_page(asked, contract) for contract in contracts if asked.wants(contract.id))
    if CheckKind.GENERATED in asked.kinds and wanted and asked.generated:
        yield check_generated(asked.root, force=asked.force)


def _refuse_unknown(asked: Asked, ids: list[str]) -> None:
    known = {*ids, *map(cloud_of, ids)}
    for name in (*asked.names, *asked.urls):
        if name not in known:
            raise SpecsError(f"{name}: nothing in specs/ is called so; there are: {', '.join(sorted(known))}")


def check_document(root: Path, source: DocumentSource) -> DriftCheck:
    """Hold the snapshot against what the registry records of it, and its overlay against the snapshot."""
    name = source.document.relative_to(root).as_posix()
    if not source.sha256:
        reason = f"specs/sources.toml records no sha256 of {source.id}"
        return DriftCheck(CheckKind.DOCUMENT, source.id, DriftVerdict.NOT_CHECKED, reason)
    try:
        content = read_bytes(source.document)
        document = load_text(decoded(content, name), name)
    except SpecsError as error:
        return DriftCheck(
            CheckKind.DOCUMENT, source.id, DriftVerdict.NOT_CHECKED, f"the snapshot cannot be read: {error}"
        )
    changes = []
    if hashlib.sha256(content).hexdigest() != source.sha256:
        words = f"{name} is not the file that specs/sources.toml records: edited by hand, or stored without its record"
        changes.append(_own("snapshot-edited", words, name))
    news = _news(source, None, document, downloaded=source.provenance == "downloaded")
    if news.stale:
        file = f"{source.folder.relative_to(root).as_posix()}/overlay.yaml"
        changes.append(_own("overlay-stale", "; ".join(news.stale), file))
    return _checked(CheckKind.DOCUMENT, source.id, changes, [*news.others])


def check_vendor(asked: Asked, source: DocumentSource) -> DriftCheck:
    """Compare what the vendor serves now with the snapshot, both without overlay."""
    name = source.document.relative_to(asked.root).as_posix()
    try:
        url = asked.urls.get(source.id)
        text = served(asked.root, source.id, account=asked.account, url=url, environ=asked.environ)
        revision = load_text(text, f"live:{source.id}")
        base = load_text(read_text(source.document), name)
    except NotCheckedError as error:
        reason = str(error).removeprefix(f"{source.id}: not checked: ")
        offered = not isinstance(error, NotOfferedError)
        return DriftCheck(CheckKind.VENDOR, source.id, DriftVerdict.NOT_CHECKED, reason, offered=offered)
    except SpecsError as error:
        return DriftCheck(CheckKind.VENDOR, source.id, DriftVerdict.NOT_CHECKED, str(error))
    changes = compare(base, revision, asked.policy)
    if source.client:
        changes = with_names(changes, base, revision, source.id)
    news = _news(source, base, revision, downloaded=True)
    if news.stale and not _news(source, None, base, downloaded=source.provenance == "downloaded").stale:
        words = "the overlay does not fit what is served: " + "; ".join(news.stale)
        changes.append(_own("overlay-stale", words, f"specs/{source.id}/overlay.yaml"))
    notes = [*_notes(source, base, revision, bool(changes)), *news.others]
    if not changes and base.content != revision.content:
        return DriftCheck(CheckKind.VENDOR, source.id, DriftVerdict.NO_DRIFT, _ONLY_NOTES, notes=news.others)
    packages = [name for name in (source.client, source.models) if name]
    return _with_details(_checked(CheckKind.VENDOR, source.id, changes, notes), asked, packages, (base, revision))


def _notes(source: DocumentSource, base: LoadedDocument, revision: LoadedDocument, changed: bool) -> Iterator[str]:
    old, new = base.content.get("info", {}), revision.content.get("info", {})
    if old.get("version") != new.get("version"):
        yield f"the vendor's version is {new.get('version')}, the snapshot's {old.get('version')}"
    if source.provenance != "downloaded" and changed:
        yield f"the snapshot is {source.provenance} from public text: a difference may be a mistake of ours"


def check_vendor_page(asked: Asked, contract: PageContract) -> DriftCheck:
    """Compare a vendor's page with the table of what it says."""
    try:
        content = download(asked.urls.get(contract.id) or contract.url, {}, page=True)
        changes = compare_page(contract, decoded(content, "the page"))
    except SpecsError as error:
        return DriftCheck(CheckKind.VENDOR, contract.id, DriftVerdict.NOT_CHECKED, str(error))
    return _with_details(_checked(CheckKind.VENDOR, contract.id, changes, []), asked, [])


_ONLY_NOTES = "only what means nothing to callers differs (descriptions, examples, order)"


def _news(source: DocumentSource, old: LoadedDocument | None, new: LoadedDocument, *, downloaded: bool) -> OverlayNews:
    """What has become of the overlays; one that cannot be read is stale."""
    try:
        return overlay_news(source, None if old is None else old.content, new.content, downloaded=downloaded)
    except SpecsError as error:
        return OverlayNews(stale=(str(error),))


def _checked(kind: CheckKind, id_: str, changes: Iterable[Change], notes: list[str]) -> DriftCheck:
    found = tuple(changes)
    verdict = DriftVerdict.DRIFT if found else DriftVerdict.NO_DRIFT
    return DriftCheck(kind, id_, verdict, changes=found, notes=tuple(notes))


def _own(id_: str, text: str, file: str) -> Change:
    return Change(id_, Level.WARNING, text, base=Side("", Position(file, 1)))


def _with_details(
    check: DriftCheck,
    asked: Asked,
    packages: Collection[str],
    documents: tuple[LoadedDocument, LoadedDocument] | None = None,
) -> DriftCheck:
    """Add to each change what it touches here, and where the user's code meets it."""
    if not check.changes:
        return check
    touched = impact.touched(check.changes, asked.checkout, packages, asked.table, documents)
    details = uses.details(touched, asked.uses)
    return replace(check, details=details, notes=(*check.notes, *details.notes))


def accept(report: DriftReport, acceptances: Sequence[Acceptance], today: datetime.date) -> DriftReport:
    """Tell accepted changes from the others; a verdict stays what it is."""
    outcome = apply_acceptances(acceptances, report.changes, today)
    left = {id(change) for change in outcome.changes}
    reasons = {id(entry.change): entry for entry in outcome.accepted}
    checks = [
        replace(
            check,
            changes=tuple(change for change in check.changes if id(change) in left),
            accepted=tuple(reasons[id(change)] for change in check.changes if id(change) in reasons),
        )
        for check in report.checks
    ]
    return replace(report, checks=tuple(checks), problems=tuple(outcome.problems))
