"""What a person names to compare: a file, a document of `specs/`, a git revision, or what the vendor serves now."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from openapi_drift.checks import git
from openapi_drift.checks.overlaid import overlaid
from openapi_drift.diff.excerpts import DocumentSources
from openapi_drift.documents.document import LoadedDocument, load, load_text
from openapi_drift.documents.reading import decoded, read_text
from openapi_drift.errors import NotCheckedError, SpecsError
from openapi_drift.sources import carried_root, load_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openapi_drift.reports.report import Sources
    from openapi_drift.sources import DocumentSource

_DOCUMENTS = ("openapi.yaml", "openapi.json")
_OVERLAYS = ("adopted.yaml", "overlay.yaml")  # in the order in which they are applied
_REGISTRY = "sources.toml"
_LIVE = "live:"
_ADDRESSES = ("https://", "http://")


@dataclass(frozen=True)
class Input:
    """One side of a comparison, read."""

    document: LoadedDocument
    sources: Sources

    @property
    def name(self) -> str:
        """How reports call it."""
        return self.document.name


@dataclass(frozen=True)
class Reader:
    """How to read what is named.

    ``root`` is the checkout, for ids and revisions; without one, ids are those of the documents that this package
    carries. ``raw`` leaves overlays away. ``account`` and ``url`` are those of `openapi_drift.fetch`, for ``live:ID``;
    ``secret_headers`` are sent to addresses that are named.
    """

    root: Path | None = None
    raw: bool = False
    account: str | None = None
    url: str | None = None
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def pair(self, base: str, revision: str) -> tuple[Input, Input]:
        """Read both sides.

        Each is an http(s) address; a file; a folder with a document, or its id (the overlay beside it is applied,
        unless ``raw``); ``REV:path`` for either in a git revision; a revision alone, for the other side's path there;
        ``live:ID`` for what the vendor serves, which has no overlay: then none is applied on the other side either.

        Raises SpecsError for what cannot be found or read, and NotCheckedError if a vendor's document cannot be had.
        """
        reader = self
        if base.startswith(_LIVE) or revision.startswith(_LIVE):
            reader = replace(self, raw=True)
        base, revision = reader._with_path(base, revision), reader._with_path(revision, base)
        return reader._read(base), reader._read(revision)

    def _with_path(self, named: str, other: str) -> str:
        """Complete a revision alone with the path of the other side."""
        if self._found(named) or ":" in named or not git.is_revision(self._folder, named):
            return named
        if other.startswith(_LIVE):
            return f"{named}:specs/{other.removeprefix(_LIVE)}"
        path = self._found(other)
        if path is None and ":" in other:
            return f"{named}:{other.partition(':')[2]}"
        if path is None:
            raise SpecsError(f"{named}: is a revision; of which document? Name it as {named}:specs/ID")
        top = git.top(self._folder)
        if not path.resolve().is_relative_to(top.resolve()):
            raise SpecsError(f"{other}: is not in the repository {top}, so there is none at {named}")
        return f"{named}:{path.resolve().relative_to(top.resolve()).as_posix()}"

    @property
    def _folder(self) -> Path:
        return self.root or Path.cwd()

    def _found(self, named: str) -> Path | None:
        """The file or folder that is named, by its path or as an id of `specs/`."""
        if Path(named).exists():
            return Path(named)
        found = self._sources().get(named)
        return _short(found.folder) if found else None

    def _sources(self) -> dict[str, DocumentSource]:
        """The documents that have ids here; none where neither a checkout nor the package has any."""
        with suppress(SpecsError):
            return load_sources(self.root or carried_root())
        return {}

    def _read(self, named: str) -> Input:
        if named.startswith(_ADDRESSES):
            return self._served(named)
        path = self._found(named)
        if path is not None:
            return self._folder_input(path) if path.is_dir() else _file(path)
        if named.startswith(_LIVE):
            return self._live(named.removeprefix(_LIVE))
        if ":" in named:
            return self._of_revision(*named.split(":", 1))
        ids = f" ({', '.join(self._sources())})" if self._sources() else ""
        raise SpecsError(
            f"{named}: not found; name a file, an address, a folder with a document, an id of specs/{ids}, REV:path, "
            "a git revision, or live:ID"
        )

    def _folder_input(self, folder: Path) -> Input:
        name = _document_in(str(folder), [path.name for path in folder.iterdir()])
        found = _file(folder / name)
        overlays = [folder / overlay for overlay in _OVERLAYS if (folder / overlay).exists()]
        if self.raw or not overlays:
            return found
        texts = [(read_text(path), str(path)) for path in overlays]
        registry = folder.resolve().parent / _REGISTRY
        downloaded = registry.exists() and _downloaded(read_text(registry), folder.resolve().name)
        return _corrected(
            found.document, texts, f"{folder} with its overlay", partial(read_text, folder / name), downloaded
        )

    def _of_revision(self, revision: str, path: str) -> Input:
        path = path.rstrip("/")
        if git.kind(self._folder, revision, path) != "tree":
            return self._blob(revision, path)
        names = git.names(self._folder, revision, path)
        prefix = f"{path}/" if path else ""
        document = prefix + _document_in(f"{revision}:{path}", names)
        found = self._blob(revision, document)
        overlays = [prefix + overlay for overlay in _OVERLAYS if overlay in names]
        if self.raw or not overlays:
            return found
        read = partial(git.text, self._folder, revision)
        texts = [(read(file), f"{revision}:{file}") for file in overlays]
        above, _, id_ = path.rpartition("/")
        registered = _REGISTRY in git.names(self._folder, revision, above)
        downloaded = registered and _downloaded(read(f"{above}/{_REGISTRY}".lstrip("/")), id_)
        name = f"{revision}:{path} with its overlay"
        return _corrected(found.document, texts, name, partial(read, document), downloaded)

    def _blob(self, revision: str, path: str) -> Input:
        text = git.text(self._folder, revision, path)
        document = load_text(text, f"{revision}:{path}")
        return Input(document, DocumentSources(document, lambda: text))

    def _live(self, id_: str) -> Input:
        from openapi_drift.fetch import served  # noqa: PLC0415  httpx only when something is downloaded

        text = served(self.root or carried_root(), id_, account=self.account, url=self.url)
        document = load_text(text, f"{_LIVE}{id_}")
        return Input(document, DocumentSources(document, lambda: text))

    def _served(self, address: str) -> Input:
        from openapi_drift.documents.download import download, shown  # noqa: PLC0415  likewise

        name = shown(address)
        try:
            text = decoded(download(address, self.secret_headers), name)
        except SpecsError as error:
            raise NotCheckedError(f"not checked: {error}") from error
        document = load_text(text, name)
        return Input(document, DocumentSources(document, lambda: text))


def _corrected(
    raw: LoadedDocument, overlays: list[tuple[str, str]], name: str, read: Callable[[], str], downloaded: bool
) -> Input:
    document = overlaid(raw, overlays, name, downloaded=downloaded)
    return Input(document, DocumentSources(document, read))


def _downloaded(registry: str, id_: str) -> bool:
    """Tell whether a registry's text records the document of an entry as the vendor's own."""
    try:
        entry = tomllib.loads(registry).get(id_)
    except tomllib.TOMLDecodeError:
        return False
    return isinstance(entry, dict) and entry.get("provenance") == "downloaded"


def _file(path: Path) -> Input:
    document = load(path)
    return Input(document, DocumentSources(document, partial(read_text, path)))


def _document_in(folder: str, names: list[str]) -> str:
    found = [name for name in _DOCUMENTS if name in names]
    if len(found) != 1:
        raise SpecsError(f"{folder}: must have one of {' and '.join(_DOCUMENTS)}, has {'both' if found else 'none'}")
    return found[0]


def _short(path: Path) -> Path:
    """The path as a person here would write it."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
