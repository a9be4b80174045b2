"""The overlay's own action `x-rename`: what OpenAPI Overlay 1.0 cannot say, since it has no word for a name.

``x-rename: {from: to}`` with ``target: $``. Both are JSON pointers into the document as it is before the action:

- a schema of the components to another name there; references and discriminators' mappings follow
- a path to the same path with other names of its parameters, which are renamed with it, or without a base path
- a schema anywhere else to a name of the components: it moves there, and a reference stays; several that say the same
  may move to one name
- a schema of the components to a place that refers to it: it moves there, and goes where nothing else refers to it
- a schema's ``title`` to null: it goes, since a generated class would be called after it
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from openapi_drift.documents.pointers import join, tokens
from openapi_drift.documents.references import parts, reference
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openapi_drift.documents.document import Document

RENAME = "x-rename"
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def schema_pointer(name: str) -> str:
    """Return the pointer of a schema of the components."""
    return join("/components/schemas", name)


def path_pointer(path: str) -> str:
    """Return the pointer of a path."""
    return join("/paths", path)


def rename(document: Document, renames: Mapping[str, str | None]) -> list[str]:
    """Rename in the document itself, and return the pointers of what is written. Raises SpecsError if one cannot be."""
    sorted_ = _Sorted(renames)
    moving = {source: _holder(document, source) for source in [*sorted_.out, *sorted_.titles]}
    receiving = {to: _holder(document, to) for to in sorted_.inline.values()}
    _rename_keys(document, "/components/schemas", sorted_.schemas)
    for source in sorted_.titles:
        holder, key = moving[source]
        del holder[key]
    for source, to in sorted_.out.items():
        _move_out(document, moving[source], source, to)
    for source, to in sorted_.inline.items():
        _move_in(document, sorted_.schemas.get(source, source), receiving[to])
    _rename_paths(document, sorted_.paths)
    return [to or source.rpartition("/")[0] for source, to in renames.items()]


class _Sorted:
    """The renames by their kind, all as pointers. Raises SpecsError for what is none of them."""

    def __init__(self, renames: Mapping[str, str | None]) -> None:
        self.schemas: dict[str, str] = {}
        self.paths: dict[str, str] = {}
        self.out: dict[str, str] = {}
        self.inline: dict[str, str] = {}
        self.titles: list[str] = []
        for source, to in renames.items():
            if to is None and tokens(source)[-1:] == ["title"]:
                self.titles.append(source)
            elif to is None:
                raise SpecsError(f"{source} cannot become null: only a title can go")
            elif source != to:
                self._kind(source, to)[source] = to
        for kind in (self.schemas, self.paths):
            if len(set(kind.values())) < len(kind):
                raise SpecsError("two things get one name")

    def _kind(self, source: str, to: str) -> dict[str, str]:
        kinds = {
            ("schema", "schema"): self.schemas,
            ("path", "path"): self.paths,
            ("place", "schema"): self.out,
            ("schema", "place"): self.inline,
        }
        if (_kind_of(source), _kind_of(to)) not in kinds:
            raise SpecsError(f"{source} cannot become {to}; see {__name__}")
        return kinds[_kind_of(source), _kind_of(to)]


def _kind_of(pointer: str) -> str:
    match tokens(pointer):
        case ["components", "schemas", _]:
            return "schema"
        case ["paths", _]:
            return "path"
        case _:
            return "place"


def _holder(document: Document, pointer: str) -> tuple[Any, Any]:
    """Return the object or list that has a place, and the place's key in it."""
    value: Any = document
    path: list[Any] = tokens(pointer)
    for number, token in enumerate(path):
        key = int(token) if isinstance(value, list) and token.isdecimal() else token
        has = key in value if isinstance(value, dict) else isinstance(value, list) and _is_index(key, value)
        if not has:
            raise SpecsError(f"there is nothing at {join('', *path[: number + 1])}")
        if number == len(path) - 1:
            return value, key
        value = value[key]
    raise SpecsError("the whole document has no name")


def _is_index(key: Any, value: list[Any]) -> bool:
    return isinstance(key, int) and key < len(value)


