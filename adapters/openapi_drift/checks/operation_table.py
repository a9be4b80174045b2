"""Who reaches an operation: the table that a client's own tests write, ``operations.json`` beside its code.

Its form: ``{"documents": {"<package>": {"<operationId>": {"verbs": […], "commands": […]}}}, "pages": {…}}``. A document
is named by the client package that is generated from it; a page, which has endpoints instead of operations, by itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

NAME = "operations.json"


@dataclass(frozen=True)
class Users:
    """The verbs (``aimms.apps.publish``) and the commands (``aimms publish``) that reach something, sorted."""

    verbs: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class OperationTable:
    """What is known of who reaches what; empty where a client has written no table."""

    documents: Mapping[str, Mapping[str, Users]] = field(default_factory=dict)
    pages: Mapping[str, Mapping[str, Users]] = field(default_factory=dict)

    def of_operations(self, operations: Iterable[tuple[str, str]]) -> Users:
        """Return who reaches any of these operations, each given by its package and its id."""
        none: Mapping[str, Users] = {}
        return _together(self.documents.get(package, none).get(id_, Users()) for package, id_ in operations)

    def of_endpoint(self, name: str) -> Users:
        """Return who reaches an endpoint of a page; without a name, any endpoint of any page."""
        return _together(
            users for page in self.pages.values() for endpoint, users in page.items() if name in {"", endpoint}
        )


def find_table(root: Path | None) -> OperationTable:
    """Return the table of the client in a checkout; an empty one where there is none."""
    paths = sorted((root / "adapters").glob(f"*/{NAME}")) if root else []
    return read_table(paths[0]) if paths else OperationTable()


@lru_cache(maxsize=4)
def read_table(path: Path) -> OperationTable:
    """Read a table. Raises SpecsError where it is not of the form that it should have."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return OperationTable(_read(content["documents"]), _read(content["pages"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise SpecsError(f"{path}: no table of operations (write it with: nox -s operations): {error!r}") from error


def _read(part: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, dict[str, Users]]:
    return {
        name: {id_: Users(tuple(row["verbs"]), tuple(row["commands"])) for id_, row in rows.items()}
        for name, rows in part.items()
    }


def _together(several: Iterable[Users]) -> Users:
    listed = list(several)
    verbs = {verb for users in listed for verb in users.verbs}
    commands = {command for users in listed for command in users.commands}
    return Users(tuple(sorted(verbs)), tuple(sorted(commands)))
