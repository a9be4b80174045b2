"""Classes that would have one name in the generated client, or the name of what generated code uses: told apart.

The generator names a class after the title, or after the names that lead to it. It is walked here as it walks, and a
schema whose class would clash gets a title that is its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_python_client.strings import ClassName, PythonIdentifier, pascal_case

from openapi_drift.generation.normalisation.client_names import PREFIX, identifier
from openapi_drift.generation.normalisation.operations import operations
from openapi_drift.generation.normalisation.schemas import children, component, named, roots, types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document
    from openapi_drift.generation.normalisation.notes import Note

_USED_BY_MODELS = frozenset(
    {"Any", "BinaryIO", "BytesIO", "File", "FileTypes", "Generator", "IO", "Literal", "Mapping", "T"}
    | {"TYPE_CHECKING", "TextIO", "TypeVar", "UNSET", "UUID", "Unset"}
)
_USED_BY_OPERATIONS = _USED_BY_MODELS | {"AuthenticatedClient", "Client", "Response", "HTTPStatus"}
_VARIABLES = frozenset(
    {
        "additional_properties",
        "cast",
        "cls",
        "d",
        "field_dict",
        "isoparse",
        "prop",
        "prop_dict",
        "prop_name",
        "src_dict",
    }
)
"""Names that a class's module, and so a variable of its methods, cannot have."""


def tell_classes_apart(document: Document) -> Iterator[Note]:
    """Set titles in place; says nothing, since what travels stays."""
    names = _Names()
    met = set(_met_by_operations(document))
    for name, schema in named(document).items():
        if isinstance(schema, dict) and _makes_class(schema):
            names.give(schema, name, "", _USED_BY_OPERATIONS if name in met else _USED_BY_MODELS)
    for name, schema in named(document).items():
        if isinstance(schema, dict):
            names.walk(schema, name, "", registered=True)
    for path, method, operation in operations(document):
        id_ = operation.get("operationId")
        parent = identifier(id_) if isinstance(id_, str) and id_ else _from_path(path, method)
        _walk_operation(names, operation, parent)
    yield from ()


def _met_by_operations(document: Document) -> Iterator[str]:
    """Yield the named schemas whose classes the operations' modules import: those of bodies, replies and parameters."""
    seen: set[str] = set()
    work = [slot.schema for slot in roots(document) if not slot.place.startswith("/components/schemas/")]
    while work:
        schema = work.pop()
        name = component(schema.get("$ref"))
        if name is not None and name not in seen:
            seen.add(name)
            yield name
            work += [found for found in [named(document).get(name)] if isinstance(found, dict)]
        elif not _makes_class(schema):
            work += [slot.schema for slot in children(schema, "")]


def _walk_operation(names: _Names, operation: dict[str, Any], parent: str) -> None:
    for item in operation.get("parameters") or []:
        if isinstance(item, dict):
            names.walk(item.get("schema"), str(item.get("name")), parent)
    for status, response in _items(operation.get("responses")):
        for _, media in _items(response.get("content") if isinstance(response, dict) else None):
            names.walk(media.get("schema") if isinstance(media, dict) else None, f"response_{status}", parent)
    body = operation.get("requestBody")
    content = _items(body.get("content") if isinstance(body, dict) else None)
    for media_type, media in content:
        prefix = f"{parent}_{_body_type(media_type)}" if len(content) > 1 else parent
        names.walk(media.get("schema") if isinstance(media, dict) else None, "body", prefix)


