"""Models from a document: datamodel-code-generator, as msgspec Structs with the document's constraints."""

from __future__ import annotations

import shutil
from pathlib import Path

from optcloud.specs.tools import format_package, run_tool

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


def generate_models(document: Path, package: Path) -> None:
    """Write the package of Structs for `document` (effective, JSON) to the new folder `package`.

    Raises SpecsError on any warning: it says for instance that msgspec could not decode a type.
    """
    package.mkdir()
    shutil.copyfile(_STRUCT, package / "_struct.py")
    (package / "py.typed").touch()
    output = package / "__init__.py"
    base = f"{package.name}._struct.Struct"
    arguments = ["--input", document.name, "--output", str(output), "--base-class", base, *_OPTIONS]
    talk = run_tool("datamodel_code_generator", arguments, cwd=document.parent)
    talk.refuse_warnings(f"{package.name} (models of {document})")
    format_package(package)
