"""How long tests wait for what must happen: the one limit, reached only where something hangs.

It is below pytest's own time-out (pyproject.toml), so that the test can say what it waited for. How fast something is,
`nox -s bench` tells.
"""

import time
from collections.abc import Callable

PATIENCE = 240.0  # seconds


def eventually(condition: Callable[[], object]) -> None:
    """Wait for something that others do in their own time. AssertionError when it does not happen."""
    late = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > late:
            raise AssertionError("it did not happen")
        time.sleep(0.002)
