"""Names of properties and parameters that the generated client cannot have as they are.

Each gets a stand-in in the generator's input, and the templates write the name of the document wherever it travels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_python_client.strings import PythonIdentifier

from openapi_drift.generation.normalisation.operations import operations
from openapi_drift.generation.normalisation.schemas import resolved, slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openapi_drift.documents.document import Document

_MODEL_NAMES = frozenset(
    {"to_dict", "from_dict", "to_multipart", "additional_properties", "additional_keys", "additional_property"}
    | {"cls", "d", "field_dict", "files", "prop", "prop_name", "prop_dict", "src_dict", "isoparse", "json", "types"}
)
"""What a model's methods call themselves, or use."""

_FUNCTION_NAMES = frozenset(
    {"body", "cookies", "headers", "params", "kwargs", "response", "quote", "httpx", "errors", "cast", "isoparse"}
    | {"media_type", "data"}
)
"""What a function of an operation calls its own, or uses."""

_SIGNS = {
    "<": "lt",
    ">": "gt",
    "=": "eq",
    "!": "not",
    "+": "plus",
    "*": "star",
    "@": "at",
    "#": "number",
    "%": "percent",
}
PREFIX = "field_"


def identifier(name: str) -> str:
    """Return the Python name that the generator gives to a name."""
    return str(PythonIdentifier(name, prefix=PREFIX))


class StandIns:
    """The stand-ins given so far, each with the name of the document for which it stands."""

    def __init__(self, names: Iterable[str]) -> None:
        self.wire: dict[str, str] = {}
        self._taken = {identifier(name) for name in names}

    def new(self, name: str) -> str:
        """Return a name for code that nothing else has, and remember for what it stands."""
        worded = identifier(_worded(name))
        written = identifier(name)
        if worded != written and worded not in self._taken and worded == identifier(worded) and worded.isascii():
            found = worded
        else:
            base = written if written.startswith(PREFIX) else f"{PREFIX}{written}"
            base = identifier("".join(sign if sign.isascii() else "_" for sign in base).rstrip("_"))
            found, number = base, 2
            while found in self._taken or found != identifier(found):
                found, number = f"{base.rstrip('_')}_{number}", number + 1
        self._taken.add(found)
        self.wire[found] = name
        return found


def rename_for_client(document: Document) -> dict[str, str]:
    """Give stand-ins to properties and parameters, in place, and return what each stands for."""
    own = {name for slot in slots(document) for name in _properties(slot.schema)}
    stand_ins = StandIns({*own, *(str(item["name"]) for *_, item in _parameters(document))})
    _rename_parameters(document, stand_ins)
    _rename_properties(document, own, stand_ins)
    return stand_ins.wire


def _worded(name: str) -> str:
    return "".join(f" {_SIGNS[sign]} " if sign in _SIGNS else sign for sign in name)


def _is_plain(name: str) -> bool:
    """Whether the generator writes a name as it is: it drops signs that cannot be printed."""
    return name.isprintable() and bool(identifier(name).removeprefix(PREFIX))


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    found = schema.get("properties")
    return found if isinstance(found, dict) else {}


def all_properties(document: Document, schema: Any, seen: frozenset[int] = frozenset()) -> dict[str, Any]:
    """Return the properties of a schema and of all that it is composed of by `allOf`."""
    schema = resolved(document, schema)
    if id(schema) in seen:
        return {}
    found: dict[str, Any] = {}
    for member in schema.get("allOf") or []:
        found |= all_properties(document, member, seen | {id(schema)})
    return found | _properties(schema)


def _rename_properties(document: Document, names: set[str], stand_ins: StandIns) -> None:
    renamed: dict[str, str] = {}
    for name in sorted(names):
        if identifier(name) in _MODEL_NAMES or not _is_plain(name):
            renamed[name] = stand_ins.new(name)
    for slot in slots(document):
        if "properties" in slot.schema or "allOf" in slot.schema:
            scope = [name for name in all_properties(document, slot.schema) if name not in renamed]
            for name in _clashing(scope):
                renamed[name] = stand_ins.new(name)
    if not renamed:
        return
    for slot in slots(document):
        schema = slot.schema
        if _properties(schema):
            schema["properties"] = {renamed.get(name, name): value for name, value in schema["properties"].items()}
        if isinstance(schema.get("required"), list):
            schema["required"] = [renamed.get(name, name) for name in schema["required"] if isinstance(name, str)]
        discriminator = schema.get("discriminator")
        if isinstance(discriminator, dict) and discriminator.get("propertyName") in renamed:
            discriminator["propertyName"] = renamed[discriminator["propertyName"]]


def _clashing(names: list[str]) -> list[str]:
    """Return those of some names whose Python name another one has, which is simpler, or comes before."""
    simplest: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (name != identifier(name), not name.isidentifier())):
        simplest.setdefault(identifier(name), name)
    return [name for name in dict.fromkeys(names) if simplest[identifier(name)] != name]


def _parameters(document: Document) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield each operation's path, the operation, and each of its parameters."""
    for path, _, operation in operations(document):
        for item in operation.get("parameters") or []:
            if isinstance(item, dict) and isinstance(item.get("name"), str):
                yield path, operation, item


def _rename_parameters(document: Document, stand_ins: StandIns) -> None:
    """References to parameters are followed before, so that each operation has its own."""
    given: dict[str, str] = {}
    by_operation: dict[int, list[dict[str, Any]]] = {}
    for _, operation, item in _parameters(document):
        by_operation.setdefault(id(operation), []).append(item)
    for items in by_operation.values():
        seen: dict[str, str] = {}
        for item in sorted(items, key=_simplest_first):
            name, written = item["name"], identifier(item["name"])
            taken = seen.get(written) == item.get("in")
            if taken or written in _FUNCTION_NAMES or written.startswith("json_") or not _is_plain(name):
                item["name"] = given[name] if name in given and given[name] not in seen else stand_ins.new(name)
                given[name] = item["name"]
            seen[identifier(item["name"])] = str(item.get("in"))
    _rename_in_paths(document, stand_ins)


def _simplest_first(parameter: dict[str, Any]) -> tuple[bool, bool]:
    return parameter.get("in") != "path", parameter["name"] != identifier(parameter["name"])


def _rename_in_paths(document: Document, stand_ins: StandIns) -> None:
    """A path names its parameters, too. Operations of one path may name them otherwise: each gets a path of its own."""
    paths: dict[str, Any] = {}
    for path, item in document["paths"].items():
        for name, stand_in in sorted((name, stand_in) for stand_in, name in stand_ins.wire.items()):
            ours = [
                parameter
                for *_, operation in operations({"paths": {path: item}})
                for parameter in operation.get("parameters") or []
                if isinstance(parameter, dict) and parameter.get("name") == stand_in and parameter.get("in") == "path"
            ]
            if ours:
                path = path.replace("{" + name + "}", "{" + stand_in + "}")  # noqa: PLW2901
        paths[path] = item
    document["paths"] = paths
