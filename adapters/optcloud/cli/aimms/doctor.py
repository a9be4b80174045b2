"""`optcloud aimms doctor`: why does it not work?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from optcloud.cli.exit_codes import ERROR, NOT_AUTHORISED
from optcloud.cli.options import Json
from optcloud.cli.session import session_of
from optcloud.core.errors import ConfigError, CredentialsNotFound

if TYPE_CHECKING:
    from optcloud.aimms.doctor_checks import Diagnosis
    from optcloud.cli.session import Session

_TIMEOUT = 10.0  # seconds an attempt, and one attempt a request: a wrong address is told at once, not after retries
_OF_THE_KEY = frozenset({"credentials", "key"})
_COLOURS = {"fine": "green", "warning": "yellow", "fault": "bold red", "not checked": "dim"}


def doctor(context: typer.Context, json: Json = False) -> None:
    """Find out why it does not work.

    Harmless reads, each told as it is made: host and TLS, the key and its scopes, keys that expire, tasks that never
    leave the queue, apps without a latest version, changes of the vendor's document.

    Exit codes: 4 when the key is the fault, 1 for other faults, 0 when there is none, whatever the warnings.
    """
    session = session_of(context)
    diagnoses: list[Diagnosis] = []
    for diagnosis in _diagnoses(session):
        diagnoses.append(diagnosis)
        if not session.out.as_json:
            _print(session, diagnosis)
    faults = [diagnosis.check for diagnosis in diagnoses if diagnosis.verdict.value == "fault"]
    if session.out.as_json:
        session.out.json({"ok": not faults, "findings": [_record(diagnosis) for diagnosis in diagnoses]})
    if faults:
        raise typer.Exit(NOT_AUTHORISED if _OF_THE_KEY.issuperset(faults) else ERROR)


def _diagnoses(session: Session) -> Iterator[Diagnosis]:
    """Make the checks; settings that lack or are wrong are the first diagnosis."""
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


def _print(session: Session, diagnosis: Diagnosis) -> None:
    verdict = diagnosis.verdict.value
    hint = "" if diagnosis.hint is None else f"\n{diagnosis.hint}"
    session.out.labelled(verdict, f"{diagnosis.check}: {diagnosis.words}{hint}", style=_COLOURS[verdict], width=13)


def _record(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "check": diagnosis.check,
        "verdict": diagnosis.verdict.value,
        "words": diagnosis.words,
        "hint": diagnosis.hint,
    }
