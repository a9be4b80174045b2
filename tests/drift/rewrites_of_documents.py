"""Ways of writing the same document differently: references, places of parameters and access, order, defaults."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from drift.openapi_kinds import METHODS, walk
from drift.rewriting import (
    Document,
    NoPlaceError,
    chosen,
    inline,
    is_31,
    needs,
    of_kind,
    put,
    resolved,
    rewrite,
    target,
    told_apart,
)

_DEFAULTS: dict[str, dict[str, Any]] = {
    "request body": {"required": False},
    "operation": {"deprecated": False, "parameters": []},
    "header": {"required": False, "deprecated": False, "style": "simple", "explode": False},
    "schema": {"deprecated": False, "readOnly": False, "writeOnly": False, "uniqueItems": False, "minItems": 0}
    | {"minLength": 0, "minProperties": 0, "required": []},
}


@rewrite
def reference_written_out(document: Document, chance: random.Random) -> bool:
    """A reference becomes a copy of what it refers to."""
    found = [
        (path, value)
        for path, value, kind in walk(document)
        if isinstance(value, dict) and "$ref" in value and kind in _GROUPS and not told_apart(document, path)
    ]
    needs(bool(found))
    path, value = chance.choice(found)
    referred = target(document, value["$ref"])
    needs(f'"{value["$ref"]}"' not in json.dumps(referred))
    beside = {key: item for key, item in value.items() if key != "$ref"} if is_31(document) else {}
    if not beside.keys() <= {"description", "summary", "title"}:
        raise NoPlaceError
    put(document, path, copy.deepcopy(referred) | beside)
    return True


_GROUPS = {
    "schema": "schemas",
    "parameter": "parameters",
    "response": "responses",
    "request body": "requestBodies",
    "header": "headers",
    "callback": "callbacks",
    "link": "links",
    "path item": "pathItems",
}


@rewrite
def moved_to_the_components(document: Document, chance: random.Random) -> bool:
    """A schema, parameter, response, body, header, link, callback or path becomes a component that is referred to."""
    found = [
        (path, value, kind)
        for path, value, kind in walk(document)
        if kind in _GROUPS
        and isinstance(value, dict)
        and inline(value)
        and not (len(path) == 3 and path[0] == "components")
        and not told_apart(document, path)
        and (kind != "path item" or is_31(document))
    ]
    needs(bool(found))
    wanted = chance.choice(sorted({kind for _, _, kind in found}))
    path, value, kind = chance.choice([entry for entry in found if entry[2] == wanted])
    group = document.setdefault("components", {}).setdefault(_GROUPS[kind], {})
    name = f"Moved{len(group)}x{chance.randint(0, 10**6)}"
    put(document, path, {"$ref": f"#/components/{_GROUPS[kind]}/{name}"})
    group[name] = value
    return True


@rewrite
def moved_to_definitions(document: Document, chance: random.Random) -> bool:
    """A schema inside a component goes to the definitions of that component (3.1)."""
    needs(is_31(document))
    found = [
        (path, value)
        for path, value in of_kind(document, "schema")
        if path[:2] == ("components", "schemas") and len(path) > 3 and inline(value) and not told_apart(document, path)
    ]
    needs(bool(found))
    path, value = chance.choice(found)
    name = path[2]
    component = document["components"]["schemas"][name]
    needs(inline(component) and "/" not in str(name) and "~" not in str(name))
    key = f"Moved{chance.randint(0, 10**6)}"
    put(document, path, {"$ref": f"#/components/schemas/{name}/$defs/{key}"})
    component.setdefault("$defs", {})[key] = value
    return True


@rewrite
def another_name_for_a_component(document: Document, chance: random.Random) -> bool:
    """A reference goes by a further component that only refers to the old one."""
    path, schema = chosen(
        document, chance, lambda schema: str(schema.get("$ref", "")).startswith("#/components/schemas/")
    )
    needs(not told_apart(document, path) and len(schema) == 1)
    schemas = document["components"]["schemas"]
    name = f"Alias{len(schemas)}x{chance.randint(0, 10**6)}"
    schemas[name] = {"$ref": schema["$ref"]} if chance.random() < 0.5 else {"allOf": [{"$ref": schema["$ref"]}]}
    put(document, path, {"$ref": f"#/components/schemas/{name}"})
    return True


@rewrite
def parameters_said_at_the_path(document: Document, chance: random.Random) -> bool:
    """A parameter that every operation of a path has goes to the path."""
    _, item = chosen(document, chance, _operations, "path item")
    operations = _operations(item)
    shared = [
        parameter
        for parameter in operations[0].get("parameters", [])
        if all(parameter in operation.get("parameters", []) for operation in operations)
        and parameter not in item.get("parameters", [])
    ]
    needs(bool(shared))
    parameter = chance.choice(shared)
    for operation in operations:
        operation["parameters"] = [other for other in operation["parameters"] if other != parameter]
    item.setdefault("parameters", []).append(parameter)
    return True


@rewrite
def parameters_said_at_the_operations(document: Document, chance: random.Random) -> bool:
    """The parameters of a path go to each of its operations."""
    _, item = chosen(document, chance, lambda item: item.get("parameters") and _operations(item), "path item")
    common = item.pop("parameters")
    for operation in _operations(item):
        own = operation.get("parameters", [])
        known = {_name(document, parameter) for parameter in own}
        added = [copy.deepcopy(parameter) for parameter in common if _name(document, parameter) not in known]
        operation["parameters"] = [*own, *added]
    return True


def _name(document: Document, parameter: dict[str, Any]) -> tuple[Any, Any]:
    real = resolved(document, parameter)
    return real.get("in"), real.get("name")


def _operations(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [item[method] for method in METHODS if method in item]


@rewrite
def path_parameter_renamed_for_one_method(document: Document, chance: random.Random) -> bool:
    """A method goes to a path of the same shape, in which the parameter has another name."""
    paths = document.get("paths", {})
    found = [(path, method) for path, item in paths.items() for method in METHODS if method in item and "{" in path]
    needs(bool(found))
    path, method = chance.choice(found)
    old = path[path.index("{") + 1 : path.index("}")]
    new = f"{old}X"
    address = path.replace(f"{{{old}}}", f"{{{new}}}")
    needs(address not in paths)
    item = copy.deepcopy({key: value for key, value in paths[path].items() if key not in METHODS or key == method})
    if not _renamed(document, item, method, old, new):
        raise NoPlaceError
    del paths[path][method]
    if not _operations(paths[path]):
        del paths[path]
    paths[address] = item
    return True


def _renamed(document: Document, item: dict[str, Any], method: str, old: str, new: str) -> bool:
    hits = 0
    for holder in (item, item[method]):
        for index, parameter in enumerate(holder.get("parameters", [])):
            if _name(document, parameter) == ("path", old):
                holder["parameters"][index] = {**copy.deepcopy(resolved(document, parameter)), "name": new}
                hits += 1
    return bool(hits)


@rewrite
def security_said_at_each_operation(document: Document, chance: random.Random) -> bool:
    """The document's security goes to each operation that says none."""
    operations = [operation for _, operation in of_kind(document, "operation")]
    needs(bool(document.get("security")) and any("security" not in operation for operation in operations))
    for operation in operations:
        operation.setdefault("security", copy.deepcopy(document["security"]))
    del document["security"]
    return True