def _items(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _body_type(media_type: str) -> str:
    known = {"application/x-www-form-urlencoded": "data", "multipart/form-data": "files"}
    return known.get(media_type, "json" if "json" in media_type else "content")


def _from_path(path: str, method: str) -> str:
    words = path.replace("{", "").replace("}", "").replace("/", "_").removeprefix("_").removesuffix("_")
    return str(PythonIdentifier(f"{method}_{words}", prefix=PREFIX))


def _is_single(schema: dict[str, Any]) -> bool:
    members = [item for key in ("allOf", "anyOf", "oneOf") for item in schema.get(key) or []]
    return len(members) == 1 and isinstance(members[0], dict) and "$ref" in members[0]


def _makes_class(schema: dict[str, Any]) -> bool:
    if "$ref" in schema or _is_single(schema) or schema.get("type") == "boolean":
        return False
    enum = schema.get("enum")
    if enum:
        return None not in enum
    if schema.get("anyOf") or schema.get("oneOf") or isinstance(schema.get("type"), list):
        return False
    if schema.get("const") is not None:
        return False
    kind = schema.get("type")
    return kind == "object" or (kind is None and bool(schema.get("allOf") or schema.get("properties")))


class _Names:
    """The classes named so far, by the module that each is written to."""

    def __init__(self) -> None:
        self._values: dict[str, frozenset[Any] | None] = {}
        self._inside: dict[int, dict[str, Any]] = {}  # by id(), so that each must live

    def give(self, schema: dict[str, Any], name: str, parent: str, used: frozenset[str] = _USED_BY_OPERATIONS) -> str:
        """Return the name of a schema's class, after giving the schema a title if another one has that name."""
        word = str(schema.get("title") or name)
        values = frozenset(schema["enum"]) if schema.get("enum") else None
        number = 1
        while not self._is_free(_class(word, parent), values, used):
            number += 1
            word = f"{schema.get('title') or name} model" if number == 2 else f"{schema.get('title') or name} {number}"
        if number > 1:
            schema["title"] = word
        found = _class(word, parent)
        self._values[_module(found)] = values
        return found

    def _is_free(self, class_: str, values: frozenset[Any] | None, used: frozenset[str]) -> bool:
        module = _module(class_)
        if class_ in used or module in _VARIABLES or module.startswith("check_"):
            return False
        return module not in self._values or (values is not None and self._values[module] == values)

    def walk(self, schema: Any, name: str, parent: str, *, registered: bool = False) -> None:
        """Name the classes of a schema and of all inside of it."""
        if not isinstance(schema, dict) or "$ref" in schema or _is_single(schema) or id(schema) in self._inside:
            return
        self._inside[id(schema)] = schema
        if _makes_class(schema):
            class_ = _class(str(schema.get("title") or name), parent) if registered else self.give(schema, name, parent)
            self._walk_properties(schema, class_)
        elif schema.get("enum"):
            self._walk_enum_or_null(schema, name, parent)
        elif schema.get("anyOf") or schema.get("oneOf") or isinstance(schema.get("type"), list):
            self._walk_union(schema, name, parent)
        elif schema.get("type") == "array":
            self.walk(schema.get("items"), f"{name}_item", parent)

    def _walk_properties(self, schema: dict[str, Any], class_: str) -> None:
        for part in (schema, *(item for item in schema.get("allOf") or [] if isinstance(item, dict))):
            properties = part.get("properties")
            for key, value in properties.items() if isinstance(properties, dict) else ():
                self.walk(value, key, class_)
        self.walk(schema.get("additionalProperties"), "AdditionalProperty", class_)

    def _walk_enum_or_null(self, schema: dict[str, Any], name: str, parent: str) -> None:
        values = [value for value in schema["enum"] if value is not None]
        if values:
            probe = {"enum": values, **({"title": schema["title"]} if schema.get("title") else {})}
            self.give(probe, f"{name}_type_1", parent)
            if "title" in probe:
                schema["title"] = probe["title"]

    def _walk_union(self, schema: dict[str, Any], name: str, parent: str) -> None:
        members = [*(schema.get("anyOf") or []), *(schema.get("oneOf") or [])]
        for number, member in enumerate(members):
            if isinstance(member, dict):
                title = member.get("title")
                word = title if title is not None and title != schema.get("title") else f"type_{number}"
                self.walk(member, f"{name}_{word}", parent)
        kinds = types(schema) if isinstance(schema.get("type"), list) else []
        for number, kind in enumerate(kinds):
            if kind in ("object", "array"):
                alone = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "default")}
                alone["type"] = kind
                self.walk(alone, f"{name}_type_{len(members) + number}", parent)
                if alone.get("title") != schema.get("title"):
                    schema["title"] = alone["title"]


def _class(word: str, parent: str) -> str:
    text = f"{pascal_case(parent)}{pascal_case(word)}" if parent else word
    return str(ClassName(text.rsplit("/", maxsplit=1)[-1], PREFIX))


def _module(class_: str) -> str:
    return str(PythonIdentifier(class_, PREFIX))
