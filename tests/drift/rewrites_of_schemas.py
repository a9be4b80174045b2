"""Ways of writing the same schema differently: in pieces, nested, with null and enums said in another way."""

from __future__ import annotations

import copy
import random
from typing import Any

from drift.rewriting import (
    Document,
    NoPlaceError,
    Rewrite,
    chosen,
    inline,
    is_31,
    needs,
    of_kind,
    put,
    rewrite,
    told_apart,
)

_NOTES = (
    "title",
    "description",
    "example",
    "examples",
    "externalDocs",
    "deprecated",
    "default",
    "readOnly",
    "writeOnly",
)
_CLOSING = ("additionalProperties", "unevaluatedProperties", "unevaluatedItems", "discriminator", "xml")
"""Keywords that look at what stands beside them: what they look at cannot be moved away from them."""
_BESIDE = (("if", "then", "else"), ("contains", "minContains", "maxContains"), ("prefixItems", "items"))


@rewrite
def object_in_pieces(document: Document, chance: random.Random) -> bool:
    """An object becomes an allOf of two with some of its properties and required names each."""
    path, schema = chosen(
        document, chance, lambda schema: len(schema.get("properties", {})) > 1 and not set(_CLOSING) & schema.keys()
    )
    needs("allOf" not in schema)
    names = list(schema["properties"])
    first = set(chance.sample(names, chance.randint(1, len(names) - 1)))
    required = schema.get("required", [])
    members = []
    for chosen_here in (first, set(names) - first):
        member: dict[str, Any] = {
            "properties": {name: schema["properties"][name] for name in names if name in chosen_here}
        }
        here = [name for name in required if chance.random() < 0.5] if chosen_here is first else []
        left = [name for name in required if name not in members[0].get("required", [])] if members else here
        if left:
            member["required"] = left
        if "type" in schema:
            member["type"] = schema["type"]
        members.append(member)
    rest = {key: value for key, value in schema.items() if key not in ("properties", "required", "type")}
    if "nullable" in rest:  # it belongs to the type beside it
        for member in members:
            member["nullable"] = rest["nullable"]
        del rest["nullable"]
    put(document, path, {**rest, "allOf": members})
    return True


@rewrite
def keywords_in_pieces(document: Document, chance: random.Random) -> bool:
    """One keyword of a schema moves into an allOf beside the others."""
    path, schema = chosen(document, chance, lambda schema: inline(schema) and len(schema) > 1 and "allOf" not in schema)
    movable = [
        key
        for key in schema
        if key not in (*_NOTES, *_CLOSING, "properties", "patternProperties", "type", "nullable", "$defs")
        and not key.startswith("x-")
        and not any(key in group for group in _BESIDE)
        and not (key.endswith("imum") and isinstance(schema.get("exclusiveM" + key[-6:].lower()), bool))
        and not isinstance(schema[key], bool)
        and not (key in ("oneOf", "anyOf") and "discriminator" in schema)
    ]
    needs(bool(movable) and not any(isinstance(schema.get(f"exclusive{word}imum"), bool) for word in ("Min", "Max")))
    needs(not {"unevaluatedProperties", "unevaluatedItems", "contentSchema"} & schema.keys())
    key = chance.choice(movable)
    # Whether null beside an enum without null is valid is read in two ways; nothing is asked of it here.
    needs(key not in ("enum", "const") or not ("nullable" in schema or "null" in schema.get("type", "")))
    rest = {name: value for name, value in schema.items() if name != key}
    put(document, path, {**rest, "allOf": [{key: schema[key]}]})
    return True


@rewrite
def property_moved_between_members(document: Document, chance: random.Random) -> bool:
    """A property goes from one member of an allOf to another."""
    _, schema = chosen(document, chance, lambda schema: len(_members(schema)) > 1)
    source, target = chance.sample(_members(schema), 2)
    names = [name for name in source.get("properties", {}) if name not in target.get("properties", {})]
    needs(bool(names))
    name = chance.choice(names)
    target.setdefault("properties", {})[name] = source["properties"].pop(name)
    return True


@rewrite
def required_moved_between_members(document: Document, chance: random.Random) -> bool:
    """A required name goes from one member of an allOf to another."""
    _, schema = chosen(document, chance, lambda schema: len(_members(schema)) > 1)
    source, target = chance.sample(_members(schema), 2)
    needs(bool(source.get("required")))
    name = chance.choice(source["required"])
    source["required"] = [other for other in source["required"] if other != name]
    target["required"] = [*(other for other in target.get("required", []) if other != name), name]
    return True


def _members(schema: dict[str, Any]) -> list[dict[str, Any]]:
    members = schema.get("allOf", [])
    return [
        member
        for member in members
        if isinstance(member, dict) and inline(member) and not set(_CLOSING) & member.keys()
    ]


@rewrite
def members_nested(document: Document, chance: random.Random) -> bool:
    """Some members of an allOf become an allOf in it."""
    path, schema = chosen(document, chance, lambda schema: len(schema.get("allOf", [])) > 1)
    cut = chance.randint(1, len(schema["allOf"]))
    put(document, (*path, "allOf"), [{"allOf": schema["allOf"][:cut]}, *schema["allOf"][cut:]])
    return True


