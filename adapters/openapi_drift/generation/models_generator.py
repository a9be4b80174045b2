"""Models from a document: datamodel-code-generator, as msgspec Structs with the document's constraints."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from openapi_drift.errors import SpecsError
from openapi_drift.generation.crashes import run_without_crashing
from openapi_drift.generation.findings import change_findings
from openapi_drift.generation.models_warnings import models_findings
from openapi_drift.generation.normalisation import for_models
from openapi_drift.generation.normalisation.schemas import named
from openapi_drift.generation.tools import finish_package, run_tool, stored

if TYPE_CHECKING:
    from openapi_drift.documents.document import Document
    from openapi_drift.generation.findings import Finding

_PROGRAM = "openapi_drift.generation.runs.models_run"
_STRUCT = Path(__file__).parent / "templates" / "models" / "_struct.py"

_OPTIONS = (
    *("--input-file-type", "openapi"),
    *("--output-model-type", "msgspec.Struct"),
    *("--target-python-version", "3.11"),
    *("--enum-field-as-literal", "all"),
    *("--formatters", "builtin"),  # ours follows
    "--use-annotated",
    "--keyword-only",  # a field that becomes optional must not move the others
    "--use-standard-collections",
    "--use-union-operator",
    "--use-schema-description",
    "--use-msgspec-tagged-unions",
    "--disable-timestamp",
)


def generate_models(document: Document, document_path: Path, package: Path) -> list[Finding]:
    """Write the package of Structs for `document` (effective, stored as `<id>/openapi.json`) to `package`.

    Returns what is not in them, or in other words: a warning says for instance that msgspec could not decode a type.
    Raises SpecsError for a document without schemas.
    """
    id_, normalised = document_path.parent.name, for_models(document)
    asked = normalised.document
    if not named(asked):
        raise SpecsError(
            f"{package.name}: the document has no schemas to make models of; remove `models` from its entry"
        )
    warnings, crashes = run_without_crashing(id_, "models", asked, lambda part: _run(part, document_path.name, package))
    finish_package(package)
    changes = change_findings(id_, "models", normalised.notes)
    return [*crashes, *models_findings(id_, asked, warnings), *changes]


def _run(document: Document, name: str, package: Path) -> list[str]:
    """Write the package, before it is finished; returns the generator's warnings."""
    shutil.rmtree(package, ignore_errors=True)
    package.mkdir()
    shutil.copyfile(_STRUCT, package / "_struct.py")
    (package / "py.typed").touch()
    with stored(document, package.parent / f"{package.name}.input" / name) as given:
        base = f"{package.name}._struct.Struct"
        output = package / "__init__.py"
        arguments = ["--input", given.name, "--output", str(output), "--base-class", base, *_OPTIONS]
        talk = run_tool(_PROGRAM, arguments, cwd=given.parent)
    return [*talk.told(), *filter(None, [talk.err.strip()])]
