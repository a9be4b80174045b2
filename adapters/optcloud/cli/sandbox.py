"""`optcloud sandbox`: all three vendors on loopback, until Ctrl-C."""

from __future__ import annotations

import shlex
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.exit_codes import needs
from optcloud.cli.options import option
from optcloud.cli.session import CliSession
from optcloud.process.exit_guard import Ended, in_order

if TYPE_CHECKING:
    from optcloud.sandbox import Pace, Sandbox


def _pace(text: str) -> Pace:
    """Read `at-once`, `after-polls:2` or `after-seconds:1.5`."""
    from optcloud_sandbox.pace import pace_from  # noqa: PLC0415 - only for this command

    kind, _, value = text.partition(":")
    try:
        number = None if not value else int(value) if kind == "after-polls" else float(value)
        return pace_from({"kind": kind, "value": number})
    except ValueError as error:
        words = f"{text!r} is none of at-once, after-polls:2, after-seconds:1.5 (numbers above 0)"
        raise typer.BadParameter(words, param_hint="--pace") from error


def sandbox(
    session: CliSession,
    *,
    port: Annotated[int, option("N", "Port; 0 takes a free one.", min=0, max=65535)] = 0,
    pace: Annotated[str, option("PACE", "How fast jobs move: at-once, after-polls:N or after-seconds:S.")] = "at-once",
) -> None:
    """Serve all three vendors on this machine until Ctrl-C.

    Prints the environment that points optcloud at it; the credentials are fake and published.

    Examples:
        optcloud sandbox
        optcloud sandbox --port 8000 --pace after-seconds:2
    """
    moves = _pace(pace)
    with needs("sandbox"):
        from optcloud_sandbox.server import serve  # noqa: PLC0415 - needs the extra sandbox

    def ready(running: Sandbox) -> None:
        environment = running.environment() | {"OPTCLOUD_GUROBI_LEDGER": str(Path(folder) / "ledger.sqlite3")}
        lines = [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
        session.out.data({"url": running.urls.root, "environment": environment}, *lines)
        session.messages.say(
            f"sandbox at {running.urls.root}, not the vendors; Ctrl-C ends it", event="serving", url=running.urls.root
        )

    try:
        with (
            in_order(),
            TemporaryDirectory(prefix="optcloud-sandbox-") as folder,
        ):  # machines of this sandbox only
            serve(ready, port=port, pace=moves)
    except (KeyboardInterrupt, Ended):
        session.messages.say("sandbox ended", event="ended")
