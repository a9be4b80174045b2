"""The client of a document: openapi-python-client with our templates."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openapi_python_client.strings import PythonIdentifier

from openapi_drift.documents.document import METHODS, Document
from openapi_drift.errors import SpecsError
from openapi_drift.generation.client_warnings import client_findings
from openapi_drift.generation.crashes import run_without_crashing
from openapi_drift.generation.findings import change_findings
from openapi_drift.generation.normalisation import for_client
from openapi_drift.generation.normalisation.media_types import contents
from openapi_drift.generation.tools import finish_package, run_tool, stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.generation.findings import Finding
    from openapi_drift.generation.normalisation import Normalised

_PROGRAM = "openapi_drift.generation.runs.client_run"
TEMPLATES = Path(__file__).parent / "templates" / "client"
_PARSED_ITSELF = ("multipart/", "text/", "application/x-www-form-urlencoded", "application/octet-stream")


def generate_client(document: Document, document_path: Path, package: Path) -> list[Finding]:
    """Write the client package for `document` (effective, stored as `<id>/openapi.json`) to `package`.

    Returns what is not in it, since the generator drops what it cannot say, and what is in it in other words.
    """
    id_, normalised = document_path.parent.name, for_client(document)
    asked = normalised.document
    told, crashes = run_without_crashing(
        id_, "client", asked, lambda part: _run(replace(normalised, document=part), document_path.name, package)
    )
    (package / "py.typed").touch()
    (package / "openapi.json").write_bytes(document_path.read_bytes())
    finish_package(package)
    left_out = {finding.place for finding in crashes}
    missing = (found for found in client_findings(id_, asked, told) if found.place not in left_out)
    return [*crashes, *missing, *change_findings(id_, "client", normalised.notes)]


def _run(normalised: Normalised, name: str, package: Path) -> dict[str, Any]:
    """Write the package, before it is finished; returns what the generator says of it."""
    document = normalised.document
    shutil.rmtree(package, ignore_errors=True)
    config = package.parent / f"{package.name}.config.json"
    config.write_text(json.dumps(_config(document, package.name)), encoding="utf-8")
    templates = shutil.copytree(TEMPLATES, package.parent / f"{package.name}.templates", dirs_exist_ok=True)
    names = _operation_ids(document) + _wire_names(normalised.wire_names)
    (templates / "operations.jinja").write_text(names, encoding="utf-8")
    try:
        with stored(document, package.parent / f"{package.name}.input" / name) as given:
            talk = run_tool(_PROGRAM, [given.name, str(package), str(config), str(templates)], cwd=given.parent)
    finally:
        config.unlink()
        shutil.rmtree(templates)
    told: dict[str, Any] = talk.told()
    if talk.err.strip():
        told["warnings"].append({"header": talk.err.strip(), "detail": "", "data": ""})
    return told


def _config(document: Document, package: str) -> dict[str, Any]:
    return {
        "package_name_override": package,
        "literal_enums": True,  # values that differ only in case are no error, and unknown words can be kept
        "post_hooks": [],  # finish_package does it, with an explicit configuration
        "content_type_overrides": dict.fromkeys(binary_types(document), "application/octet-stream"),
    }


def _operation_ids(document: Document) -> str:
    """A template that maps the generator's names to the document's operation ids, which it does not keep."""
    names: dict[str, str] = {}
    for operation in _operations(document):
        id_ = operation.get("operationId")
        if not isinstance(id_, str):
            continue
        name = _identifier(id_)
        if name in names:
            raise SpecsError(f"operationId {id_!r} and {names[name]!r} have the same Python name, {name}")
        names[name] = id_
    return "{% set operation_ids = " + json.dumps(names, sort_keys=True) + " %}\n"


def _wire_names(wire_names: dict[str, str]) -> str:
    """The names of the document for which the normalisation has put others, as they stand between quotes in code."""
    literals = {name: "".join(map(_in_quotes, wire)) for name, wire in wire_names.items()}
    return "{% set wire_names = " + json.dumps(literals, sort_keys=True) + " %}\n"


def _in_quotes(sign: str) -> str:
    if " " <= sign <= "~" and sign not in '"\\':
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) <= 0xFFFF else f"\\U{ord(sign):08x}"


def _identifier(name: str) -> str:
    return str(PythonIdentifier(name, prefix="field_"))


def _operations(document: Document) -> Iterator[dict[str, Any]]:
    items = (item for item in document["paths"].values() if isinstance(item, dict))
    found = (item.get(method) for item in items for method in METHODS)
    yield from (operation for operation in found if isinstance(operation, dict))


def binary_types(document: Document) -> list[str]:
    """The media types that are bytes by their schema; the generator knows application/octet-stream only."""
    found = {
        media_type
        for content, _ in contents(document, "")
        for media_type, value in content.items()
        if (";" in media_type or not media_type.startswith(_PARSED_ITSELF)) and _is_binary(value)
    }
    return sorted(found)


def _is_binary(media_type: Any) -> bool:
    schema = media_type.get("schema") if isinstance(media_type, dict) else None
    return isinstance(schema, dict) and schema.get("type") == "string" and schema.get("format") == "binary"
