"""Which document each vendor is held to, and the vocabularies that adapters know and documents do not list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from attrs import field, frozen

from optcloud.clouds.aimms.states import STATES
from optcloud.core.errors import ConfigError
from optcloud.core.exchange import Road
from optcloud.observe.document import Document, load
from optcloud.observe.record import Record
from optcloud.observe.watch import Watch


@frozen
class Contract:
    """``package``: the generated package with the document. ``words``: by pointer of the schema they belong to."""

    package: str
    words: Mapping[str, Iterable[str]] = field(factory=dict)


CONTRACTS = {
    "AIMMS PRO": Contract("aimms_pro", {"/components/schemas/Task/properties/state": STATES}),
    "adiutaOpt": Contract("adiutaopt"),
}


def watch(road: Road, path: str | Path, documents: str | Path | None = None) -> Watch | None:
    """Return what watches the replies on a road; None for a vendor without a document (Gurobi Instant Cloud v1).

    ``path``: the file of shapes. ``documents``: a folder with ``PACKAGE.json`` files to hold the vendors to, instead of
    the documents that the generated packages carry. Raises `ConfigError`.
    """
    contract = CONTRACTS.get(road.vendor)
    if contract is None:
        return None
    content = load(contract.package, None if documents is None else Path(documents))
    document = Document(content, contract.words)
    if documents is not None:
        _check(document, contract.package)
    return Watch(document, Record(Path(path), road.vendor, contract.package, document.version), road.redact)


def _check(document: Document, package: str) -> None:
    """Refuse a document of somebody else's making before anything is sent."""
    try:
        document.compile_all()
    except (AttributeError, TypeError, ValueError) as error:
        words = f"OPTCLOUD_OBSERVE_DOCUMENTS: {package}.json is not a well-formed OpenAPI document ({error})"
        raise ConfigError(words) from error
