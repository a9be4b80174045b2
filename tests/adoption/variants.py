"""The documents of AIMMS PRO and of adiutaOpt as a vendor's own file might have them.

`python tests/adoption/variants.py FOLDER` writes all of them there. Each is a whole document; what it has differently
is in its ``words``.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

if __name__ == "__main__":  # run as a file
    sys.path[:0] = [str(Path(__file__).parents[2] / folder) for folder in ("adapters", "generated", "tests")]

from adoption import adiutaopt_variants, aimms_variants
from adoption.document_edits import Document, drop_notes
from openapi_drift.documents.document import parse_openapi
from openapi_drift.documents.reading import read_text
from openapi_drift.generation.generate import effective_document
from openapi_drift.sources import load_sources

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Variant:
    """A document that may be downloaded in place of the one of ``source``, an entry of specs/sources.toml.

    ``refused`` is what the refusal names, "" where the document is adopted. ``unmatched``: it lacks the place of a
    correction, which a person has to look at, or pass over with --keep-going.
    """

    source: str
    words: str
    text: str
    refused: str = ""
    unmatched: bool = False


@cache
def original(source: str) -> Document:
    """The document of a source, as it came."""
    entry = load_sources(ROOT)[source]
    return parse_openapi(read_text(entry.document), source, entry.format)


@cache
def corrected(source: str) -> Document:
    """The document of a source with its overlay."""
    return effective_document(load_sources(ROOT)[source])


def _variant(
    source: str,
    words: str,
    edit: Callable[[Document], None],
    base: Callable[[str], Document] = original,
    **more: object,
) -> Variant:
    content = json.loads(json.dumps(base(source)))  # nothing in it is shared
    drop_notes(content)
    edit(content)
    text = yaml.dump(content, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)
    return Variant(source, words, text, **more)  # type: ignore[arg-type]


class _Plain(yaml.SafeDumper):
    """Writes values out where they stand, without anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _of_aimms() -> dict[str, Variant]:
    source, edits = "aimms-pro-v2", aimms_variants
    return {
        "aimms-tags": _variant(
            source, "other tags, other capitals in operationIds, a template as server", edits.other_tags
        ),
        "aimms-schemas": _variant(
            source, "other names of schemas, formats, nullable, further fields", edits.other_schemas
        ),
        "aimms-2026": _variant(
            source, "says what the overlay adds, in its own words", edits.of_2026, corrected, unmatched=True
        ),
        "aimms-placeholders": _variant(
            source, "other names of path parameters, the base path in each path", edits.other_placeholders
        ),
        "aimms-without-download": _variant(
            source,
            "the download from the storage is gone",
            edits.without_download,
            refused="oc.aimms.storage.download",
        ),
    }


def _of_adiutaopt() -> dict[str, Variant]:
    source, edits = "adiutaopt-v6", adiutaopt_variants
    return {
        "adiutaopt-tags": _variant(
            source, "other tags, other capitals in operationIds, another server", edits.other_tags
        ),
        "adiutaopt-schemas": _variant(
            source,
            "other names of schemas, formats, nullable, OpenAPI 3.0.3, further fields",
            edits.other_schemas,
            unmatched=True,
        ),
        "adiutaopt-2026": _variant(
            source, "says what the overlay adds, in its own words", edits.of_2026, corrected, unmatched=True
        ),
        "adiutaopt-shift-only": _variant(
            source, "the shift planner only", edits.shift_only, refused="oc.adiutaopt.floor", unmatched=True
        ),
    }


VARIANTS: dict[str, Variant] = _of_aimms() | _of_adiutaopt()


def write(folder: Path) -> list[Path]:
    """Write all variants as files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, variant in VARIANTS.items():
        paths.append(folder / f"{name}.yaml")
        note = re.sub(r"\s+", " ", f"{variant.source}: {variant.words}")
        paths[-1].write_text(f"# {note}\n{variant.text}", encoding="utf-8")
    return paths


if __name__ == "__main__":
    for written in write(Path(sys.argv[1])):
        print(written)
