"""`optcloud spec list` and `show`: the vendors' documents that this optcloud knows, in any folder."""

from __future__ import annotations

from typing import Annotated

import typer

from optcloud.cli.options import argument
from optcloud.cli.output import pick
from optcloud.cli.session import CliSession
from optcloud.cli.spec.checkout import Root, find_checkout
from optcloud.cli.tables import Column, name_column

_COLUMNS = (
    name_column("Document", "id"),
    Column("Vendor", "vendor"),
    Column("Version", "version", 2),
    Column("How it was got", "provenance", 2),
    Column("Day", "date", 3),
    Column("Package", "client", 3),
)


def list_documents(session: CliSession, root: Root = None) -> None:
    """List the vendors' documents, as known to this optcloud.

    `reconstructed` is put together from public text, and was not downloaded from the vendor.

    Examples:
        optcloud spec list
        optcloud spec list --json
    """
    from openapi_drift.sources import carried_root, load_sources  # noqa: PLC0415 - only for this command

    sources = load_sources(find_checkout(root) or carried_root())
    names = ("id", "vendor", "version", "provenance", "date", "client", "models", "url")
    session.out.records(_COLUMNS, [pick(source, *names) for source in sources.values()], empty="no documents")


def show_document(
    session: CliSession,
    *,
    id_: Annotated[str, argument("ID", "Id of a document, such as aimms-pro-v2; optcloud spec list has all.")],
    root: Root = None,
) -> None:
    """Print a document, as the vendor serves it.

    The corrections that the clients are made with (overlays) are not in it.

    Examples:
        optcloud spec show aimms-pro-v2 > openapi.yaml
        optcloud spec show adiutaopt-v6
    """
    from openapi_drift.sources import carried_root, load_sources  # noqa: PLC0415 - only for this command

    sources = load_sources(find_checkout(root) or carried_root())
    if id_ not in sources:
        raise typer.BadParameter(f"{id_!r} is none of {', '.join(sources)}", param_hint="ID")
    session.out.received(sources[id_].document.read_bytes())
