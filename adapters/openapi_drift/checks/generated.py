"""Generated against document: which inputs changed since `generated/` was made, and what that does to its files.

The fingerprint tells the causes apart without running a generator: the document, its overlay, the generators' versions,
our templates, or a hand in `generated/`. The generators, where they are installed as pinned, tell the files.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from openapi_drift.checks.verdict import CheckKind, DriftCheck, DriftVerdict
from openapi_drift.diff.change import Change, Level, Side
from openapi_drift.documents.pointers import Position
from openapi_drift.errors import SpecsError
from openapi_drift.generation import fingerprint
from openapi_drift.generation.generate import check
from openapi_drift.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HINT = "optcloud spec generate (in a checkout: nox -s generate)"


def check_generated(root: Path, *, force: bool = False) -> DriftCheck:
    """Compare `generated/` with what its inputs give; ``force`` runs the generators even if nothing changed."""
    try:
        causes = tuple(_causes(root))
    except SpecsError as error:
        return DriftCheck(CheckKind.GENERATED, "all", DriftVerdict.NOT_CHECKED, str(error))
    if not causes and not force:
        return DriftCheck(CheckKind.GENERATED, "all", DriftVerdict.NO_DRIFT)
    try:
        outcome = check(root, force=force)
    except SpecsError as error:
        return _without_generators(causes, str(error))
    except ImportError as error:
        if not causes:
            raise  # the extra is not installed
        return _without_generators(causes, f"the generators do not fit this tooling: {error}")
    files = tuple(outcome.differences)
    if not causes and not files:
        return DriftCheck(CheckKind.GENERATED, "all", DriftVerdict.NO_DRIFT)
    notes = (*_attributed(causes, files), f"to bring it up to date: {HINT}")
    causes = causes or tuple(
        _changed("generated-differs", f"{name} is not what the generators write", name, "", 1) for name in files
    )
    return DriftCheck(
        CheckKind.GENERATED, "all", DriftVerdict.DRIFT, changes=causes, notes=notes, files=files, diff=outcome.diff
    )


def _without_generators(causes: tuple[Change, ...], reason: str) -> DriftCheck:
    if not causes:
        return DriftCheck(CheckKind.GENERATED, "all", DriftVerdict.NOT_CHECKED, reason)
    notes = (f"what it does to the files is not checked: {reason}",)
    return DriftCheck(CheckKind.GENERATED, "all", DriftVerdict.DRIFT, changes=causes, notes=notes)


def _attributed(causes: tuple[Change, ...], files: tuple[str, ...]) -> Iterator[str]:
    """Say whose doing the files' differences are; of several causes at once none can be told from the others."""
    changed = [name for name in files if not name.endswith(fingerprint.FILE_NAME)]
    if not changed:
        yield "no generated file changes by it, only the fingerprint"
        return
    kinds = sorted({cause.id for cause in causes})
    whose = f"because of {kinds[0]}" if len(kinds) == 1 else "which of the causes each is due to cannot be told"
    shown = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
    yield f"{len(changed)} files differ ({whose}): {shown}"


def _causes(root: Path) -> Iterator[Change]:
    """What is not as the fingerprint of the last generation says. Raises SpecsError if an input is not there."""
    output = fingerprint.output_folder(root)
    now = fingerprint.fingerprint(root, output)
    path = output / fingerprint.FILE_NAME
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        kept = {key: dict(stored[key]) for key in now}
    except (FileNotFoundError, json.JSONDecodeError, KeyError, TypeError, ValueError):
        yield _changed(
            "fingerprint-missing", "the fingerprint is missing or unreadable", f"generated/{path.name}", "", 1
        )
        return
    yield from _documents(root, kept["documents"], now["documents"])
    yield from _versions(root, kept["pins"], now["pins"])
    for name in _differing(kept["configuration"], now["configuration"]):
        file = f"adapters/openapi_drift/{name}"
        yield _changed("generator-configuration-changed", f"what shapes the output has changed: {file}", file, "", 1)
    for name in _differing(kept["generated"], now["generated"]):
        words = f"`generated/{name}` is not what the generators wrote: edited by hand, or files are lost or stray"
        yield _changed("generated-edited", words, f"generated/{name}", "", 1)


def _documents(root: Path, kept: dict[str, Any], now: dict[str, Any]) -> Iterator[Change]:
    sources = load_sources(root)
    for id_ in _differing(kept, now):
        old, new = kept.get(id_), now.get(id_)
        folder = f"specs/{id_}"
        if old is None or new is None:
            words = f"`{id_}` is {'new' if old is None else 'gone'}"
            yield _changed("document-added" if old is None else "document-removed", words, folder, "", 1)
            continue
        for key in _differing(old, new):
            if key == "document":
                file = sources[id_].document.relative_to(root).as_posix()
                yield _changed("document-changed", f"the document {file} changed since", file, "", 1)
            elif key in ("adopted", "overlay"):
                what = "overlay" if key == "overlay" else "adopted names"
                yield _changed(f"{key}-changed", f"the {what} of `{id_}` changed since", f"{folder}/{key}.yaml", "", 1)
            elif key == "accepted":
                words = f"what may be missing in the packages of `{id_}` changed since"
                yield _changed("accepted-changed", words, "specs/sources.toml", "", 1)
            else:
                words = f"the {key} package of `{id_}` was called {old.get(key)} and is called {new.get(key)}"
                yield _changed("package-renamed", words, "specs/sources.toml", "", 1)


def _versions(root: Path, kept: dict[str, str], now: dict[str, str]) -> Iterator[Change]:
    lines = (root / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    for name in _differing(kept, now):
        line = next((number for number, text in enumerate(lines, 1) if f'"{name}==' in text.lower()), 1)
        words = f"the generator's version changed, not the document: `{name}` {kept.get(name)} → {now.get(name)}"
        yield _changed("generator-version-changed", words, "pyproject.toml", f"/{name}", line)


def _differing(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return sorted(key for key in {*old, *new} if old.get(key) != new.get(key))


def _changed(id_: str, text: str, file: str, pointer: str, line: int) -> Change:
    """A warning: what is installed still does what it did, but it is not what its inputs say."""
    return Change(id_, Level.WARNING, text, revision=Side(pointer, Position(file, line)))
