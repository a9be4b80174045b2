"""adiutaOpt's documents before v6.0.0, made from that one by undoing the rows of its changelog, newest first."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from openapi_drift.documents.document import LoadedDocument, load_text

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "specs" / "adiutaopt-v6" / "openapi.yaml"
CHANGELOG = HERE / "adiutaopt_changelog.yaml"

Json = dict[str, Any]

# Within a version: what later rows refer to is put back first, and taken away last.
_ORDER = {"deprecated": 0, "removed": 1, "type-changed": 2, "added": 3}
_NUMBERS = {
    "Number_u32": (0, 2**32 - 1),
    "Number_s32": (-(2**31), 2**31 - 1),
    "Number_u64": (0, 2**64 - 1),
    "Number_s64": (-(2**63), 2**63 - 1),
}
_VERSION_BEFORE = {"5.0.0": "FieldPlacerVersion", "4.0.0": "SemanticVersion"}
_ANSWERED = re.compile(r"Output|Statistics|^Error|^BackendVersion")


class NotSaid(Exception):  # noqa: N818  # no error: the row is known not to say enough
    """A row does not say what the document was before."""


@dataclass(frozen=True)
class Row:
    """One row of the changelog; ``request`` and ``response``: whom it breaks, by the table."""

    version: str
    scope: str
    name: str
    field: str
    change: str
    request: bool
    response: bool
    before: str

    def __str__(self) -> str:
        return f"{self.version} {self.name} {self.field} {self.change}"

    @property
    def order(self) -> int:
        return _ORDER.get(self.change, 3) + (self.change == "added" and self.scope == "schema" and not self.field)


@dataclass(frozen=True)
class Step:
    """A row, with the document before and after it; or why it cannot be undone."""

    row: Row
    base: LoadedDocument | None
    revision: LoadedDocument | None
    reason: str = ""


@cache
def steps() -> list[Step]:
    """Undo every row, and return each with its documents, newest first."""
    document = _newest()
    revision, found = _loaded(document), []
    for row in _rows():
        older = copy.deepcopy(document)
        try:
            _undo(older, row)
        except NotSaid as reason:
            found.append(Step(row, None, None, str(reason)))
            continue
        base = _loaded(older)
        found.append(Step(row, base, revision))
        document, revision = older, base
    return found


def _rows() -> list[Row]:
    said = yaml.load(CHANGELOG.read_text(encoding="utf-8"), yaml.CSafeLoader)
    rows = [
        Row(
            row["version"],
            row["scope"],
            row["name"],
            row.get("field", ""),
            row["change"],
            row["request"],
            row["response"],
            row.get("from") or row.get("renamed_from") or "",
        )
        for row in said
    ]
    versions = list(dict.fromkeys(row.version for row in rows))
    return sorted(rows, key=lambda row: (versions.index(row.version), row.order))


def _loaded(document: Json) -> LoadedDocument:
    return load_text(json.dumps(document), "adiutaopt.json")


def _newest() -> Json:
    """Return v6.0.0 with what its reconstruction leaves out: bounds, closed objects, and where schemas are used."""
    document: Json = yaml.load(DOCUMENT.read_text(encoding="utf-8"), yaml.CSafeLoader)
    schemas = document["components"]["schemas"]
    for name in _NUMBERS.keys() & schemas.keys():
        schemas[name] = _number(name)
    for schema in schemas.values():
        if "x-closed-since" in schema:
            schema["additionalProperties"] = False
    for row in _rows():
        if row.scope == "schema" and row.name in schemas and row.name not in _NUMBERS:
            body = schemas["DeployedVersion" if _ANSWERED.search(row.name) else "MixedPlannerInputPlan"]
            body["properties"][f"x{row.name}"] = {"$ref": f"#/components/schemas/{row.name}"}
    return {**document, "paths": _plain(document["paths"]), "components": _plain(document["components"])}


def _plain(value: Any) -> Any:
    """Return the value without its extensions: notes on the reconstruction, which no caller meets."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if not key.startswith("x-")}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _number(name: str) -> Json:
    minimum, maximum = _NUMBERS[name]
    return {"type": "integer", "minimum": minimum, "maximum": maximum}


