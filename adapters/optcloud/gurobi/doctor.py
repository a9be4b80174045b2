"""Why does Gurobi Instant Cloud not work? The address, the key, the clock, licenses and machines.

Nothing is launched or killed, nor is what dead processes have left.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Protocol

from optcloud.core.diagnosis import Diagnosis, Health, check_clock
from optcloud.core.errors import AuthError, Forbidden, ReplyError, TransportError
from optcloud.core.flow import Flow
from optcloud.gurobi.models import FAILED, LEAVING, License, Machine
from optcloud.handles.doctor import Doctor, DoctorCheck, check_route


class Examined(Protocol):
    """The flows of an account, whatever its API, that only read."""

    def licenses(self) -> Flow[list[License]]: ...
    def machines(self) -> Flow[list[Machine]]: ...
    def now(self) -> Flow[datetime]: ...
    def reading(self, endpoint: str) -> dict[str, Any]: ...


def machines_doctor(url: str, account: Examined) -> Doctor:
    """Return the checks of an account at an address."""
    clock = partial(check_clock, partial(account.reading, "licenses"), "requests may be signed with it, corrected")
    return Doctor(
        [
            DoctorCheck("connection", partial(check_route, url)),
            DoctorCheck("host", partial(check_answer, account), essential=True),
            DoctorCheck("clock", clock),
            DoctorCheck("key", partial(check_access, account), essential=True),
            DoctorCheck("licenses", partial(check_licenses, account)),
            DoctorCheck("machines", partial(check_machines, account)),
        ]
    )


def check_answer(account: Examined) -> Flow[Diagnosis]:
    """Is Gurobi there, behind TLS that this machine trusts?"""
    try:
        yield from account.licenses()
    except TransportError as error:
        return Diagnosis("host", Health.FAULT, str(error), error.hint)
    except (AuthError, Forbidden):
        return Diagnosis("host", Health.FINE, "Gurobi Instant Cloud answers")
    except ReplyError as error:
        hint = "is the address right, and of this API (v1 or v2)? A proxy may have answered in its place"
        return Diagnosis("host", Health.FAULT, str(error), hint)
    return Diagnosis("host", Health.FINE, "Gurobi Instant Cloud answers")


def check_access(account: Examined) -> Flow[Diagnosis]:
    """Are access id and secret key known, and of this API?"""
    try:
        licenses = yield from account.licenses()
    except (AuthError, Forbidden) as error:
        hint = "copy access id and secret key anew from the Instant Cloud Manager; keys of API v1 do not open v2"
        return Diagnosis("key", Health.FAULT, str(error), hint)
    return Diagnosis("key", Health.FINE, f"the key is valid, for {len(licenses)} licenses")


def check_licenses(account: Examined) -> Flow[Diagnosis]:
    """Does a license end, or is its credit low?"""
    licenses = yield from account.licenses()
    today = (yield from account.now()).date()
    warnings = [str(warning) for license_ in licenses for warning in license_.warnings(today)]
    if not licenses:
        return Diagnosis("licenses", Health.WARNING, "there are none", "machines cannot be launched without a license")
    if warnings:
        return Diagnosis("licenses", Health.WARNING, "; ".join(warnings), "see the Instant Cloud Manager")
    return Diagnosis("licenses", Health.FINE, f"none of {len(licenses)} ends soon or is low on credit")


def check_machines(account: Examined) -> Flow[Diagnosis]:
    """Which machines run, and cost money?"""
    machines = yield from account.machines()
    running = [machine.id for machine in machines if machine.state not in FAILED | LEAVING]
    if running:
        words = f"{len(running)} run and cost money: {', '.join(running)}"
        return Diagnosis("machines", Health.FINE, words, "those that are not needed: optcloud gurobi kill ID")
    return Diagnosis("machines", Health.FINE, "none runs")
