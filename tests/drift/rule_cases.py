"""Small pairs of documents for the rules: what differs is written out, the rest is filled in."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from openapi_drift.diff.compare import compare
from openapi_drift.diff.levels import LevelPolicy
from openapi_drift.documents.document import LoadedDocument, load_text

POLICY = {"api-version-not-bumped", "api-version-decreased", "api-major-version-not-bumped"}


@dataclass(frozen=True)
class Case:
    """Two texts in YAML; the changes from the first to the second, and back: "level id" each."""

    name: str
    base: str
    revision: str
    forth: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return self.name


def operation(text: str) -> LoadedDocument:
    """Return a document of one operation, GET /jobs/{id}, to which ``text`` adds."""
    said = {"responses": {"200": {"description": "done"}}, **(yaml.load(text, yaml.CSafeLoader) or {})}
    return _document({"paths": {"/jobs/{id}": {"get": said}}})


def path_item(text: str) -> LoadedDocument:
    """Return a document whose /jobs/{id} is ``text``."""
    return _document({"paths": {"/jobs/{id}": yaml.load(text, yaml.CSafeLoader)}})


def document(text: str) -> LoadedDocument:
    """Return a document to which ``text`` adds."""
    return _document(yaml.load(text, yaml.CSafeLoader) or {})


def _document(said: dict[str, object]) -> LoadedDocument:
    whole = {"openapi": "3.1.0", "info": {"title": "Jobs", "version": "1.0.0"}, "paths": {}, **said}
    return load_text(yaml.safe_dump(whole, sort_keys=False), "jobs.yaml")


def found(base: LoadedDocument, revision: LoadedDocument, policy: LevelPolicy = LevelPolicy.DEFAULT) -> list[str]:
    """Return the changes as "level id"; the version's, which follow from the others, are left out."""
    changes = [change for change in compare(base, revision, policy) if change.id not in POLICY]
    return sorted(f"{change.level.value} {change.id}" for change in changes)
