"""Fetching the vendors' own documents into `specs/`."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openapi_drift.documents.document import LoadedDocument, load, load_text, whole
from openapi_drift.documents.download import download
from openapi_drift.documents.overlay_news import overlay_lines
from openapi_drift.documents.reading import decoded
from openapi_drift.documents.summary import summarize
from openapi_drift.errors import NotCheckedError, NotOfferedError, SpecsError
from openapi_drift.sources import load_sources, recorded, registry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from openapi_drift.sources import DocumentSource


@dataclass(frozen=True)
class Fetched:
    """A document that was fetched.

    `changes` are lines for people; see `openapi_drift.documents.summary`. `overlay` are lines on each action of its
    overlays that is stale, superseded or no longer needed.
    """

    id: str
    path: Path
    version: str
    sha256: str
    changes: list[str]
    overlay: list[str] = field(default_factory=list)


def fetch(
    root: Path,
    id_: str,
    *,
    account: str | None = None,
    url: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Fetched:
    """Download the document `id_`, check it, store it byte for byte, and record where it comes from.

    `account` fills the URL template of sources.toml, `url` replaces it. The key comes from the environment variable
    that sources.toml names. A document that arrives as JSON where YAML was, or the reverse, is stored under the
    name of its own format, and the registry's `format` follows.

    Raises SpecsError with the reason if the document cannot be had; then nothing is changed.
    """
    source = _source(root, id_)
    content = _download(source, account, url, environ)
    document = _read(content, id_)
    version, sha256 = document.content["info"]["version"], hashlib.sha256(content).hexdigest()
    old = whole(load(source.document)) if source.document.exists() else None
    changes = ["+ the document"] if old is None else summarize(old, document.content)
    overlay = overlay_lines(source, old, document.content)
    record = {
        "provenance": "downloaded",
        "version": version,
        "sha256": sha256,
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "format": document.format,
    }
    registry_text = recorded(root, id_, record)
    path = source.folder / f"openapi.{document.format}"
    _replace(path, content)
    _replace(registry(root), registry_text.encode())
    if path != source.document:
        source.document.unlink(missing_ok=True)
    return Fetched(id_, path, version, sha256, changes, overlay)


def served(
    root: Path,
    id_: str,
    *,
    account: str | None = None,
    url: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> str:
    """Return the text that the vendor serves now for the document `id_`; nothing is written.

    The arguments are those of `fetch`. Raises NotCheckedError if no OpenAPI document can be had (NotOfferedError:
    there is none, or nobody knows where), and SpecsError if the registry has no such entry.
    """
    source = _source(root, id_)
    try:
        content = _download(source, account, url, environ)
        _read(content, id_)
    except SpecsError as error:
        kind = NotOfferedError if isinstance(error, NotOfferedError) else NotCheckedError
        raise kind(f"{id_}: not checked: {error}") from error
    return decoded(content, id_)


def _download(source: DocumentSource, account: str | None, url: str | None, environ: Mapping[str, str]) -> bytes:
    return download(url or _address(source, account), _secret_headers(source, environ))


def _source(root: Path, id_: str) -> DocumentSource:
    sources = load_sources(root)
    if id_ not in sources:
        raise SpecsError(f"no entry [{id_}] in {registry(root)}; there are: {', '.join(sources)}")
    return sources[id_]


def _address(source: DocumentSource, account: str | None) -> str:
    if "{url}" in source.url:
        raise NotOfferedError("its address is not known; give it with --url")
    if "{account}" not in source.url:
        return source.url
    if not account:
        raise NotOfferedError(f"an account is needed for {source.url}; give it with --account")
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", account):
        # It becomes part of the host that receives the key.
        raise SpecsError("--account may have letters, digits and hyphens only")
    return source.url.replace("{account}", account)


def _secret_headers(source: DocumentSource, environ: Mapping[str, str]) -> dict[str, str]:
    if not source.auth:
        return {}
    variable = source.auth["env"]
    if not environ.get(variable):
        raise SpecsError(f"a key is needed; put it into the environment variable {variable}")
    return {source.auth["header"]: environ[variable]}


def _read(content: bytes, name: str) -> LoadedDocument:
    document = load_text(decoded(content, name), name)
    whole(document)
    return document


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(content)
    temporary.replace(path)
