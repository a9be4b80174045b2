"""openapi-python-client as its command line runs it; the last line printed is JSON: its warnings, what it wrote."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import ErrorLevel, GeneratorError, ParseError
from openapi_python_client.parser.openapi import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable


def main(document: str, output: str, config_file: str, templates: str) -> None:
    """Generate, print. An error, after which nothing is generated, goes to stderr and ends with 1."""
    config = Config.from_sources(
        ConfigFile.load_from_path(Path(config_file)),
        MetaType.NONE,
        Path(document),
        "utf-8",
        overwrite=False,
        output_path=Path(output),
    )
    data = GeneratorData.from_dict(json.loads(Path(document).read_bytes()), config=config)
    if isinstance(data, GeneratorError):
        sys.exit(_text(data))
    errors = Project(openapi=data, custom_template_path=Path(templates), config=config).build()
    fatal = [error for error in errors if error.level is ErrorLevel.ERROR]
    if fatal:
        sys.exit("\n".join(map(_text, fatal)))
    print(json.dumps(told(data, errors)))


def told(data: GeneratorData, errors: Iterable[GeneratorError]) -> dict[str, Any]:
    """What is told of a generation: the warnings, and what each operation has that was written."""
    endpoints = (endpoint for tag in data.endpoint_collections_by_tag.values() for endpoint in tag.endpoints)
    return {"warnings": list(map(_warning, errors)), "operations": list(map(_operation, endpoints))}


def _text(error: GeneratorError) -> str:
    return f"{error.header}: {error.detail or ''}"


def _warning(error: GeneratorError) -> dict[str, str]:
    data = error.data if isinstance(error, ParseError) else None
    text = data.model_dump_json(exclude_unset=True, by_alias=True) if data is not None else ""
    return {"header": error.header, "detail": error.detail or "", "data": text}


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    responses = [*endpoint.responses.patterns, endpoint.responses.default]
    return {
        "method": endpoint.method,
        "path": _path(endpoint),
        "module": f"{endpoint.tags[0]}/{endpoint.name}",
        "parameters": [[str(place), item.name.get_untrusted_value()] for place, item in endpoint.iter_all_parameters()],
        "responses": [response.status_code.pattern for response in responses if response is not None],
        "bodies": [body.content_type.get_untrusted_value() for body in endpoint.bodies],
    }


def _path(endpoint: Endpoint) -> str:
    """The path as the document has it: the generator wrote Python's names into it."""
    path = endpoint.path.get_untrusted_value()
    for item in reversed(endpoint.path_parameters):
        path = path.replace(f"{{{item.python_name}}}", f"{{{item.name.get_untrusted_value()}}}")
    return path


if __name__ == "__main__":
    main(*sys.argv[1:])