def _undo(document: Json, row: Row) -> None:
    if row.scope == "endpoint":
        _undo_endpoint(document, row)
    elif row.field and row.change != "closed":
        for schema in _objects(document["components"]["schemas"], row.name):
            _undo_field(schema, row)
    else:
        _undo_schema(document["components"]["schemas"], row)


def _objects(schemas: Json, name: str) -> list[Json]:
    """Return the schema that a row names; where it only chooses among others, those."""
    schema = schemas.get(name, {})
    chosen = [item["$ref"].rpartition("/")[2] for item in schema.get("anyOf", [])]
    return [schemas[item] for item in chosen] or [schema]


def _undo_field(schema: Json, row: Row) -> None:
    properties = schema.get("properties", {})
    if row.change == "added":
        del properties[row.field]
    elif row.change == "deprecated":
        del properties[row.field]["deprecated"]
    elif row.change == "removed":
        schema.setdefault("properties", {})[row.field] = {}
    elif row.change == "type-changed":
        before = row.before or _VERSION_BEFORE[row.version]
        properties[row.field] = {"$ref": f"#/components/schemas/{before}"}
    elif row.change == "required-relaxed":
        schema.setdefault("required", []).append(row.field)
    else:
        raise NotSaid("what it was before is not said")


def _undo_schema(schemas: Json, row: Row) -> None:
    if row.change == "added":
        del schemas[row.name]
        for body in schemas.values():
            body.get("properties", {}).pop(f"x{row.name}", None)
    elif row.change == "removed":
        schemas[row.name] = _number(row.name)
    elif row.change == "closed":
        schemas[row.name]["additionalProperties"] = True
    else:
        raise NotSaid("what it was before is not said")


def _undo_endpoint(document: Json, row: Row) -> None:
    operations = _operations(document, row.name)
    header = re.fullmatch(r"Version \(header\)|accept-encoding", row.field)
    if not row.field and row.change == "added":
        del document["paths"][row.name.removeprefix("GET ")]
    elif row.change == "renamed":
        document["components"]["parameters"]["AdiutaoptVersion"]["name"] = row.before
    elif header:
        parameter = "AcceptEncoding" if row.field == "accept-encoding" else "AdiutaoptVersion"
        for operation in operations:
            operation["parameters"].remove({"$ref": f"#/components/parameters/{parameter}"})
    elif row.field == "accept":
        for operation in operations:
            del operation["responses"]["406"]
            content = operation["responses"]["200"]["content"]
            operation["responses"]["200"]["content"] = {"application/json": content["application/json"]}
    elif row.field.startswith("content-type: "):
        for operation in operations:
            del operation["requestBody"]["content"][row.field.removeprefix("content-type: ")]
    elif row.field.startswith("status "):
        for operation in operations:
            operation["responses"].pop(row.field.removeprefix("status "), None)
    elif row.field == "authorization":
        for operation in operations:
            del operation["security"]
    else:
        raise NotSaid("what it was before is not said")


def _operations(document: Json, name: str) -> list[Json]:
    """Return the operations that a row names: "POST /[floor-|shift-]description", "OPTIONS (all)", "GET (solution)"."""
    method, _, path = ("", "", "(all)") if name.startswith("(") else name.partition(" ")
    wanted = path.replace("(all)", "/.*").replace("(solution)", "/solution/.*").replace("-]", "-)?")
    wanted = wanted.replace("[floor-|shift-)?", "(floor-|shift-)?")
    return [
        operation
        for where, item in document["paths"].items()
        for verb, operation in item.items()
        if (not method or verb == method.lower()) and re.fullmatch(wanted, where)
    ]
