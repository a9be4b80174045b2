"""The client of a document: openapi-python-client with our templates."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openapi_python_client.strings import PythonIdentifier

from openapi_drift.documents.document import METHODS, Document
from openapi_drift.errors import SpecsError
from openapi_drift.generation.names import refuse_for_client
from openapi_drift.generation.tools import finish_package, run_tool

if TYPE_CHECKING:
    from collections.abc import Iterator


TEMPLATES = Path(__file__).parent / "templates" / "client"
ANY_TYPE = "*/*"
_PARSED_ITSELF = ("multipart/", "text/", "application/x-www-form-urlencoded", "application/octet-stream")


def generate_client(document: Document, document_path: Path, package: Path) -> None:
    """Write the client package for `document` (effective, stored as JSON at `document_path`) to `package`.

    Raises SpecsError for a name that breaks the code, and on any warning: the generator drops what it cannot say and
    only a warning tells.
    """
    refuse_for_client(document, package.name, _identifier)
    asked = _with_bytes(document)
    given = package.parent / f"{package.name}.input" / document_path.name
    given.parent.mkdir()
    given.write_text(json.dumps(asked, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    config = package.parent / f"{package.name}.config.json"
    config.write_text(json.dumps(_config(asked, package.name)), encoding="utf-8")
    templates = shutil.copytree(TEMPLATES, package.parent / f"{package.name}.templates")
    (templates / "operations.jinja").write_text(_operation_ids(document), encoding="utf-8")
    arguments = [
        "generate",
        *("--path", given.name),
        *("--output-path", str(package)),
        *("--config", str(config)),
        *("--custom-template-path", str(templates)),
        *("--meta", "none"),
        "--fail-on-warning",
    ]
    talk = run_tool("openapi_python_client", arguments, cwd=given.parent)
    config.unlink()
    shutil.rmtree(given.parent)
    shutil.rmtree(templates)
    talk.refuse_warnings(f"{package.name} (client of {document_path})")
    (package / "py.typed").touch()
    (package / "openapi.json").write_bytes(document_path.read_bytes())
    finish_package(package)


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


def _identifier(name: str) -> str:
    return str(PythonIdentifier(name, prefix="field_"))


def _operations(document: Document) -> Iterator[dict[str, Any]]:
    items = (item for item in document["paths"].values() if isinstance(item, dict))
    found = (item.get(method) for item in items for method in METHODS)
    yield from (operation for operation in found if isinstance(operation, dict))


def _with_bytes(document: Document) -> Document:
    """The document as the generator reads it: a body of any media type is bytes.

    To the document it is anything, JSON included, which an empty schema says; of that the generator would make JSON.
    """
    asked = copy.deepcopy(document)
    for content in _contents(asked):
        any_type = content.get(ANY_TYPE)
        if isinstance(any_type, dict) and any_type.get("schema") == {}:
            any_type["schema"] = {"type": "string", "format": "binary"}
    return asked


def binary_types(document: Document) -> list[str]:
    """The media types that are bytes by their schema; the generator knows application/octet-stream only."""
    found = {
        media_type
        for content in _contents(document)
        for media_type, value in content.items()
        if not media_type.startswith(_PARSED_ITSELF) and _is_binary(value)
    }
    return sorted(found)


def _is_binary(media_type: Any) -> bool:
    schema = media_type.get("schema") if isinstance(media_type, dict) else None
    return isinstance(schema, dict) and schema.get("type") == "string" and schema.get("format") == "binary"


def _contents(node: Any) -> Iterator[dict[str, Any]]:
    """Every `content` object, of requests and responses, in place or under components."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "content" and isinstance(value, dict):
                yield value
            else:
                yield from _contents(value)
    elif isinstance(node, list):
        for item in node:
            yield from _contents(item)
