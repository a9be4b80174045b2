"""`optcloud spec observed`: what replies had that the documents did not know."""

from __future__ import annotations

import json as json_text
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from openapi_drift.observed.observed import DOCUMENTS, Observed, effective_document, read_shapes
from optcloud.cli.options import argument, option
from optcloud.cli.session import CliSession
from optcloud.core.extras import needs


def observed(
    session: CliSession,
    *,
    file: Annotated[Path, argument("FILE", "The file that the observer wrote.", envvar="OPTCLOUD_OBSERVE")],
    document: Annotated[
        str | None, option("--document", "NAME", "Only this document: aimms_pro, adiutaopt or gurobi_v1.")
    ] = None,
    overlay: Annotated[
        Path | None,
        option(
            "--write-overlay",
            "--overlay",
            "FILE",
            "Write an overlay that adds what replies had to the document.",
            dir_okay=False,
        ),
    ] = None,
    documents: Annotated[
        Path | None,
        option(
            "--write-documents",
            "--documents",
            "FOLDER",
            "Write the documents with all that replies had.",
            file_okay=False,
        ),
    ] = None,
) -> None:
    """Show what replies had that the documents do not know.

    The observer writes FILE: set OPTCLOUD_OBSERVE=FILE, or in Python observe=FILE. It has shapes, no values; counts are
    lower bounds. --write-documents makes what OPTCLOUD_OBSERVE_DOCUMENTS=FOLDER takes, so that only news are observed.

    Examples:
        optcloud spec observed observed.jsonl
        optcloud spec observed observed.jsonl --write-overlay overlay.yaml
    """
    shapes = [shape for shape in read_shapes(file) if document in {None, shape.document}]
    names = [name for name in DOCUMENTS if any(shape.document == name for shape in shapes)]
    if overlay is not None and len(names) > 1:
        raise typer.BadParameter(f"one overlay is for one document; --document {' or '.join(names)}")
    _show(session, shapes)
    for name in names if overlay or documents else []:
        _hint(session, name, [shape for shape in shapes if shape.document == name], overlay, documents)


def _show(session: CliSession, shapes: list[Observed]) -> None:
    lines = []
    for (vendor, operation), same in groupby(shapes, key=lambda shape: (shape.vendor, shape.operation)):
        lines.append(f"{vendor} {operation}")
        for shape in same:
            lines += [f"  {shape.count:>5} x  {shape.text}", f"           {shape.hint}"]
    session.out.data([shape.as_dict() for shape in shapes], *(lines or ["nothing that the documents did not know"]))


def _hint(session: CliSession, name: str, shapes: list[Observed], overlay: Path | None, documents: Path | None) -> None:
    with needs("specs"):
        import yaml  # noqa: PLC0415 - needs the extra specs

        from openapi_drift.documents.overlay import apply  # noqa: PLC0415
        from openapi_drift.observed.overlay_from_shapes import overlay_for  # noqa: PLC0415
    before = effective_document(name)
    mended, left_out = overlay_for(shapes, before, f"{name}: what replies had that the document did not know")
    for shape, reason in left_out:
        session.messages.say(f"left out: {shape.text}: {reason}", event="left out", text=shape.text, reason=reason)
    after = apply(before, mended, f"the overlay for {name}")
    if overlay is not None and mended["actions"]:
        text = yaml.safe_dump(mended, sort_keys=False, allow_unicode=True, width=110)
        _write(session, overlay, f"{_HOW}{text}")
    if documents is not None:
        documents.mkdir(parents=True, exist_ok=True)
        _write(session, documents / f"{name}.json", json_text.dumps(after, indent=1, ensure_ascii=False) + "\n")


_HOW = (
    "# Written by optcloud spec observed, for the document with the overlay that it has already. Check each action,\n"
    "# put those that hold at the end of specs/<document>/overlay.yaml, and run: optcloud spec generate\n"
)


def _write(session: CliSession, path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    session.messages.say(f"wrote {path}", event="wrote", path=str(path))
