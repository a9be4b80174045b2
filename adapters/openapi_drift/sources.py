"""The registry of vendor documents, `specs/sources.toml`. Standard library only: the quick check reads it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Mapping

Format = Literal["yaml", "json"]
_REQUIRED = ("vendor", "url", "format", "provenance", "version", "sha256", "date")
_OPTIONAL = ("auth", "client", "models", "accepted")
_PROVENANCES = ("downloaded", "reconstructed")


@dataclass(frozen=True)
class DocumentSource:
    """One vendor document: where it comes from and what is generated from it.

    `folder` is `specs/<id>`, holding `openapi.<format>` and, where needed, `adopted.yaml` and `overlay.yaml`.
    `accepted` maps operations ("PUT /x") and JSON pointers that may be missing in the packages to the reason why.
    """

    id: str
    folder: Path
    vendor: str
    url: str
    format: Format
    provenance: str
    version: str
    sha256: str
    date: str
    auth: Mapping[str, str] = field(default_factory=dict)
    client: str | None = None
    models: str | None = None
    accepted: Mapping[str, str] = field(default_factory=dict)

    @property
    def document(self) -> Path:
        return self.folder / f"openapi.{self.format}"

    @property
    def adopted(self) -> Path | None:
        """What is applied before the overlay: names as they were, and what of the overlay is left out."""
        return self._if_there("adopted.yaml")

    @property
    def overlay(self) -> Path | None:
        return self._if_there("overlay.yaml")

    def _if_there(self, name: str) -> Path | None:
        path = self.folder / name
        return path if path.exists() else None


def carried_root() -> Path:
    """The folder whose `specs/` came with this package: its own copy, or the checkout that it is used from.

    Raises SpecsError where there is neither.
    """
    package = Path(__file__).parent
    for root in (package / "carried", package.parents[1]):
        if registry(root).is_file():
            return root
    raise SpecsError("this installation carries no documents; go to a checkout of the repository, or give --root")


def registry(root: Path) -> Path:
    """The registry's path in a checkout."""
    return root / "specs" / "sources.toml"


def load_sources(root: Path) -> dict[str, DocumentSource]:
    """All documents of a checkout by id, in the registry's order. Raises SpecsError, naming entry and key."""
    path = registry(root)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SpecsError(f"{path}: not found; run this in a checkout of the repository, or pass --root") from None
    except tomllib.TOMLDecodeError as error:
        raise SpecsError(f"{path}: {error}") from error
    sources = {id_: _source(path, id_, entry) for id_, entry in tables.items()}
    _refuse_shared_packages(path, sources)
    return sources


def _source(path: Path, id_: str, entry: Any) -> DocumentSource:
    if not isinstance(entry, dict):
        raise SpecsError(f"{path}: {id_} must be a table, [{id_}]")
    missing = [key for key in _REQUIRED if key not in entry]
    unknown = [key for key in entry if key not in (*_REQUIRED, *_OPTIONAL)]
    if missing or unknown:
        raise SpecsError(f"{path}: [{id_}] lacks {missing or 'nothing'}, has unknown {unknown or 'nothing'}")
    for key, allowed in (("format", ("yaml", "json")), ("provenance", _PROVENANCES)):
        if entry[key] not in allowed:
            raise SpecsError(f"{path}: [{id_}] {key} is {entry[key]!r}, must be one of {', '.join(allowed)}")
    for key in ("client", "models"):
        if key in entry and not re.fullmatch(r"[a-z][a-z0-9_]*", entry[key]):
            raise SpecsError(f"{path}: [{id_}] {key} is {entry[key]!r}, must be a package name in lower case")
    _refuse_without_reason(path, id_, entry.get("accepted", {}))
    return DocumentSource(id=id_, folder=path.parent / id_, **entry)


def _refuse_without_reason(path: Path, id_: str, accepted: Any) -> None:
    if not isinstance(accepted, dict):
        raise SpecsError(f'{path}: [{id_}.accepted] must be a table of "PUT /path" or a JSON pointer = "reason"')
    for key, reason in accepted.items():
        if not isinstance(reason, str) or not reason.strip():
            raise SpecsError(f"{path}: [{id_}.accepted] {key!r} needs a reason, as text")


def _refuse_shared_packages(path: Path, sources: Mapping[str, DocumentSource]) -> None:
    owners: dict[str, str] = {}
    for source in sources.values():
        for package in filter(None, (source.client, source.models)):
            if package in owners:
                raise SpecsError(f"{path}: [{owners[package]}] and [{source.id}] both generate {package}")
            owners[package] = source.id


def recorded(root: Path, id_: str, changes: Mapping[str, str]) -> str:
    """The registry's text with string values of one entry changed: comments, order and all else stay.

    Raises SpecsError if the entry or a key is not there as a plain `key = "value"` line.
    """
    path = registry(root)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    start, end = _table_lines(path, lines, id_)
    for key, value in changes.items():
        pattern = re.compile(rf'^{re.escape(key)}\s*=\s*"[^"\\]*"')
        hits = [number for number in range(start, end) if pattern.match(lines[number])]
        if len(hits) != 1 or not value.isprintable() or set(value) & set('"\\'):
            raise SpecsError(f'{path}: [{id_}] cannot record {key}; write it as one line {key} = "..."')
        rest = pattern.sub("", lines[hits[0]], count=1)
        lines[hits[0]] = f'{key} = "{value}"{rest}'
    return "".join(lines)


def _table_lines(path: Path, lines: list[str], id_: str) -> tuple[int, int]:
    headers = [number for number, line in enumerate(lines) if line.startswith("[")]
    for position, number in enumerate(headers):
        if lines[number].split("]")[0].strip("[ \"'") == id_:
            following = headers[position + 1 :]
            return number + 1, following[0] if following else len(lines)
    raise SpecsError(f"{path}: no entry [{id_}]")
