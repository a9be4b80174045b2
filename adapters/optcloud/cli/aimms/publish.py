"""`optcloud aimms publish`: an .aimmspack becomes a version of an app."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from optcloud.cli.options import Json
from optcloud.cli.session import session_of


def publish(
    context: typer.Context,
    *,
    pack: Annotated[Path, typer.Argument(metavar="PACK", exists=True, dir_okay=False, help="The .aimmspack.")],
    metadata: Annotated[
        Path,
        typer.Option(
            "--metadata",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="JSON in the vendor's words: name, projectVersion, aimmsVersionId, …",
        ),
    ],
    icon: Annotated[
        Path | None, typer.Option("--icon", metavar="FILE", exists=True, dir_okay=False, help="Picture of the app.")
    ] = None,
    json: Json = False,
) -> None:
    """Publish an app."""
    session = session_of(context)
    described = _read_metadata(metadata)
    with session.connect() as oc, session.talk.progress(f"publishing {pack.name}"):
        entry = oc.aimms.apps.publish(pack, described, icon=icon)
    project = entry.get("project") or {}
    session.out.data(entry, f"published {project.get('name')} {project.get('version')}")


def _read_metadata(path: Path) -> dict[str, Any]:
    try:
        metadata = json.loads(path.read_bytes())
    except ValueError as error:
        raise typer.BadParameter(f"{path}: not JSON: {error}", param_hint="--metadata") from error
    if not isinstance(metadata, dict):
        raise typer.BadParameter(f"{path}: a JSON object is needed", param_hint="--metadata")
    return metadata
