"""Which changes a user's own code meets, read by syntax tree; nothing of it is imported or run.

Seen: imports of the generated packages and what is called through them; verbs of the facade (``oc.aimms.run``) and of
its jobs (``.result()``), by their names; fields by their names, as attributes and as text. What cannot be seen is in
`LIMITS`, which reports show.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openapi_drift.checks.names import FileNames, read_file
from openapi_drift.documents.pointers import Position
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from openapi_drift.checks.impact import Impact
    from openapi_drift.diff.change import Change

_HANDED_OUT = ("job", "pool", "series")  # objects that verbs return: their methods are known by name alone
LIMITS = (
    "Not seen: names made at run time (getattr, importlib, exec), attributes of objects that come from functions "
    "without a visible origin, JSON that is built or read elsewhere, calls of the services that do not go through "
    "optcloud. A verb is known by its name, so that another library's `.result()` in the same file counts too."
)
_SHOWN = 5  # places a change; programs get all
_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist", "venv"})


@dataclass(frozen=True)
class Use:
    """One place in the user's code: what is named there, and the position."""

    name: str
    position: Position


@dataclass(frozen=True)
class Reached:
    """A change with what it touches, and where the user's code meets it; no uses: it is not reached."""

    impact: Impact
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Reach:
    """What was read. ``unread`` are files that are no Python, with the reason: nothing is known of them."""

    path: str
    files: int
    changes: tuple[Reached, ...]
    unread: tuple[str, ...]

    @property
    def reaching(self) -> list[Reached]:
        """The changes that the code meets, in the order given."""
        return [reached for reached in self.changes if reached.uses]

    @property
    def not_reaching(self) -> list[Reached]:
        """The others."""
        return [reached for reached in self.changes if not reached.uses]

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs; ``changes`` in the order given, each with its uses."""
        changes = [
            [{"name": use.name, "file": use.position.file, "line": use.position.line} for use in reached.uses]
            for reached in self.changes
        ]
        return {"path": self.path, "files": self.files, "unread": list(self.unread), "uses": changes, "limits": LIMITS}


def reaching(impacts: Iterable[Impact], path: Path) -> Reach:
    """Mark the changes that reach the code at ``path``, a file or a folder.

    Raises SpecsError when there is no Python file.
    """
    files, unread = _read(path)
    ours = any(file.imports_optcloud for file in files)
    changes = tuple(_reached(impact, files, ours=ours) for impact in impacts)
    return Reach(str(path), len(files), changes, tuple(unread))


def refuse_empty(path: Path) -> None:
    """Raise SpecsError when there is no Python file at ``path``: before anything is asked of a vendor."""
    if next(_python_files(path), None) is None:
        raise SpecsError(f"{path}: there is no Python file to read")


def _read(path: Path) -> tuple[list[FileNames], list[str]]:
    refuse_empty(path)
    files, unread = [], []
    for file in sorted(_python_files(path)):
        try:
            files.append(read_file(file))
        except (SyntaxError, ValueError) as error:
            unread.append(f"{file}: {error}")
    return files, unread


def _python_files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in path.rglob("*.py"):
        folders = file.relative_to(path).parts[:-1]
        if not any(folder.startswith(".") or folder in _SKIPPED for folder in folders):
            yield file


def _reached(impact: Impact, files: list[FileNames], *, ours: bool) -> Reached:
    """Calls and models first; where there are any, also the lines that name the changed fields."""
    targets = {*impact.modules, *impact.models}
    calls = [use for file in files for use in _named(file, targets)]
    calls += [use for file in files if ours for use in _verbs(file, impact.verbs)]
    if calls:
        fields = {*impact.wire_fields, *(name.rpartition(".")[2] for name in impact.fields)}
        calls += [Use(name, position) for file in files for name, position in file.words if name in fields]
    unique = dict.fromkeys(sorted(calls, key=lambda use: (use.position.file, use.position.line, use.name)))
    return Reached(impact, tuple(unique))


def _named(file: FileNames, targets: set[str]) -> Iterator[Use]:
    """``aimms_pro.api.task.get_task.sync``, or a star import of something above it."""
    for name, position in file.names:
        stem = name.removesuffix(".*")
        for target in targets:
            inside = stem == target or stem.startswith(f"{target}.")
            shorter = _exported(target)
            if inside or (stem == shorter or stem.startswith(f"{shorter}.")) or _is_star(name, stem, target):
                yield Use(name, position)
                break


def _is_star(name: str, stem: str, target: str) -> bool:
    return name.endswith(".*") and (target.startswith(f"{stem}.") or _exported(target).startswith(f"{stem}."))


def _exported(target: str) -> str:
    """``adiutaopt.models.x.X`` is exported as ``adiutaopt.models.X``."""
    parts = target.split(".")
    return ".".join([*parts[:-2], parts[-1]]) if len(parts) == 4 and parts[1] == "models" else target


def _verbs(file: FileNames, verbs: Iterable[str]) -> Iterator[Use]:
    for verb in verbs:
        cloud, *rest = verb.split(".")
        if rest[0] in _HANDED_OUT:
            if file.imports_optcloud:
                yield from (Use(f".{rest[1]}()", place) for name, place in file.calls if name == rest[1])
            continue
        tail = f"{cloud}.{'.'.join(rest)}"
        for name, position in file.names:
            if name == tail or name.endswith(f".{tail}") or f".{tail}." in f".{name}.":
                yield Use(f"oc.{tail}", position)


@dataclass(frozen=True)
class Details:
    """What reports show: for each change, ``lines`` on what it touches and who uses that, and the ``uses`` themselves.

    ``notes`` name the files that could not be read.
    """

    lines: Mapping[Change, Sequence[str]] = field(default_factory=dict)
    uses: Mapping[Change, Sequence[Position]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def details(impacts: Iterable[Impact], path: Path | None) -> Details:
    """Say what each change touches, and, with a ``path``, who uses that there.

    Raises SpecsError when there is no Python file at ``path``.
    """
    listed = list(impacts)
    found = {impact.change: impact.lines() for impact in listed}
    places: dict[Change, list[Position]] = {}
    notes: list[str] = []
    if path is not None:
        reach = reaching(listed, path)
        notes = [f"not read, so nothing is known of it: {reason}" for reason in reach.unread]
        for reached in reach.changes:
            found[reached.impact.change] = [*found[reached.impact.change], *_use_lines(reached, path)]
            places[reached.impact.change] = list(dict.fromkeys(use.position for use in reached.uses))
    return Details({change: lines for change, lines in found.items() if lines}, places, tuple(notes))


def _use_lines(reached: Reached, path: Path) -> Iterator[str]:
    if not reached.uses:
        yield f"does not reach `{path}`, as far as reading can tell"
        return
    shown = [f"`{use.position}` ({use.name})" for use in reached.uses[:_SHOWN]]
    more = len(reached.uses) - len(shown)
    yield f"reaches `{path}`: {', '.join(shown)}" + (f" and {more} more places" if more else "")
