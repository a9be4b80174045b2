"""Which document each vendor is held to, and the vocabularies that adapters know and documents do not list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from optcloud.aimms.connection import SECRET_MANAGER, SESSION_MANAGER, USER_MANAGER, sibling_vendor
from optcloud.aimms.tasks.states import STATES
from optcloud.core.errors import ConfigError
from optcloud.core.local_paths import local_path
from optcloud.core.request_policy import RequestPolicy
from optcloud.observe import gurobi
from optcloud.observe.document import Document, load
from optcloud.observe.record import Record
from optcloud.observe.watch import Watch


@frozen
class VendorContract:
    """What a vendor is held to.

    ``document``: the generated package that carries it, or the name of ``content``, which is written by hand.
    ``words``: by pointer of the schema they belong to.
    """

    document: str
    words: Mapping[str, Iterable[str]] = field(factory=dict)
    content: Mapping[str, Any] | None = field(default=None, repr=False)


CONTRACTS = {
    "AIMMS PRO": VendorContract("aimms_pro", {"/components/schemas/Task/properties/state": STATES}),
    sibling_vendor(USER_MANAGER): VendorContract("aimms_user_manager"),
    sibling_vendor(SESSION_MANAGER): VendorContract("aimms_session_manager"),
    sibling_vendor(SECRET_MANAGER): VendorContract("aimms_secret_manager"),
    "adiutaOpt": VendorContract("adiutaopt"),
    "Gurobi Instant Cloud": VendorContract("gurobi_v1", content=gurobi.DOCUMENT),
}


def watch(policy: RequestPolicy, path: str | Path, documents: str | Path | None = None) -> Watch | None:
    """Return what watches the replies of a connection; None for a vendor of which no document describes the replies.

    ``path``: the file of shapes. ``documents``: a folder with ``PACKAGE.json`` files to hold the vendors to, instead of
    the documents that the generated packages carry. Raises `ConfigError`.
    """
    contract = CONTRACTS.get(policy.vendor)
    if contract is None:  # API v2 of Gurobi, of which too little is published
        return None
    folder = None if documents is None else local_path(documents, "OPTCLOUD_OBSERVE_DOCUMENTS")
    file = local_path(path, "observe")
    content = contract.content or load(contract.document, folder)
    document = Document(content, contract.words)
    if documents is not None:
        _check(document, contract.document)
    return Watch(document, Record(file, policy.vendor, contract.document, document.version), policy.redact)


def _check(document: Document, name: str) -> None:
    """Refuse a document of somebody else's making before anything is sent."""
    try:
        document.compile_all()
    except (AttributeError, TypeError, ValueError) as error:
        words = f"OPTCLOUD_OBSERVE_DOCUMENTS: {name}.json is not a well-formed OpenAPI document ({error})"
        raise ConfigError(words) from error
