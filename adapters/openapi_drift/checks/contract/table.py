"""What hand-written code needs of the generated packages, as one table: ``needs.json`` beside the code.

`openapi_drift.checks.contract.code` makes it from the code, `openapi_drift.checks.needs` holds a tree against it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "needs.json"
Files = tuple[str, ...]


@dataclass(frozen=True, order=True)
class CallForm:
    """How something is called: how many arguments by place, which by name; ``more``: others that cannot be seen."""

    places: int = 0
    named: tuple[str, ...] = ()
    more: bool = False


@dataclass
class NeededPlace:
    """A module or a class, by its dotted name, and what is used of it; each use with the files that it is in.

    ``on_use``: it is imported only when it is used, so that without it only its own verbs do not work.
    ``operations`` map ids to "GET /tasks": those that the module is, or whose requests and replies have the class.
    ``attributes`` are names in Python, ``wire`` those in JSON; a class is called as ``__init__``.
    """

    on_use: bool = True
    files: set[str] = field(default_factory=set)
    operations: dict[str, str] = field(default_factory=dict)
    calls: dict[str, dict[CallForm, set[str]]] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)
    attributes: dict[str, set[str]] = field(default_factory=dict)
    wire: dict[str, set[str]] = field(default_factory=dict)


@dataclass
class Contract:
    """All needs: by kind of place, modules and classes, by dotted name."""

    modules: dict[str, NeededPlace] = field(default_factory=dict)
    classes: dict[str, NeededPlace] = field(default_factory=dict)


def code_of(root: Path) -> list[Path]:
    """Return the packages of a checkout that may stand on generated ones: all in ``adapters/`` but this one."""
    packages = (path.parent for path in sorted((root / "adapters").glob("*/__init__.py")))
    return [path for path in packages if path.name != "openapi_drift"]


def find_contract(root: Path) -> Path | None:
    """Return the table of the code in a checkout; None where there is none."""
    return next(iter(sorted((root / "adapters").glob(f"*/{NAME}"))), None)


def read_contract(path: Path) -> Contract:
    """Read a table. Raises SpecsError where it is not of the form that it should have."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Contract(
            **{
                kind: {name: _place(said) for group in content[kind].values() for name, said in group.items()}
                for kind in ("modules", "classes")
            }
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise SpecsError(f"{path}: no table of needs (write it with: nox -s operations): {error!r}") from error


def as_text(contract: Contract) -> str:
    """Return the table as it is written: sorted, by package."""
    content: dict[str, dict[str, dict[str, Any]]] = {}
    for kind, places in (("classes", contract.classes), ("modules", contract.modules)):
        groups: dict[str, dict[str, Any]] = content.setdefault(kind, {})
        for name, place in sorted(places.items()):
            groups.setdefault(name.partition(".")[0], {})[name] = _plain(place)
    return json.dumps(content, indent=1) + "\n"


def _plain(place: NeededPlace) -> dict[str, Any]:
    calls = {
        name: [
            {"places": form.places, "named": list(form.named), "more": form.more, "files": sorted(files)}
            for form, files in sorted(forms.items())
        ]
        for name, forms in sorted(place.calls.items())
    }
    named = {kind: _sorted(getattr(place, kind)) for kind in ("names", "attributes", "wire")}
    said = {"operations": dict(sorted(place.operations.items())), "calls": calls, **named}
    return {"on_use": place.on_use, "files": sorted(place.files), **{kind: of for kind, of in said.items() if of}}


def _sorted(uses: Mapping[str, set[str]]) -> dict[str, list[str]]:
    return {name: sorted(files) for name, files in sorted(uses.items())}


def _place(said: Mapping[str, Any]) -> NeededPlace:
    calls = {
        name: {CallForm(one["places"], tuple(one["named"]), one["more"]): set(one["files"]) for one in forms}
        for name, forms in said.get("calls", {}).items()
    }
    named = {
        kind: {name: set(files) for name, files in said.get(kind, {}).items()}
        for kind in ("names", "attributes", "wire")
    }
    return NeededPlace(said["on_use"], set(said["files"]), dict(said.get("operations", {})), calls, **named)
