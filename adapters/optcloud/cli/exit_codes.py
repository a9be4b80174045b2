"""Exit codes, by which a script can tell how a command ended."""

from __future__ import annotations

import typer

import optcloud
from openapi_drift.errors import NotCheckedError, SpecsError

DONE = 0
ERROR = 1
USAGE = 2
JOB_FAILED = 3
NOT_AUTHORISED = 4
NOT_FOUND = 5
DRIFT = 6  # changes of the level that --fail-on names
NOT_CHECKED = 7  # a document could not be had: nothing is known of its drift
STILL_RUNNING = 8
INTERRUPTED = 130

# Newer typers carry their own click and have no public name for this class; it is the base of this one.
UsageError: type[Exception] = typer.BadParameter.__mro__[1]

# The first class that fits counts.
TABLE: tuple[tuple[type[Exception], int], ...] = (
    (optcloud.WaitTimeout, STILL_RUNNING),
    (optcloud.JobFailed, JOB_FAILED),
    (optcloud.JobGone, NOT_FOUND),
    (optcloud.NotFound, NOT_FOUND),
    (optcloud.AuthError, NOT_AUTHORISED),
    (optcloud.Forbidden, NOT_AUTHORISED),
    (optcloud.CredentialsNotFound, NOT_AUTHORISED),
    (optcloud.OptCloudError, ERROR),
    (NotCheckedError, NOT_CHECKED),
    (SpecsError, ERROR),
    (OSError, ERROR),
    (UsageError, USAGE),
)
KNOWN = tuple(kind for kind, _ in TABLE)


def exit_code(error: Exception) -> int:
    """Return the exit code of an error of `KNOWN`."""
    return next(code for kind, code in TABLE if isinstance(error, kind))