def _wrapped(key: str) -> Rewrite:
    def wrap(document: Document, chance: random.Random) -> bool:
        path, schema = chosen(document, chance, lambda _: True)
        needs(not told_apart(document, path))
        # In 3.0, nullable beside a type allows null; so it does inside.
        put(document, path, {key: [schema]})
        return True

    wrap.__name__ = f"only_member_of_{key}"
    return rewrite(wrap)


for _key in ("allOf", "oneOf", "anyOf"):
    _wrapped(_key)


@rewrite
def said_twice(document: Document, chance: random.Random) -> bool:
    """A keyword stands in a further member of allOf as well, or a weaker one does."""
    path, schema = chosen(
        document, chance, lambda schema: inline(schema) and {"maxLength", "enum", "required"} & schema.keys()
    )
    key = chance.choice([key for key in ("maxLength", "enum", "required") if key in schema])
    needs(bool(schema[key]))
    again = schema[key] + 1 if key == "maxLength" else copy.deepcopy(schema[key])
    put(document, path, {**schema, "allOf": [*schema.get("allOf", []), {key: again}]})
    return True


@rewrite
def type_as_a_list(document: Document, chance: random.Random) -> bool:
    """One type becomes a list of one type (3.1)."""
    needs(is_31(document))
    _, schema = chosen(document, chance, lambda schema: isinstance(schema.get("type"), str))
    schema["type"] = [schema["type"]]
    return True


@rewrite
def null_beside_as_an_alternative(document: Document, chance: random.Random) -> bool:
    """A type list with null becomes an anyOf or oneOf of the schema and null (3.1)."""
    needs(is_31(document))
    path, schema = chosen(
        document,
        chance,
        lambda schema: (
            isinstance(schema.get("type"), list)
            and "null" in schema["type"]
            and len(schema["type"]) > 1
            and not {"enum", "const", "not", "allOf", "anyOf", "oneOf", "if"} & schema.keys()
        ),
    )
    inner = {**schema, "type": [name for name in schema["type"] if name != "null"]}
    notes = {key: inner.pop(key) for key in _NOTES if key in inner}
    members = [inner, {"type": "null"}]
    chance.shuffle(members)
    put(document, path, {**notes, chance.choice(["anyOf", "oneOf"]): members})
    return True


@rewrite
def said_in_the_words_of_31(document: Document, chance: random.Random) -> bool:
    """A document of 3.0 becomes one of 3.1."""
    needs(not is_31(document))
    for _, schema in sorted(of_kind(document, "schema"), key=lambda entry: -len(entry[0])):
        if "$ref" in schema:
            for key in [key for key in schema if key != "$ref"]:
                del schema[key]  # 3.0 does not heed them
            continue
        nullable = schema.pop("nullable", False) is True
        if nullable and isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
        elif nullable and set(schema) == {"allOf"} and len(schema["allOf"]) == 1 and "$ref" in schema["allOf"][0]:
            schema["anyOf"] = [schema.pop("allOf")[0], {"type": "null"}]
        elif nullable:
            raise NoPlaceError
        for word in ("Minimum", "Maximum"):
            if schema.get(f"exclusive{word}") is True and word.lower() in schema:
                schema[f"exclusive{word}"] = schema.pop(word.lower())
            elif isinstance(schema.get(f"exclusive{word}"), bool):
                del schema[f"exclusive{word}"]
        if "example" in schema:
            schema["examples"] = [schema.pop("example")]
    document["openapi"] = "3.1.0"
    return True


@rewrite
def enum_of_one_as_const(document: Document, chance: random.Random) -> bool:
    """An enum of one value becomes a const, or a const such an enum (3.1)."""
    needs(is_31(document))
    _, schema = chosen(document, chance, lambda schema: len(schema.get("enum") or []) == 1 or "const" in schema)
    if "const" in schema and "enum" not in schema:
        schema["enum"] = [schema.pop("const")]
    elif "enum" in schema and "const" not in schema:
        schema["const"] = schema.pop("enum")[0]
    else:
        raise NoPlaceError
    return True


@rewrite
def enum_split_into_alternatives(document: Document, chance: random.Random) -> bool:
    """An enum of words becomes a oneOf or anyOf of two enums."""
    path, schema = chosen(
        document,
        chance,
        lambda schema: (
            len(set(map(str, schema.get("enum") or []))) == len(schema.get("enum") or []) > 1
            and schema.get("type") == "string"
            and all(isinstance(word, str) for word in schema["enum"])
            and not {"oneOf", "anyOf", "nullable", "const"} & schema.keys()
        ),
    )
    cut = chance.randint(1, len(schema["enum"]) - 1)
    rest = {key: value for key, value in schema.items() if key not in ("enum", "type")}
    members = [{"type": "string", "enum": part} for part in (schema["enum"][:cut], schema["enum"][cut:])]
    put(document, path, {**rest, chance.choice(["oneOf", "anyOf"]): members})
    return True


@rewrite
def boolean_schema_as_an_object(document: Document, chance: random.Random) -> bool:
    """additionalProperties: true becomes {}, or {} true."""
    _, schema = chosen(document, chance, lambda schema: schema.get("additionalProperties") in (True, {}))
    schema["additionalProperties"] = {} if schema["additionalProperties"] is True else True
    return True
