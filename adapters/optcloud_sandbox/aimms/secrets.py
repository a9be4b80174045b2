"""What secret-manager keeps: directories and secrets in a tree, and who may touch them (vendor page managing-secrets).

The names of all fields are inferred.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from optcloud_sandbox.refusal import Refusal

Right = Literal["read", "read_write"]
SecretHolder = tuple[Literal["user", "group"], str, str]  # user or group, environment, name
Path = tuple[str, ...]


@dataclass
class SecretItem:
    """A secret when it has content, otherwise a directory."""

    path: Path
    content: str | None = field(default=None, repr=False)
    access: dict[SecretHolder, Right] = field(default_factory=dict)

    def is_directory(self) -> bool:
        return self.content is None

    def brief(self) -> dict[str, Any]:
        kind = "directory" if self.is_directory() else "secret"
        return {"type": kind, "name": self.path[-1] if self.path else "", "path": "/".join(self.path)}


class SecretTree:
    """The tree. The root is there from the start; a new item has the access of its directory, once and for all."""

    def __init__(self) -> None:
        self._items: dict[Path, SecretItem] = {(): SecretItem(())}

    def get(self, text: str) -> SecretItem:
        path = _path(text)
        if path not in self._items:
            raise Refusal(404, f"item {text!r} doesn't exist")
        return self._items[path]

    def children(self, item: SecretItem) -> list[SecretItem]:
        """What is in a directory, by name."""
        depth = len(item.path) + 1
        inside = (child for path, child in self._items.items() if len(path) == depth and path[:-1] == item.path)
        return sorted(inside, key=lambda child: child.path)

    def create(self, text: str, content: str | None) -> SecretItem:
        path = _path(text)
        if path in self._items:
            raise Refusal(409, f"item {text!r} exists already")
        parent = self._items.get(path[:-1])
        if parent is None or not parent.is_directory():
            raise Refusal(404, f"the directory of {text!r} doesn't exist")
        item = self._items[path] = SecretItem(path, content, dict(parent.access))
        return item

    def change(self, item: SecretItem, *, name: str | None, content: str | None) -> None:
        """A new name moves a directory with all that is in it (inferred)."""
        if content is not None:
            if item.is_directory():
                raise Refusal(400, "a directory has no content")
            item.content = content
        if name is not None and item.path[-1:] != (name,):
            self._rename(item, name)

    def delete(self, item: SecretItem) -> None:
        if not item.path:
            raise Refusal(403, "the root directory cannot be deleted")
        if item.is_directory() and self.children(item):
            raise Refusal(409, f"the directory {'/'.join(item.path)!r} is not empty")
        del self._items[item.path]

    def _rename(self, item: SecretItem, name: str) -> None:
        old, new = item.path, (*item.path[:-1], name)
        if not old:
            raise Refusal(403, "the root directory has no name to change")
        if new in self._items:
            raise Refusal(409, f"item {'/'.join(new)!r} exists already")
        for path in [path for path in self._items if path[: len(old)] == old]:
            moved = self._items.pop(path)
            moved.path = new + path[len(old) :]
            self._items[moved.path] = moved


def _path(text: str) -> Path:
    """The names on the way; a slash at the beginning or the end says nothing (inferred)."""
    path = tuple(text.strip("/").split("/")) if text.strip("/") else ()
    if "" in path:
        raise Refusal(400, f"the path {text!r} has an empty name in it")
    return path
