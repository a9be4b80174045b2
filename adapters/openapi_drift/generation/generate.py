"""Generating all of `generated/` from documents and overlays, and checking that it is up to date."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from openapi_drift.errors import SpecsError
from openapi_drift.generation import fingerprint
from openapi_drift.generation.tree_comparison import compare
from openapi_drift.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document
    from openapi_drift.sources import DocumentSource


@dataclass(frozen=True)
class GenerationOutcome:
    """What a generation or a check found.

    `ran` tells whether the generators ran, or the fingerprint sufficed. `differences` maps each file that
    differed from the tree found to a readable diff.
    """

    ran: bool
    differences: dict[str, str]

    @property
    def diff(self) -> str:
        return "".join(self.differences.values())


def generate(root: Path, *, force: bool = False) -> GenerationOutcome:
    """Bring `generated/` up to date: into a temporary folder first, then swapped in.

    Does nothing if the fingerprint says that nothing changed, unless `force`. Raises SpecsError; the tree then
    stays as it was.
    """
    if not force and fingerprint.is_current(root):
        return GenerationOutcome(ran=False, differences={})
    with _regenerated(root) as fresh:
        differences = compare(fingerprint.output_folder(root), fresh)
        if differences:
            _swap(fresh, fingerprint.output_folder(root))
        return GenerationOutcome(ran=True, differences=differences)


def check(root: Path, *, force: bool = False) -> GenerationOutcome:
    """Compare `generated/` with what the documents give, byte for byte, changing nothing.

    Any difference, a stray file included, is in the outcome. The fingerprint answers in about a second when
    nothing changed, unless `force`. Raises SpecsError if generation fails.
    """
    if not force and fingerprint.is_current(root):
        return GenerationOutcome(ran=False, differences={})
    with _regenerated(root) as fresh:
        return GenerationOutcome(ran=True, differences=compare(fingerprint.output_folder(root), fresh))


def effective_document(source: DocumentSource) -> Document:
    """The document of a source with its overlay applied: the input of generation, shipped as openapi.json."""
    from openapi_drift.documents.document import load_text, whole  # noqa: PLC0415  needs the extra codegen
    from openapi_drift.documents.overlay import apply, load_overlay  # noqa: PLC0415
    from openapi_drift.documents.reading import read_text  # noqa: PLC0415

    document = whole(load_text(read_text(source.document), str(source.document), source.format))
    if source.overlay:
        document = apply(document, load_overlay(source.overlay), str(source.overlay))
    return document


@contextmanager
def _regenerated(root: Path) -> Iterator[Path]:
    """A temporary folder beside `generated/`, holding a fresh generation."""
    _check_pins(root)
    with tempfile.TemporaryDirectory(prefix=".generated-", dir=root, ignore_cleanup_errors=True) as temporary:
        fresh = Path(temporary) / "generated"
        fresh.mkdir()
        for source in load_sources(root).values():
            _generate_source(source, fresh, Path(temporary) / source.id)
        fingerprint.write_fingerprint(root, fresh)
        yield fresh


def _generate_source(source: DocumentSource, output: Path, workspace: Path) -> None:
    from openapi_drift.generation.client_generator import generate_client  # noqa: PLC0415  needs the extra codegen
    from openapi_drift.generation.models_generator import generate_models  # noqa: PLC0415

    document = effective_document(source)
    workspace.mkdir()
    path = workspace / "openapi.json"  # a fixed name, since generators write it down
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if source.client:
        generate_client(document, path, output / source.client)
    if source.models:
        generate_models(document, path, output / source.models)


def _check_pins(root: Path) -> None:
    for name, wanted in fingerprint.pins(root).items():
        try:
            present = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            present = "none"
        if present != wanted:
            raise SpecsError(f"{name} {wanted} is needed, found {present}: pip install -e '.[codegen]'")


def _swap(fresh: Path, output: Path) -> None:
    old = fresh.with_name("old")
    if output.exists():
        output.rename(old)
    try:
        fresh.rename(output)
    except OSError:
        if old.exists():
            old.rename(output)
        raise
    shutil.rmtree(old, ignore_errors=True)
