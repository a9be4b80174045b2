"""What a newer text of a document means for the overlays beside it, in sentences: at a fetch, in a check of drift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openapi_drift.documents.overlay import Application, load_overlay
from openapi_drift.documents.overlay_left_out import LeftOut, read_left_out, unmatched
from openapi_drift.documents.overlay_merge import unshared
from openapi_drift.documents.overlay_sorting import sort_actions
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from openapi_drift.documents.document import Document
    from openapi_drift.sources import DocumentSource


@dataclass(frozen=True)
class OverlayNews:
    """``stale``: what a person must look at. ``others``: what is redundant, superseded, or needed in part only."""

    stale: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def overlay_news(source: DocumentSource, old: Document | None, new: Document, *, downloaded: bool) -> OverlayNews:
    """Hold the overlays against a text of their document; ``old`` is the one for which they were written, if known.

    What they leave out already is not told again. Raises SpecsError if an overlay cannot be read.
    """
    stale, others, left_out = list[str](), list[str](), list[LeftOut]()
    if source.adopted:
        adopted = load_overlay(source.adopted)
        left_out = read_left_out(adopted, source.adopted.name)
        renamed = _applied(new, adopted, source.adopted.name)
        stale += renamed.stale
        new, old = renamed.document, old and _applied(old, adopted, source.adopted.name).document
    if source.overlay:
        overlay = load_overlay(source.overlay)
        name = source.overlay.name
        others += unmatched(left_out, overlay, source.adopted.name) if source.adopted else []
        known = {entry.check for entry in left_out}
        for action in sort_actions(old, new, overlay, name, downloaded=downloaded):
            if action.remarkable and action.check not in known:
                (stale if action.verdict == "to look at" else others).append(f"{name}: {action}")
    return OverlayNews(tuple(stale), tuple(others))


def overlay_lines(source: DocumentSource, old: Document | None, new: Document) -> list[str]:
    """The same for a document that was just downloaded, as lines; an overlay that cannot be read is one of them."""
    try:
        news = overlay_news(source, old, new, downloaded=True)
    except SpecsError as error:
        return [str(error)]
    return [*news.stale, *news.others]


def _applied(document: Document, overlay: dict[str, object], name: str) -> Application:
    application = Application(unshared(document), overlay, name)
    for _written in application.run():
        pass
    return application
