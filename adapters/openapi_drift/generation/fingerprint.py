"""Whether `generated/` is up to date, from hashes alone. Standard library only: needs no generator."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openapi_drift.errors import SpecsError
from openapi_drift.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE_NAME = "fingerprint.json"
_ACCEPTED = "accepted findings"
_PACKAGE = Path(__file__).parents[1]
# What shapes the output. The rest of this package (fetching, comparing, the command line) does not.
_SHAPING = (
    "diff/meaningless.py",
    "documents/document.py",
    "documents/effective.py",
    "documents/escaping.py",
    "documents/overlay.py",
    "documents/overlay_inlining.py",
    "documents/overlay_left_out.py",
    "documents/overlay_meaning.py",
    "documents/overlay_merge.py",
    "documents/overlay_renames.py",
    "documents/overlay_targets.py",
    "documents/pointers.py",
    "documents/reading",
    "documents/references.py",
    "documents/written_words.py",
    "generation/client_generator.py",
    "generation/client_warnings.py",
    "generation/crashes.py",
    "generation/findings.py",
    "generation/models_generator.py",
    "generation/models_warnings.py",
    "generation/normalisation",
    "generation/runs",
    "generation/templates",
    "generation/tools.py",
)


def output_folder(root: Path) -> Path:
    return root / "generated"


def is_current(root: Path) -> bool:
    """Whether documents, overlays, configuration, pins and the tree are those of the last generation."""
    try:
        stored = json.loads((output_folder(root) / FILE_NAME).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    if isinstance(stored, dict):
        stored.pop(_ACCEPTED, None)
    return bool(stored == fingerprint(root, output_folder(root)))


def accepted(root: Path) -> dict[str, dict[str, int]]:
    """How many findings each acceptance of `sources.toml` was for in the last generation, by document and key."""
    stored = json.loads((output_folder(root) / FILE_NAME).read_text(encoding="utf-8"))
    counts: dict[str, dict[str, int]] = stored.get(_ACCEPTED, {})
    return counts


def fingerprint(root: Path, output: Path) -> dict[str, Any]:
    """The hashes of all that goes in, and of the tree `output` that came out."""
    return {
        "documents": {
            source.id: {
                "document": _file_hash(source.document),
                "overlay": _file_hash(source.overlay) if source.overlay else None,
                "client": source.client,
                "models": source.models,
                **({"adopted": _file_hash(source.adopted)} if source.adopted else {}),
                **({"accepted": sorted(source.accepted)} if source.accepted else {}),
            }
            for source in load_sources(root).values()
        },
        "pins": pins(root),
        "configuration": {path.relative_to(_PACKAGE).as_posix(): _file_hash(path) for path in _shaping_files()},
        "generated": {name: _tree_hash(output / name) for name in sorted({path.parts[0] for path in files(output)})},
    }


def write_fingerprint(root: Path, output: Path, counts: Mapping[str, Mapping[str, int]] | None = None) -> None:
    """Store the fingerprint of a freshly generated tree in it, and how many findings each acceptance was for."""
    extra = {_ACCEPTED: counts} if counts else {}
    text = json.dumps({**fingerprint(root, output), **extra}, indent=2, sort_keys=True) + "\n"
    (output / FILE_NAME).write_text(text, encoding="utf-8")


def pins(root: Path) -> dict[str, str]:
    """The exact versions in pyproject's extra `codegen`, by distribution. Raises SpecsError without it."""
    path = root / "pyproject.toml"
    try:
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        requirements = project["optional-dependencies"]["codegen"]
    except (FileNotFoundError, KeyError) as error:
        raise SpecsError(
            f"{path}: [project.optional-dependencies] codegen is missing; it pins the generators"
        ) from error
    matches = (re.fullmatch(r"\s*([A-Za-z0-9._-]+)\s*==\s*([^\s;]+)\s*", text) for text in requirements)
    return {match[1].lower(): match[2] for match in matches if match}


def files(folder: Path) -> Iterator[Path]:
    """The files of a generated tree, relative, in a fixed order; without bytecode and the fingerprint."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and "__pycache__" not in relative.parts and relative != Path(FILE_NAME):
            yield relative


def _shaping_files() -> Iterator[Path]:
    for name in _SHAPING:
        path = _PACKAGE / name
        yield from (path / relative for relative in files(path)) if path.is_dir() else (path,)


def _file_hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        raise SpecsError(f"{path}: not found; every entry of sources.toml needs its document") from None


def _tree_hash(path: Path) -> str:
    if path.is_file():
        return _file_hash(path)
    lines = (f"{_file_hash(path / relative)}  {relative.as_posix()}\n" for relative in files(path))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
