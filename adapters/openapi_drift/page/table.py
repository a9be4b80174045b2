"""The table of what a vendor's page says, `specs/<id>/contract.toml`, with the line of each entry."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.change import Side
from openapi_drift.documents.pointers import Position, join
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "contract.toml"


@dataclass(frozen=True)
class PageContract:
    """The table: ``id`` is its folder's name, ``name`` its path as messages show it, ``table`` its content."""

    id: str
    name: str
    text: str
    table: dict[str, Any]

    @property
    def url(self) -> str:
        return str(self.table["page"]["url"])

    @property
    def endpoints(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.table["endpoints"]
        return found

    @property
    def messages(self) -> list[str]:
        return [str(message) for message in self.table["errors"]["messages"]]

    def side(self, *keys: str) -> Side:
        """The place of an entry: keys that lead to it, the last perhaps a word of a list."""
        return Side(join("", *keys), Position(self.name, self._line(keys)))

    def _line(self, keys: tuple[str, ...]) -> int:
        lines = self.text.splitlines()
        for length in range(len(keys), 0, -1):
            header = f"[{'.'.join(keys[:length])}]"
            if header in lines:
                start = lines.index(header)
                break
        else:
            return 1
        for number in range(start + 1, len(lines)):
            if lines[number].startswith("["):
                break
            if f'"{keys[-1]}"' in lines[number] or lines[number].startswith(f"{keys[-1]} ="):
                return number + 1
        return start + 1


def load_contracts(root: Path) -> dict[str, PageContract]:
    """Read the tables of a checkout, by id. Raises SpecsError for one that is no TOML or lacks a part."""
    paths = sorted((root / "specs").glob(f"*/{FILE_NAME}"))
    return {path.parent.name: load_contract(path, path.relative_to(root).as_posix()) for path in paths}


def load_contract(path: Path, name: str) -> PageContract:
    """Read one table; ``name`` is for messages."""
    text = path.read_text(encoding="utf-8")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecsError(f"{name}: {error}") from error
    for keys in (("page", "url"), ("endpoints",), ("errors", "messages"), ("terms",)):
        node: Any = table
        for key in keys:
            node = node.get(key) if isinstance(node, dict) else None
        if not node:
            raise SpecsError(f"{name}: {'.'.join(keys)} is missing")
    for endpoint, entry in table["endpoints"].items():
        if not {"method", "path"} <= entry.keys():
            raise SpecsError(f"{name}: [endpoints.{endpoint}] needs method and path")
    return PageContract(path.parent.name, name, text, table)