@rewrite
def servers_said_at_a_path(document: Document, chance: random.Random) -> bool:
    """The document's servers are said again at a path or operation."""
    needs(bool(document.get("servers")))
    _, holder = chance.choice(of_kind({"paths": document.get("paths", {})}, "path item", "operation") or [((), {})])
    needs(
        bool(holder) and "servers" not in holder and not any("servers" in item for item in document["paths"].values())
    )
    holder["servers"] = copy.deepcopy(document["servers"])
    return True


@rewrite
def reordered(document: Document, chance: random.Random) -> bool:
    """Keys, and lists whose order means nothing, are shuffled."""
    sets = ("required", "enum", "parameters", "tags", "oneOf", "anyOf", "allOf", "security", "type")

    def shuffled(value: Any, key: str | int = "") -> Any:
        if isinstance(value, dict):
            entries = [(name, shuffled(item, name)) for name, item in value.items()]
            chance.shuffle(entries)
            return dict(entries)
        if isinstance(value, list):
            items = [shuffled(item) for item in value]
            if key in sets:
                chance.shuffle(items)
            return items
        return value

    new = shuffled(document)
    document.clear()
    document.update(new)
    return True


@rewrite
def default_written_out(document: Document, chance: random.Random) -> bool:
    """A field gets the value that it has when it is left away."""
    found = of_kind(document, "parameter", *_DEFAULTS)
    kinds = {path: kind for path, _, kind in walk(document)}
    needs(bool(found))
    path, value = chance.choice(found)
    needs(inline(value))
    defaults = _DEFAULTS.get(kinds[path]) or _parameter_defaults(value)
    missing = [key for key in defaults if key not in value]
    needs(bool(missing))
    key = chance.choice(missing)
    value[key] = copy.deepcopy(defaults[key])
    return True


def _parameter_defaults(parameter: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"deprecated": False}
    if parameter.get("in") != "path":
        found["required"] = False
    if parameter.get("in") == "query":
        found |= {"allowEmptyValue": False, "allowReserved": False}
    if "schema" in parameter:
        style = "form" if parameter.get("in") in ("query", "cookie") else "simple"
        found |= {"style": style, "explode": parameter.get("style", style) == "form"}
    return found


@rewrite
def objects_said_to_be_open(document: Document, chance: random.Random) -> bool:
    """An object that says nothing of further properties says that they are allowed."""
    path, schema = chosen(
        document, chance, lambda schema: "properties" in schema and "additionalProperties" not in schema
    )
    needs("unevaluatedProperties" not in document.__str__() and path != ())
    schema["additionalProperties"] = True
    return True


@rewrite
def words_for_people(document: Document, chance: random.Random) -> bool:
    """Descriptions and examples are written anew."""
    kinds = ("operation", "parameter", "response", "schema", "media type", "header", "request body")
    for path, value in chance.sample(found := of_kind(document, *kinds), min(3, len(found))):
        if inline(value):
            value["example" if path[-2:-1] == ("content",) else "description"] = f"New words {chance.random()}."
    document["info"]["description"] = "New words."
    return True
