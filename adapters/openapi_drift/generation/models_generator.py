"""Models from a document: datamodel-code-generator, as msgspec Structs with the document's constraints."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from openapi_drift.generation.names import refuse_for_models
from openapi_drift.generation.tools import finish_package, run_tool

if TYPE_CHECKING:
    from openapi_drift.documents.document import Document

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
    "--disable-timestamp",
)


def generate_models(document: Document, document_path: Path, package: Path) -> None:
    """Write the package of Structs for `document` (effective, stored as JSON at `document_path`) to `package`, new.

    Raises SpecsError for a name that no Struct can have, and on any warning: it says for instance that msgspec
    could not decode a type.
    """
    refuse_for_models(document, package.name)
    package.mkdir()
    shutil.copyfile(_STRUCT, package / "_struct.py")
    (package / "py.typed").touch()
    output = package / "__init__.py"
    base = f"{package.name}._struct.Struct"
    arguments = ["--input", document_path.name, "--output", str(output), "--base-class", base, *_OPTIONS]
    talk = run_tool("datamodel_code_generator", arguments, cwd=document_path.parent)
    talk.refuse_warnings(f"{package.name} (models of {document_path})")
    finish_package(package)
