"""`optcloud sandbox`: all three vendors on loopback, for a program, in the background, or until Ctrl-C."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.child import check_program, run_child
from optcloud.cli.options import argument, flag
from optcloud.cli.sandbox import background
from optcloud.cli.sandbox.environment import URL, environment_of, leads_elsewhere
from optcloud.cli.sandbox.options import ServedOptions
from optcloud.cli.session import CliSession
from optcloud.core.extras import needs
from optcloud.process.exit_guard import Ended, in_order

if TYPE_CHECKING:
    from optcloud.sandbox import Sandbox

IDLE = "1h"
"""How long a sandbox in the background serves on when nobody asks for anything, where --idle says nothing."""
Program = Annotated[
    list[str] | None, argument("[COMMAND]...", "A program to run on a sandbox of its own, with its arguments.")
]


def sandbox(
    session: CliSession,
    *,
    command: Program = None,
    served: ServedOptions,
    detach: Annotated[bool, flag("--detach", 'Serve in the background: eval "$(optcloud sandbox --detach)".')] = False,
    stop: Annotated[
        bool, flag("--stop", "End a sandbox that serves, in the background or in another terminal.")
    ] = False,
) -> None:
    """Run a program on a sandbox of all three vendors, or serve one.

    With COMMAND, the program's environment points optcloud at a sandbox of its own, and its exit code is passed on.
    Without, serves on this machine until Ctrl-C and prints that environment. Credentials are fake and published,
    nothing costs anything; the app Scheduling, service solve, is there to be run.

    Examples:
        optcloud sandbox -- python plan.py
        optcloud sandbox --detach
        optcloud sandbox --stop
    """
    _refuse_together({"COMMAND": command, "--detach": detach, "--stop": stop})
    if stop:
        port, url = served.port, os.environ.get(URL)
        ended = background.stop(port, url)
        place = f" on port {port}" if port else f" at {url}, which {URL} names" if url else ""
        words = f"no sandbox serves{place}" if ended is None else f"ended the sandbox at {ended}"
        session.out.data({"ended": ended}, words)
        return
    with needs("sandbox"):
        from optcloud_sandbox import Sandbox  # noqa: F401, PLC0415 - needs the extra sandbox
    served.check()
    if command:
        raise typer.Exit(_run(session, command, served))
    if detach:
        said = background.start(served.arguments(idle=IDLE))
        _print(session, said["url"], said["environment"], "end it: optcloud sandbox --stop")
    else:
        _serve(session, served)


def _refuse_together(ways: dict[str, object]) -> None:
    chosen = [name for name, given in ways.items() if given]
    if len(chosen) > 1:
        raise typer.BadParameter(f"it makes no sense together with {chosen[0]}", param_hint=chosen[1])


def _serve(session: CliSession, served: ServedOptions) -> None:
    """Serve until a signal comes, or nobody asks any more."""
    with in_order(), _ledger_of_its_own() as ledger, background.registered(session.messages) as register:

        def ready(running: Sandbox) -> None:
            register(running.urls.root)
            _print(session, running.urls.root, environment_of(running, ledger), "Ctrl-C ends it")

        with suppress(KeyboardInterrupt, Ended):
            served.serve(ready)
    session.messages.say("sandbox ended", event="ended")


def _run(session: CliSession, command: list[str], served: ServedOptions) -> int:
    """Run a program on a sandbox of its own, and return its exit code."""
    check_program(command)
    with in_order(), _ledger_of_its_own() as ledger, served.sandbox() as running:
        url = running.urls.root
        session.messages.say(f"sandbox at {url}, not the vendors", event="serving", url=url)
        outside = {name: value for name, value in os.environ.items() if not leads_elsewhere(name)}
        return run_child(command, outside | environment_of(running, ledger) | {"OPTCLOUD_CONFIG": os.devnull})


def _print(session: CliSession, url: str, environment: dict[str, str], how_to_end: str) -> None:
    """Print the environment as a shell reads it; what would lead elsewhere is taken out of it."""
    astray = [name for name in os.environ if leads_elsewhere(name) and name not in environment]
    lines = [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
    lines += [f"unset {name}" for name in astray]
    session.out.data({"url": url, "environment": environment, "unset": astray}, *lines)
    session.messages.say(f"sandbox at {url}, not the vendors; {how_to_end}", event="serving", url=url)


@contextmanager
def _ledger_of_its_own() -> Iterator[Path]:
    """Have a ledger that knows the machines of this sandbox only."""
    with TemporaryDirectory(prefix="optcloud-sandbox-") as folder:
        yield Path(folder) / "ledger.sqlite3"
