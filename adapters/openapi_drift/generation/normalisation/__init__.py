"""A document as the generators can take it: mended on the way in, so that what they write needs no mending.

Each module has the steps of one kind and says why. A step changes a copy that only a generator reads; the document
that is shipped, compared and proven stays as it is. What a step changes beyond spelling is told by a `Note`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openapi_drift.generation.normalisation import (
    circles,
    compositions,
    limits,
    literals,
    media_types,
    model_names,
    nulls,
    operations,
    references,
    tags,
    unions,
)
from openapi_drift.generation.normalisation.notes import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openapi_drift.documents.document import Document

    Step = Callable[[Document], Iterator[Note]]

__all__ = ["Normalised", "Note", "for_client", "for_models"]

_BOTH: tuple[Step, ...] = (references.follow_into_parts, nulls.say_as_31, literals.mend_literals)
_MODELS: tuple[Step, ...] = (
    *_BOTH,
    literals.forget_unknown_formats,
    references.name_inline_bodies,
    model_names.leave_out_unreadable_properties,
    tags.settle_discriminators,
    compositions.merge_parts_for_models,
    model_names.rename_dotted_schemas,
    unions.keep_undecodable_unions_raw,
    limits.leave_out_limits,
)
_CLIENT: tuple[Step, ...] = (
    *_BOTH,
    operations.settle_parameters,
    operations.settle_responses,
    media_types.settle_media_types,
    tags.say_tags_at_members,
    unions.most_demanding_first,
    compositions.merge_compositions,
    circles.cut_circles,
    circles.name_classes_in_unions,
)


@dataclass(frozen=True)
class Normalised:
    """A generator's input, what was changed in it, and the names of the document that stand-ins stand for."""

    document: Document
    notes: list[Note]
    wire_names: dict[str, str] = field(default_factory=dict)


def for_models(document: Document) -> Normalised:
    """Return a document for the generator of the models."""
    return _normalised(document, _MODELS)


def for_client(document: Document) -> Normalised:
    """Return a document for the generator of the client."""
    from openapi_drift.generation.normalisation.class_names import tell_classes_apart  # noqa: PLC0415  its generator
    from openapi_drift.generation.normalisation.client_names import rename_for_client  # noqa: PLC0415

    found = _normalised(document, _CLIENT)
    wire_names = rename_for_client(found.document)
    notes = [*found.notes, *tell_classes_apart(found.document)]
    return Normalised(found.document, notes, wire_names)


def _normalised(document: Document, steps: tuple[Step, ...]) -> Normalised:
    """Parts that YAML aliases share become parts of their own, since a step may change one of them only."""
    mended = json.loads(json.dumps(document))
    notes = [note for step in steps for note in step(mended)]
    return Normalised(mended, list(dict.fromkeys(notes)))
