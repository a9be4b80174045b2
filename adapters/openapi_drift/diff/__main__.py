"""``python -m openapi_drift.diff BASE REVISION --json``: the change engine alone."""

from __future__ import annotations

import argparse
import json
import sys

from openapi_drift.diff.compare import compare
from openapi_drift.diff.levels import LevelPolicy
from openapi_drift.documents.document import load
from openapi_drift.errors import SpecsError


def main(arguments: list[str] | None = None) -> int:
    """Print what changed; return 1 if a document cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m openapi_drift.diff", description=main.__doc__)
    parser.add_argument("base", help="OpenAPI document, YAML or JSON")
    parser.add_argument("revision", help="the newer one")
    parser.add_argument("--json", action="store_true", help="the changes as JSON instead of one line each")
    parser.add_argument("--policy", choices=[*LevelPolicy], default=LevelPolicy.DEFAULT, help="whose levels")
    options = parser.parse_args(arguments)
    try:
        changes = compare(load(options.base), load(options.revision), LevelPolicy(options.policy))
    except SpecsError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps({"changes": [change.as_dict() for change in changes]}, indent=2))
    else:
        if not changes:
            print("No changes.")
        for change in changes:
            print(f"{change.level.value} {change.id} {change.method} {change.path}: {change.text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
