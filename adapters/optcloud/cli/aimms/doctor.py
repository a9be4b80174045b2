"""`optcloud aimms doctor` and `server`: why does it not work, and is AIMMS PRO well?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from optcloud.cli.exit_codes import ERROR, NOT_AUTHORISED
from optcloud.cli.session import CliSession
from optcloud.core.errors import ConfigError, CredentialsNotFound

if TYPE_CHECKING:
    from optcloud.aimms.doctor_checks import Diagnosis

_TIMEOUT = 10.0  # seconds an attempt, and one attempt a request: a wrong address is told at once, not after retries
_OF_THE_KEY = frozenset({"credentials", "key"})
_COLOURS = {"fine": "green", "warning": "yellow", "fault": "bold red", "not checked": "dim"}


def doctor(session: CliSession) -> None:
    """Find out why it does not work.

    Harmless reads, each told as it is made: host and TLS, the key and its scopes, keys that expire, tasks that never
    leave the queue, apps without a latest version, changes of the vendor's document.

    Exit codes: 4 when the key is the fault, 1 for other faults, 0 when there is none, whatever the warnings.
    """
    findings: list[Diagnosis] = []
    for finding in _findings(session):
        findings.append(finding)
        if not session.out.as_json:
            _print(session, finding)
    faults = [finding.check for finding in findings if finding.verdict.value == "fault"]
    session.out.data({"ok": not faults, "findings": [_record(finding) for finding in findings]})
    if faults:
        raise typer.Exit(NOT_AUTHORISED if _OF_THE_KEY.issuperset(faults) else ERROR)


def _findings(session: CliSession) -> Iterator[Diagnosis]:
    """Make the checks; settings that lack or are wrong are the first finding."""
    from optcloud import RetryPolicy  # noqa: PLC0415 - only when it is run
    from optcloud.aimms.doctor_checks import Diagnosis, Health  # noqa: PLC0415

    with session.connect(timeout=_TIMEOUT, retry=RetryPolicy(attempts=1)) as oc:
        try:
            aimms = oc.aimms
        except CredentialsNotFound as error:
            yield Diagnosis("credentials", Health.FAULT, str(error), "to try without any: optcloud sandbox")
        except ConfigError as error:
            yield Diagnosis("settings", Health.FAULT, str(error))
        else:
            yield from aimms.doctor()


def _print(session: CliSession, finding: Diagnosis) -> None:
    verdict = finding.verdict.value
    hint = "" if finding.hint is None else f"\n{finding.hint}"
    session.out.labelled(verdict, f"{finding.check}: {finding.words}{hint}", style=_COLOURS[verdict], width=13)


def _record(finding: Diagnosis) -> dict[str, Any]:
    return {"check": finding.check, "verdict": finding.verdict.value, "words": finding.words, "hint": finding.hint}


def server(session: CliSession) -> None:
    """Show the server's version and health.

    Exit code 1 when it says that it is not well.
    """
    found = session.call("server", lambda oc: oc.aimms.server())
    record = {"version": found.version, "pro_version": found.pro_version, "healthy": found.healthy}
    session.out.fields(record | {"trouble": found.trouble})
    if not found.healthy:
        raise typer.Exit(ERROR)
