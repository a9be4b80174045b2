"""Drift in CI, from Python: which changes of a document reach the code in a folder.

    python drift_in_ci.py old.yaml new.yaml src

Leaves with 6 where a change that breaks or may break something reaches your code, else with 0. As a command:
`optcloud spec check aimms-pro-v2 --uses src --fail-on warning`, which also fetches what the vendor serves.
"""

import sys
from pathlib import Path

import optcloud
from openapi_drift.checks.impact import touched
from openapi_drift.checks.inputs import Reader
from openapi_drift.checks.operation_table import NAME, read_table
from openapi_drift.checks.uses import reaching
from openapi_drift.diff.change import Level
from openapi_drift.diff.compare import compare

DRIFT = 6


def main(base: str, revision: str, code: str) -> int:
    """Compare, and tell what reaches the code; returns the exit code."""
    before, after = Reader(raw=True).pair(base, revision)
    changes = compare(before.document, after.document)
    verbs = read_table(Path(optcloud.__file__).with_name(NAME))  # which verbs stand on which operation
    reached = reaching(touched(changes, None, table=verbs), Path(code)).reaching
    for one in reached:
        change = one.impact.change
        places = ", ".join(f"{use.position.file}:{use.position.line}" for use in one.uses)
        print(f"{change.level.value}: {change.text} ({places})")
    return DRIFT if any(one.impact.change.level is not Level.INFO for one in reached) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
