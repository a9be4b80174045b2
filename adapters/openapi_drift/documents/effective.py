"""The effective document: the vendor's, with `adopted.yaml` and `overlay.yaml` beside it applied, in this order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openapi_drift.documents.document import Document, load_text, whole
from openapi_drift.documents.overlay import Application, load_overlay
from openapi_drift.documents.overlay_left_out import LeftOut, read_left_out, unmatched
from openapi_drift.documents.overlay_merge import unshared
from openapi_drift.documents.reading import read_text
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from openapi_drift.sources import DocumentSource


@dataclass(frozen=True)
class EffectiveDocument:
    """``stale``: what of the overlays could not be applied. ``notes``: what else a person should know of them."""

    document: Document
    stale: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def effective(source: DocumentSource, *, keep_going: bool = False) -> EffectiveDocument:
    """Apply what lies beside a document. Raises one SpecsError for all stale actions, unless ``keep_going``."""
    raw = whole(load_text(read_text(source.document), str(source.document), source.format))
    outcome = corrected(source, raw)
    if outcome.stale and not keep_going:
        raise SpecsError("\n".join(outcome.stale))
    return outcome


def corrected(source: DocumentSource, raw: Document) -> EffectiveDocument:
    """Apply what lies beside a document to another text of it, and leave out what is stale."""
    document, stale, notes, left_out = raw, list[str](), list[str](), list[LeftOut]()
    downloaded = source.provenance == "downloaded"
    for path in (source.adopted, source.overlay):
        if path is None:
            continue
        overlay = load_overlay(path)
        notes += unmatched(left_out, overlay, str(source.adopted)) if path == source.overlay else []
        application = Application(unshared(document), overlay, str(path), left_out, yielding=downloaded)
        for _written in application.run():
            pass
        document = application.document
        stale += application.stale
        left_out = read_left_out(overlay, str(path)) if path == source.adopted else []
    return EffectiveDocument(document, tuple(stale), tuple(notes))
