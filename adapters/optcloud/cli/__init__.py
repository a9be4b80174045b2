"""The command line `optcloud`. Importing this package costs nothing; `main` loads typer, and commands load the rest."""

from __future__ import annotations

import io
import sys

_OF_THE_EXTRA = frozenset({"typer", "rich", "click", "shellingham"})


def main() -> None:
    """Run the command line and exit with a code of `optcloud.cli.exit_codes`."""
    try:
        from optcloud.cli.app import app  # noqa: PLC0415 - needs the extra cli, whose lack is said below

        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a narrow code page is no error
        app(prog_name="optcloud")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _OF_THE_EXTRA:
            raise
        from optcloud.core.extras import missing  # noqa: PLC0415 - only then

        told = missing(error.name.partition(".")[0], package="optcloud[cli]", purpose="the command line")
        print(f"error: {told}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:  # while modules were loading: nothing has been sent yet
        sys.exit(130)
