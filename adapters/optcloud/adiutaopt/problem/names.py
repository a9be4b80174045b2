"""The one place for what is inferred of a problem's fields; all that is found by it is a warning, never a fault.

The vendor publishes few fields of a task or a worker, and of most no type (adiutaOpt facts 12). What stands here is
inferred from their names, from the other planners and from what the sandbox reads. Once the vendor's own document is
at hand, its types come with the generated client, and what stands here beside them counts no longer.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def _properties() -> dict[str, dict[str, Any]]:
    """Read ``inferred_fields.json``: entries, each with properties and the names of the schemas that have them."""
    found: dict[str, dict[str, Any]] = {}
    for entry in json.loads(files("optcloud.adiutaopt.problem").joinpath("inferred_fields.json").read_bytes()):
        for schema in entry["schemas"]:
            found.setdefault(schema, {}).update(entry["properties"])
    return found


PROPERTIES = _properties()
"""By schema: fields that the document does not name, and types of fields of which it gives none."""

ID = "id"
LISTS_WITH_IDS = ("tasks", "workers")
"""Lists of a problem whose objects have an id each, unlike all others of the list."""

REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("tasks", "preferredWorkers", "workers"),
    ("tasks", "unpreferredWorkers", "workers"),
    ("tasks", "antiWorkers", "workers"),
    ("workers", "unpreferredWorkers", "workers"),  # preferences between workers (adiutaOpt facts C13)
    ("workers", "antiWorkers", "workers"),
)
"""(list, field, list that the ids in the field are of)."""

EITHER_OR: tuple[tuple[str, str], ...] = (("duration", "durationInSeconds"),)
"""Fields that say the same; which one counts is not stated when both are there (adiutaOpt facts F091)."""

INSTEAD = {
    "antiWorkers": "use unpreferredWorkers",  # came when it was deprecated (adiutaOpt facts F088)
    "enablePlanSplitting": "leave it out",
}
"""What to do about a deprecated field."""
