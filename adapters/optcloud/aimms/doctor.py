"""Why does AIMMS PRO not work? The checks of the account, and then of its sibling services."""

from __future__ import annotations

from functools import partial

from optcloud.aimms.doctor_checks import (
    PROBES,
    SIBLING_PROBES,
    check_desk,
    check_document,
    check_expiry,
    check_host,
    check_key,
    check_queue,
    check_scope,
    check_tags,
    check_time,
)
from optcloud.handles.doctor import Doctor, DoctorCheck, check_route


def account_doctor(url: str) -> Doctor:
    """Return the checks of the account at an address and of its sibling services.

    A local DEX service has one check of its own: there is nothing else that could be wrong.
    """
    checks = [
        DoctorCheck("connection", partial(check_route, url)),
        DoctorCheck("host", check_host, essential=True),
        DoctorCheck("clock", check_time),
        DoctorCheck("key", check_key, essential=True),
        *(DoctorCheck(f"scope {probe.scope}", partial(check_scope, probe)) for probe in PROBES),
        DoctorCheck("expiry", check_expiry),
        DoctorCheck("queue", check_queue),
        DoctorCheck("tags", check_tags),
        DoctorCheck("document", check_document),
    ]
    for service, probe in SIBLING_PROBES.items():
        checks.append(DoctorCheck(f"scope {probe.scope}", partial(check_scope, probe), service=service))
    return Doctor(checks, instead=check_desk)
