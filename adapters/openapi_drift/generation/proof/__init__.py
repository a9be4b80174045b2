"""Proof of what is generated: it imports, it is typed, and it sends and reads what the document says.

Of each entry of `sources.toml`:

- its packages import, all modules of them, in a process of their own, and mypy finds nothing in them (`--strict`);
- each model takes examples of its schema and gives them back (`comparison` says what may differ), keeps no property
  of the document as an unknown one, and refuses an object that lacks what is required;
- each operation's function builds the request that the document asks for: method, path, query, headers, cookies by
  their styles, media type, body; and reads the replies that the document describes.

Examples are built by `examples`: bounded in number, size and depth, the same in each run, each valid by its schema.
"""

from __future__ import annotations

import json
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from openapi_drift.errors import SpecsError
from openapi_drift.generation.fingerprint import output_folder
from openapi_drift.generation.proof.report import ProofFinding, ProofReport
from openapi_drift.generation.proof.typing_check import check_types
from openapi_drift.generation.tools import run_python
from openapi_drift.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openapi_drift.sources import DocumentSource

__all__ = ["ProofFinding", "ProofReport", "prove", "proven"]

_TOOLS = ("hypothesis", "jsonschema", "mypy")


def prove(root: Path, ids: Iterable[str] = (), tree: Path | None = None) -> list[ProofFinding]:
    """Return all that is wrong with the packages of some entries of `sources.toml` (none given: of all).

    ``tree`` holds the packages (default: `generated/` of ``root``). Raises SpecsError if nothing can be proven: an
    entry, a package or a tool is missing.
    """
    return [finding for report in proven(root, ids, tree).values() for finding in report.findings]


def proven(root: Path, ids: Iterable[str] = (), tree: Path | None = None) -> dict[str, ProofReport]:
    """Return, by entry, the findings, what could not be tried and how much was. Raises as `prove` does."""
    _refuse_without_tools()
    folder = (tree or output_folder(root)).resolve()
    sources = _chosen(root, list(ids))
    lacking = [package for source in sources for package in _packages(source) if not (folder / package).is_dir()]
    if lacking:
        raise SpecsError(f"{folder}: has no package {', '.join(lacking)}; generate first")
    reports = {}
    with tempfile.TemporaryDirectory(prefix="proof-") as workspace:
        for source in sources:
            reports[source.id] = _run(source, folder, Path(workspace))
            reports[source.id].accept(source.accepted)
    for found in check_types(folder, [package for source in sources for package in _packages(source)]):
        owner = next(source.id for source in sources if found.package in _packages(source))
        reports[owner].findings.append(found)
    return reports


def _packages(source: DocumentSource) -> list[str]:
    return [package for package in (source.client, source.models) if package is not None]


def _chosen(root: Path, ids: list[str]) -> list[DocumentSource]:
    sources = load_sources(root)
    unknown = [id_ for id_ in ids if id_ not in sources]
    if unknown:
        raise SpecsError(f"no entry of sources.toml: {', '.join(unknown)}; there are {', '.join(sources)}")
    return [source for id_, source in sources.items() if not ids or id_ in ids]


def _refuse_without_tools() -> None:
    missing = [name for name in _TOOLS if find_spec(name) is None]
    if missing:
        words = f"a proof needs {', '.join(missing)}, which is not installed"
        raise SpecsError(f'{words}: pip install "optcloud[codegen]"')


def _run(source: DocumentSource, tree: Path, workspace: Path) -> ProofReport:
    """Prove the packages of one entry, in a process of its own."""
    job = {
        "tree": str(tree),
        "client": source.client,
        "models": source.models,
        "document": str(_document(source, tree, workspace)),
    }
    arguments = ["-B", "-m", f"{__name__}.worker"]
    done = run_python(f"{source.id}: the proof", arguments, cwd=workspace, given=json.dumps(job))
    if done.returncode != 0:
        raise SpecsError(f"{source.id}: the proof broke off ({done.returncode}):\n{done.stderr}")
    return ProofReport.from_json(done.stdout.splitlines()[-1])


def _document(source: DocumentSource, tree: Path, workspace: Path) -> Path:
    """Return the effective document: as it is shipped with the client, or made where there is no client."""
    if source.client is not None:
        shipped = tree / source.client / "openapi.json"
        if not shipped.is_file():
            raise SpecsError(f"{shipped}: not found; generate again")
        return shipped
    from openapi_drift.generation.generate import effective_document  # noqa: PLC0415  needs the extra codegen

    made = workspace / f"{source.id}.json"
    made.write_text(json.dumps(effective_document(source)), encoding="utf-8")
    return made
