"""Generating all of `generated/` from documents and overlays, and checking that it is up to date."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from openapi_drift.errors import SpecsError
from openapi_drift.generation import fingerprint
from openapi_drift.generation.changed_names import changed_names
from openapi_drift.generation.findings import Finding, JudgedFindings, judge
from openapi_drift.generation.rehearsal import rehearse
from openapi_drift.generation.swap import swap_in
from openapi_drift.generation.tree_comparison import compare
from openapi_drift.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from openapi_drift.documents.document import Document
    from openapi_drift.generation.changed_names import ChangedName
    from openapi_drift.generation.findings import Generator
    from openapi_drift.sources import DocumentSource


@dataclass(frozen=True)
class GenerationOutcome:
    """What a generation or a check found.

    `ran` tells whether the generators ran, or the fingerprint sufficed. `differences` maps each file that
    differed from the tree found to a readable diff. `findings` are what the documents have and the packages have not.
    `notes` say what does not work with the new tree though the rest does, and what could not be tried (`rehearse`).
    `names` are those that users of the packages write and that are new, gone or other ones.
    """

    ran: bool
    differences: dict[str, str]
    findings: JudgedFindings = field(default_factory=JudgedFindings)
    notes: tuple[str, ...] = ()
    names: tuple[ChangedName, ...] = ()

    @property
    def diff(self) -> str:
        return "".join(self.differences.values())


def generate(root: Path, *, force: bool = False, keep_going: bool = False) -> GenerationOutcome:
    """Bring `generated/` up to date: into a temporary folder first, then swapped in.

    Does nothing if the fingerprint says that nothing changed, unless `force`. Raises SpecsError; the tree then
    stays as it was. Findings that `sources.toml` does not accept are such an error, all of them at once, unless
    `keep_going`: then all the rest is written, a package that cannot be generated stays as it was, and the tree
    gets no fingerprint, so that it never passes for up to date.
    """
    if not force and fingerprint.is_current(root):
        return _unchanged(root)
    with _regenerated(root, keep_going=keep_going) as (fresh, findings):
        differences = compare(fingerprint.output_folder(root), fresh)
        notes = rehearse(root, fresh) if differences else []
        names = changed_names(fingerprint.output_folder(root), fresh, differences)
        if differences:
            swap_in([(fresh, fingerprint.output_folder(root))], fresh.with_name("old"))
        return GenerationOutcome(ran=True, differences=differences, findings=findings, notes=tuple(notes), names=names)


def check(root: Path, *, force: bool = False) -> GenerationOutcome:
    """Compare `generated/` with what the documents give, byte for byte, changing nothing.

    Any difference, a stray file included, is in the outcome. The fingerprint answers in about a second when
    nothing changed, unless `force`. Raises SpecsError if generation fails.
    """
    if not force and fingerprint.is_current(root):
        return _unchanged(root)
    with _regenerated(root) as (fresh, findings):
        differences = compare(fingerprint.output_folder(root), fresh)
        names = changed_names(fingerprint.output_folder(root), fresh, differences)
        return GenerationOutcome(ran=True, differences=differences, findings=findings, names=names)


def _unchanged(root: Path) -> GenerationOutcome:
    return GenerationOutcome(ran=False, differences={}, findings=JudgedFindings(accepted=fingerprint.accepted(root)))


def effective_document(source: DocumentSource) -> Document:
    """The document of a source with its overlays applied: the input of generation, shipped as openapi.json."""
    from openapi_drift.documents.effective import effective  # noqa: PLC0415  needs the extra codegen

    return effective(source).document


@contextmanager
def _regenerated(root: Path, *, keep_going: bool = False) -> Iterator[tuple[Path, JudgedFindings]]:
    """A temporary folder beside `generated/`, holding a fresh generation, and what is missing in it."""
    _check_pins(root)
    sources = load_sources(root)
    with tempfile.TemporaryDirectory(prefix=".generated-", dir=root, ignore_cleanup_errors=True) as temporary:
        workspace = Path(temporary).absolute()  # the generators run in folders of their own
        fresh = workspace / "generated"
        fresh.mkdir()
        runs = [run for source in sources.values() for run in _packages(source, fresh, workspace / source.id)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # a generator is a process of its own; the order stays
            found = [finding for findings in pool.map(_called, runs) for finding in findings]
        findings = judge(found, sources)
        if not keep_going:
            findings.refuse()
        if findings.unaccepted:
            _keep_what_failed(fingerprint.output_folder(root), fresh, sources)
        else:
            fingerprint.write_fingerprint(root, fresh, findings.accepted)
        yield fresh, findings


def _packages(source: DocumentSource, output: Path, workspace: Path) -> list[Callable[[], list[Finding]]]:
    """What is to be run for the packages of a document: each returns what is missing in its package."""
    from openapi_drift.generation.client_generator import generate_client  # noqa: PLC0415  needs the extra codegen
    from openapi_drift.generation.models_generator import generate_models  # noqa: PLC0415

    try:
        document = effective_document(source)
    except SpecsError as error:
        generator: Generator = "client" if source.client else "models"
        failed = Finding(source.id, generator, "", "the whole document", str(error))
        return [lambda: [failed]]
    workspace.mkdir()
    path = workspace / "openapi.json"  # a fixed name, since generators write it down
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    runs: list[Callable[[], list[Finding]]] = []
    if source.client:
        run = partial(generate_client, document, path)
        runs.append(partial(_generate_package, source.id, "client", output / source.client, run))
    if source.models:
        run = partial(generate_models, document, path)
        runs.append(partial(_generate_package, source.id, "models", output / source.models, run))
    return runs


def _called(run: Callable[[], list[Finding]]) -> list[Finding]:
    return run()


def _generate_package(
    id_: str, generator: Generator, package: Path, run: Callable[[Path], list[Finding]]
) -> list[Finding]:
    """Write one package, if all of it could be written; what is missing in it. One that fails is missing as a whole."""
    with tempfile.TemporaryDirectory(dir=package.parents[1]) as folder:
        written = Path(folder) / package.name
        try:
            findings = run(written)
        except SpecsError as error:
            return [Finding(id_, generator, "", "the whole package", str(error))]
        written.rename(package)
    return findings


def _keep_what_failed(present: Path, fresh: Path, sources: Mapping[str, DocumentSource]) -> None:
    for source in sources.values():
        for package in filter(None, (source.client, source.models)):
            if (present / package).is_dir() and not (fresh / package).exists():
                shutil.copytree(present / package, fresh / package)


def _check_pins(root: Path) -> None:
    for name, wanted in fingerprint.pins(root).items():
        try:
            present = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            present = "none"
        if present != wanted:
            raise SpecsError(f"{name} {wanted} is needed, found {present}: pip install -e '.[codegen]'")
