"""A family of OpenAPI documents, as big as asked, to measure how they are compared: ``nox -s bench``.

Size 1 is 75 operations and 500 schemas. Each schema has ten fields and refers to others: in a chain that closes, so
that all are one deep cycle, and to a few that everything shares.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

OPERATIONS, SCHEMAS, SHARED = 75, 500, 5
SIZES = (1, 2, 4)

COMPARE = """
import sys, time
from openapi_drift.diff.compare import compare
from openapi_drift.documents.document import load
began = time.perf_counter()
changes = compare(load(sys.argv[1]), load(sys.argv[2]))
took = time.perf_counter() - began
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(took, time.process_time(), peak / 1024, len(changes))
"""


def document(size: int) -> dict[str, Any]:
    """Return a document of that size."""
    schemas = SCHEMAS * size
    return {
        "openapi": "3.0.3",
        "info": {"title": "bench", "version": "1"},
        "paths": {f"/things{index}": _path(index, schemas) for index in range(OPERATIONS * size)},
        "components": {"schemas": {f"Thing{index}": _schema(index, schemas) for index in range(schemas)}},
    }


def _path(index: int, schemas: int) -> dict[str, Any]:
    def body(number: int) -> dict[str, Any]:
        return {"content": {"application/json": {"schema": _ref(number % schemas)}}}

    return {
        "post": {
            "operationId": f"post{index}",
            "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}],
            "requestBody": body(index * 7),
            "responses": {
                "200": {"description": "ok", **body(index * 11 + 3)},
                "400": {"description": "no", **body(0)},
            },
        }
    }


def _schema(index: int, schemas: int) -> dict[str, Any]:
    fields: dict[str, Any] = {
        f"field{number}": {"type": "string", "maxLength": 100, "description": "A field of the thing"}
        for number in range(7)
    }
    fields["next"] = _ref((index + 1) % schemas)
    fields["shared"] = {"type": "array", "items": _ref(index % SHARED)}
    fields["choice"] = {"oneOf": [_ref((index * 3) % schemas), _ref((index * 3 + 1) % schemas)]}
    return {"type": "object", "required": ["field0", "field1"], "properties": fields}


def _ref(index: int) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/Thing{index}"}


def revision(base: dict[str, Any]) -> dict[str, Any]:
    """Return the document with three schemas changed."""
    changed = copy.deepcopy(base)
    schemas = changed["components"]["schemas"]
    schemas["Thing1"]["properties"]["field0"]["maxLength"] = 50
    schemas["Thing100"]["required"].append("field2")
    del schemas["Thing499"]["properties"]["field3"]
    return changed


def measure(size: int, folder: Path, form: str) -> tuple[float, float, float, int]:
    """Return seconds, seconds of the processor, MB at the peak and changes found, in a fresh process."""
    base = document(size)
    files = []
    for name, content in (("base", base), ("revision", revision(base))):
        path = folder / f"{name}-{size}.{form}"
        path.write_text(
            json.dumps(content, indent=1) if form == "json" else yaml.dump(content, Dumper=yaml.CSafeDumper)
        )
        files.append(str(path))
    done = subprocess.run([sys.executable, "-c", COMPARE, *files], capture_output=True, text=True, check=True)
    seconds, processor, megabytes, changes = done.stdout.split()
    return float(seconds), float(processor), float(megabytes), int(changes)


def bench_drift() -> None:
    """Print what comparing two documents costs, for sizes n, 2n and 4n (300 operations, 2,000 schemas)."""
    print("\ncomparing two documents (reading included)")
    with tempfile.TemporaryDirectory() as folder:
        for form in ("yaml", "json"):
            for size in SIZES:
                seconds, processor, megabytes, changes = measure(size, Path(folder), form)
                count = f"{OPERATIONS * size} operations, {SCHEMAS * size} schemas"
                spent = f"{seconds:6.2f} s (processor {processor:5.2f} s)  {megabytes:6.0f} MB"
                print(f"  {form}  {count:32} {spent}  {changes} changes")


if __name__ == "__main__":
    bench_drift()
