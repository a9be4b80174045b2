"""`optcloud demo`: all three clouds end to end, on a sandbox of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typer

import optcloud
from optcloud.cli.exit_codes import ERROR
from optcloud.cli.session import CliSession
from optcloud.core.extras import needs

if TYPE_CHECKING:
    from optcloud.cli.demo_steps import DemoStep, States
    from optcloud.sandbox import Sandbox

NOTICE = "This was the sandbox on this machine, with fake credentials: not the vendors, and not their optimizers."
_JOBS_TAKE = 0.8  # seconds: long enough to see states move


def demo(session: CliSession) -> None:
    """Run all three clouds end to end on a sandbox.

    The sandbox runs in this process: a few seconds, no account, no cost. Each result is checked.

    Examples:
        optcloud demo
        optcloud demo --json
    """
    with needs("sandbox"):
        from optcloud.sandbox import AfterSeconds, Sandbox  # noqa: PLC0415 - needs the extra sandbox
    began = time.monotonic()
    steps: list[DemoStep] = []
    with (
        TemporaryDirectory(prefix="optcloud-") as folder,
        Sandbox(pace=AfterSeconds(_JOBS_TAKE)) as sandbox,
        session.messages.progress("demo"),
    ):
        for step in _steps(sandbox, Path(folder) / "ledger.sqlite3", session.messages.show):
            steps.append(step)
            with session.messages.aside():
                session.out.lines(_line(step))
    seconds = time.monotonic() - began
    ok = all(step.ok for step in steps)
    if session.out.as_json:
        listed = [vars(step) | {"seconds": round(step.seconds, 3)} for step in steps]
        session.out.json({"ok": ok, "notice": NOTICE, "seconds": round(seconds, 3), "steps": listed})
    else:
        print(f"{sum(step.ok for step in steps)} of {len(steps)} steps as expected, in {seconds:.1f} s.")
        print(NOTICE)
    if not ok:
        session.messages.say("the demo failed", event="error", message="the demo failed", exit_code=ERROR)
        raise typer.Exit(ERROR)


def _steps(sandbox: Sandbox, ledger: Path, announce: Callable[[str], None]) -> Iterator[DemoStep]:
    from optcloud.cli.demo_steps import AdiutaOptDemo, AimmsDemo, GurobiDemo, States  # noqa: PLC0415 - heavy

    states = States()
    with _connect(sandbox, ledger, states) as oc:
        for cloud in (AimmsDemo, AdiutaOptDemo, GurobiDemo):
            yield from cloud(oc, states).run(announce)


def _connect(sandbox: Sandbox, ledger: Path, states: States) -> optcloud.OptCloud:
    """Open the facade on the sandbox and on nothing else: no environment, no file and no ledger of the user's."""
    urls, known = sandbox.urls, sandbox.credentials
    return optcloud.OptCloud(
        "sandbox",
        config_file=os.devnull,
        on_event=states.hear,
        aimms={"url": urls.aimms, "api_key": known.aimms_api_key},
        adiutaopt={
            "url": urls.adiutaopt,
            "username": known.username,
            "password": known.password,
            "user_pool_id": known.user_pool_id,
            "client_id": known.client_id,
            "cognito_url": urls.cognito,
        },
        gurobi={
            "url": urls.gurobi,
            "access_id": known.gurobi_access_id,
            "secret_key": known.gurobi_secret_key,
            "ledger": str(ledger),
        },
    )


def _line(step: DemoStep) -> str:
    """Return how a step ended, said when it has."""
    mark = "✓" if step.ok else "✗"
    return f"{mark} {step.cloud:<9}  {step.name:<30}  {step.seconds:>4.1f} s  {step.result}"
