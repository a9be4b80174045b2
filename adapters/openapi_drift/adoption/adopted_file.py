"""The file `adopted.yaml`: the overlay that brings names back, and which corrections do not count for the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from openapi_drift.documents.overlay_left_out import KEY as LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openapi_drift.documents.document import Document
    from openapi_drift.documents.overlay_left_out import LeftOut

_HEAD = """\
# Written by optcloud spec adopt, for the vendor's document beside it; the next adoption writes it anew.
# `actions` bring the vendor's names back to those that code imports; they are applied before overlay.yaml.
# `x-left-out` are the actions of overlay.yaml that are not applied: check is a hash of the action as it was judged,
# so that one that is edited counts again.
"""


def adopted_text(overlay: Document, left_out: Sequence[LeftOut]) -> str:
    """Return the file's text; "" if there is nothing to write down."""
    if not overlay["actions"] and not left_out:
        return ""
    content = overlay | ({LEFT_OUT: [entry.as_dict() for entry in left_out]} if left_out else {})
    return _HEAD + yaml.dump(content, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)


class _Plain(yaml.SafeDumper):
    """Writes values out where they stand, without anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True
