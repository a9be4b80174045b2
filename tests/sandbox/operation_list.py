"""The operations of AIMMS PRO's document and of those of its sibling services, as the generated packages carry them."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from optcloud.specs.document import parse_openapi
from optcloud.specs.generate import effective_document
from optcloud.specs.sources import Source, load_sources

REPOSITORY = Path(__file__).parents[2]
METHODS = ("get", "put", "post", "delete", "patch")
OF_THE_DOCUMENT = 81  # in the vendor's own document of AIMMS PRO


@dataclass(frozen=True)
class Operation:
    """One operation; ``module`` is the generated one, ``added`` says that the vendor's document lacks it."""

    package: str
    id: str
    method: str
    path: str
    module: str
    added: bool
    described: Any

    @property
    def name(self) -> str:
        """Unique over all documents: ``getTask``, ``user-manager:getUser``."""
        service = self.package.removeprefix("aimms_").replace("_", "-")
        return self.id if service == "pro" else f"{service}:{self.id}"

    @property
    def endpoint(self) -> ModuleType:
        """The generated module with `sync_detailed` and `asyncio_detailed`."""
        return importlib.import_module(self.module)

    def documents(self, status: int) -> Any:
        """What the document says of a status; None when it does not name it."""
        responses = self.described["responses"]
        return next((responses[key] for key in (str(status), f"{status // 100}XX") if key in responses), None)


@cache
def sources() -> dict[str, Source]:
    """The documents of AIMMS, by the client package generated from each."""
    return {
        source.client: source
        for id_, source in load_sources(REPOSITORY).items()
        if id_.startswith("aimms-") and source.client
    }


@cache
def documents() -> dict[str, tuple[Any, Any]]:
    """By client package: the vendor's document, and the one that is generated from."""
    return {
        package: (parse_openapi(source.document.read_text(), source.id, source.format), effective_document(source))
        for package, source in sources().items()
    }


@cache
def operations() -> dict[str, Operation]:
    """All operations by name, in the documents' order."""
    found = {}
    for package, (vendors, effective) in documents().items():
        modules = _modules(package)
        known = {described["operationId"] for _, _, described in _each(vendors)}
        for method, path, described in _each(effective):
            id_ = described["operationId"]
            operation = Operation(package, id_, method.upper(), path, modules[id_], id_ not in known, described)
            found[operation.name] = operation
    return found


def _each(document: Any) -> list[tuple[str, str, Any]]:
    return [
        (method, path, item[method]) for path, item in document["paths"].items() for method in METHODS if method in item
    ]


def _modules(package: str) -> dict[str, str]:
    """The generated modules by operation id, as each of them says it."""
    api = importlib.import_module(f"{package}.api")
    found = {}
    for tag in pkgutil.iter_modules(api.__path__, f"{package}.api."):
        folder = importlib.import_module(tag.name)
        for module in pkgutil.iter_modules(folder.__path__, f"{tag.name}."):
            text = Path(str(importlib.import_module(module.name).__file__)).read_text()
            found[text.partition('"operation": {')[2].partition('"id": "')[2].partition('"')[0]] = module.name
    return found
