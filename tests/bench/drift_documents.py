"""What comparing two OpenAPI documents costs, on documents made as big as asked: ``nox -s bench``.

Size 1 is 75 operations and 150 schemas. They are of the kind that vendors write: parameters and replies that all share,
`allOf` in chains, `oneOf` with a discriminator, null, and references in one deep circle.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

OPERATIONS, SCHEMAS, CHAIN = 75, 150, 5
SIZES = (1, 2, 4, 8)
WORDS = (1_000, 5_000, 25_000)

COMPARE = """
import json, sys, time
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load
began = time.process_time()
documents = load(sys.argv[1]), load(sys.argv[2])
read = time.process_time()
changes = compare(*documents)
compared = time.process_time()
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps([read - began, compared - read, peak / 1024, len(changes)]))
"""


@dataclass(frozen=True)
class Cost:
    """What one comparison cost: seconds of the processor, MB at the peak; and the changes found."""

    reading: float
    comparing: float
    megabytes: float
    changes: int


def document(size: int) -> dict[str, Any]:
    """Return a document of that size."""
    schemas = SCHEMAS * size
    return {
        "openapi": "3.0.3",
        "info": {"title": "bench", "version": "1"},
        "paths": {f"/things{index}/{{id}}": _path(index, schemas) for index in range(OPERATIONS * size)},
        "components": {
            "parameters": {
                "Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                "Limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}},
            },
            "responses": {"Refused": {"description": "no", **_json(_ref("schemas", "Thing0"))}},
            "schemas": {f"Thing{index}": _schema(index, schemas) for index in range(schemas)},
        },
    }


def _path(index: int, schemas: int) -> dict[str, Any]:
    return {
        "post": {
            "operationId": f"post{index}",
            "summary": "Makes a thing and returns it",
            "description": "What it is, what it costs, and how long it takes, as people read it. " * 3,
            "parameters": [_ref("parameters", "Id"), _ref("parameters", "Limit")],
            "requestBody": _json(_ref("schemas", f"Thing{index * 7 % schemas}")),
            "responses": {
                "200": {"description": "ok", **_json(_ref("schemas", f"Thing{(index * 11 + 3) % schemas}"))},
                "400": _ref("responses", "Refused"),
            },
        }
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _schema(index: int, schemas: int) -> dict[str, Any]:
    """Every fifth is plain; each of the next four is the one before it and more."""
    said: dict[str, Any] = {
        "type": "object",
        "required": [f"field{index}a", f"field{index}b"],
        "properties": {
            f"field{index}{letter}": {"type": "string", "maxLength": 100, "description": "A field of the thing"}
            for letter in "abcdefg"
        },
    }
    others = [f"Thing{(index * 3 + number) % schemas}" for number in (1, 2)]
    said["properties"] |= {
        f"next{index}": _ref("schemas", f"Thing{(index + 1) % schemas}"),
        f"list{index}": {"type": "array", "items": _ref("schemas", f"Thing{index % CHAIN}")},
        f"perhaps{index}": {"nullable": True, "allOf": [_ref("schemas", f"Thing{(index * 5) % schemas}")]},
        f"choice{index}": {
            "oneOf": [_ref("schemas", name) for name in others],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {name.lower(): f"#/components/schemas/{name}" for name in others},
            },
        },
    }
    return {"allOf": [_ref("schemas", f"Thing{index - 1}"), said]} if index % CHAIN else said


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def revision(base: dict[str, Any]) -> dict[str, Any]:
    """Return the document with three schemas changed, one of them in what four others are made of."""
    changed = copy.deepcopy(base)
    schemas = changed["components"]["schemas"]
    schemas["Thing5"]["properties"]["field5a"]["maxLength"] = 50
    schemas["Thing100"]["required"].append("field100c")
    del schemas["Thing149"]["allOf"][1]["properties"]["field149d"]
    return changed


def enums(words: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return two documents with a list of so many words, of which every hundredth has changed."""
    base = document(1)
    base["components"]["schemas"]["Thing0"]["properties"]["field0a"] = {"enum": [f"word{n}" for n in range(words)]}
    changed = copy.deepcopy(base)
    listed = changed["components"]["schemas"]["Thing0"]["properties"]["field0a"]["enum"]
    listed[::100] = [f"new{word}" for word in listed[::100]]
    return base, changed


def measure(base: dict[str, Any], changed: dict[str, Any], folder: Path, form: str) -> tuple[Cost, float]:
    """Compare two documents in a fresh process; return what it cost, and the megabytes of one of them."""
    files = []
    for name, content in (("base", base), ("revision", changed)):
        path = folder / f"{name}.{form}"
        path.write_text(json.dumps(content) if form == "json" else yaml.dump(content, Dumper=yaml.CSafeDumper))
        files.append(path)
    command = [sys.executable, "-c", COMPARE, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Cost(*json.loads(done.stdout)), files[0].stat().st_size / 1e6


def print_cost(title: str, cost: Cost, megabytes: float, *, of_smallest: float) -> None:
    """Print a line: the comparison against reading the same documents, and its cost per part against the smallest."""
    print(
        f"  {title:32} {megabytes:5.2f} MB  read {cost.reading:5.2f} s  compared {cost.comparing:5.2f} s"
        f"  x{cost.comparing / cost.reading:4.2f} of reading  x{of_smallest:4.2f} of the smallest, per part"
        f"  {cost.megabytes:4.0f} MB peak  {cost.changes:,} changes"
    )


def bench_family(folder: Path, form: str) -> None:
    """Print what comparing costs from 75 to 600 operations."""
    smallest = 0.0
    for size in SIZES:
        base = document(size)
        cost, megabytes = measure(base, revision(base), folder, form)
        smallest = smallest or cost.comparing
        title = f"{form}  {OPERATIONS * size} operations, {SCHEMAS * size} schemas"
        print_cost(title, cost, megabytes, of_smallest=cost.comparing / size / smallest)


def bench_enums(folder: Path) -> None:
    """Print what long lists of values cost beyond the same documents with a short one."""
    short, _ = measure(*enums(100), folder, "json")
    smallest = 0.0
    for words in WORDS:
        cost, megabytes = measure(*enums(words), folder, "json")
        beyond = max(cost.comparing - short.comparing, 1e-3) / words
        smallest = smallest or beyond
        print_cost(f"json  an enum of {words:,} words", cost, megabytes, of_smallest=beyond / smallest)


def bench_drift() -> None:
    """Print all of it. "x1.00 of the smallest, per part" is linear: a part is an operation, or a word of an enum."""
    print("\ncomparing two documents (seconds of the processor)")
    with tempfile.TemporaryDirectory() as folder:
        for form in ("yaml", "json"):
            bench_family(Path(folder), form)
        bench_enums(Path(folder))


if __name__ == "__main__":
    bench_drift()