def _rename_keys(document: Document, container: str, renames: Mapping[str, str]) -> None:
    """Rename keys of an object, all at once and each in its place; what refers to them follows."""
    if not renames:
        return
    names = {tokens(source)[-1]: tokens(to)[-1] for source, to in renames.items()}
    holder, key = _holder(document, container)
    old = holder[key]
    for source in names:
        if source not in old:
            raise SpecsError(f"there is nothing at {join(container, source)}")
    if taken := [to for to in names.values() if to in old and to not in names]:
        raise SpecsError(f"{join(container, taken[0])} is there already")
    new = {names.get(name, name): value for name, value in old.items()}
    old.clear()
    old.update(new)
    _redirect(document, renames)


def _redirect(document: Document, renames: Mapping[str, str]) -> None:
    """Have references, and the mappings of discriminators, lead to the new places."""
    short = {tokens(source)[-1]: tokens(to)[-1] for source, to in renames.items() if _kind_of(source) == "schema"}
    for value in _objects(document):
        if reference(value) is not None:
            value["$ref"] = _redirected(value["$ref"], renames)
        mapping = value.get("mapping")
        if "propertyName" in value and isinstance(mapping, dict):
            for word, schema in mapping.items():
                if isinstance(schema, str):
                    mapping[word] = short.get(schema) or _redirected(schema, renames)


def _redirected(target: str, renames: Mapping[str, str]) -> str:
    """Return where a reference leads after the renames; unlike pointers, it may have percent signs."""
    if not target.startswith("#"):
        return target
    pointer = unquote(target[1:])
    moved = redirected(pointer, renames)
    return target if moved == pointer else f"#{moved}"


def redirected(pointer: str, renames: Mapping[str, str]) -> str:
    """Return where what stands at ``pointer`` stands after the renames."""
    path = tokens(pointer)
    for length in range(len(path), 0, -1):
        to = renames.get(join("", *path[:length]))
        if to is not None:
            return join(to, *path[length:])
    return pointer


def _objects(document: Document) -> Iterable[dict[str, Any]]:
    return [value for value, _, _ in parts(document)]


def _move_out(document: Document, place: tuple[Any, Any], source: str, to: str) -> None:
    """Move a schema to the components, without the title it would be called after."""
    holder, key = place
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    name = tokens(to)[-1]
    schema = holder[key]
    if not isinstance(schema, dict) or reference(schema) is not None:
        raise SpecsError(f"{source} is no schema of its own")
    schema.pop("title", None)
    if schemas.setdefault(name, schema) != schema:
        raise SpecsError(f"{to} is there already, and says something else than {source}")
    _redirect(document, {source: to})
    holder[key] = {"$ref": f"#{to}"}


def _move_in(document: Document, source: str, place: tuple[Any, Any]) -> None:
    """Put a schema of the components where it is referred to; it goes if nothing else refers to it."""
    holder, key = place
    schemas, name = _holder(document, source)
    if reference(holder[key]) != f"#{source}":
        raise SpecsError(f"there is no reference to {source}")
    holder[key] = copy.deepcopy(schemas[name])
    below = f"#{source}"
    if not any((reference(value) or "").startswith((below + "/", below)) for value in _objects(document)):
        del schemas[name]


def _rename_paths(document: Document, renames: Mapping[str, str]) -> None:
    for source, to in renames.items():
        old, new = (PLACEHOLDER.findall(tokens(pointer)[-1]) for pointer in (source, to))
        if len(old) != len(new):
            raise SpecsError(f"{source} and {to} have other parameters")
        holder, key = _holder(document, source)
        _rename_parameters(document, holder[key], dict(zip(old, new, strict=True)))
    _rename_keys(document, "/paths", renames)


def _rename_parameters(document: Document, item: dict[str, Any], names: Mapping[str, str]) -> None:
    """Rename the path parameters of a path; one that is shared with others is copied first."""
    for part in [item, *(value for value in item.values() if isinstance(value, dict))]:
        for number, parameter in enumerate(part.get("parameters") or []):
            target = reference(parameter)
            if target is not None and target.startswith("#/"):
                holder, key = _holder(document, unquote(target[1:]))
                parameter = holder[key]  # noqa: PLW2901
            if parameter.get("in") == "path" and names.get(
                parameter.get("name"), parameter.get("name")
            ) != parameter.get("name"):
                part["parameters"][number] = copy.deepcopy(parameter) | {"name": names[parameter["name"]]}
