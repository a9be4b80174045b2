"""Why does it not work? The doctor makes its checks one by one, of the account and then of its sibling services.

Nothing is written, and no task is run.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

from attrs import frozen

from optcloud.aimms.doctor_checks import (
    PROBES,
    SIBLING_PROBES,
    Diagnosis,
    Health,
    check_desk,
    check_document,
    check_expiry,
    check_host,
    check_key,
    check_queue,
    check_scope,
    check_tags,
)
from optcloud.aimms.services.siblings import SiblingConnections
from optcloud.core.errors import Forbidden, OptCloudError, Unsupported
from optcloud.core.flow import Flow, iterate, iterate_async
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection


@frozen
class DoctorCheck:
    """A check by its name. After a fault of an ``essential`` one, those that follow are not made."""

    name: str
    make: Callable[[], Flow[Diagnosis]]
    essential: bool = False


class Doctor:
    """The checks of an account, made one after the other: a kind of `optcloud.core.flow.Pages`."""

    def __init__(self) -> None:
        scopes = [DoctorCheck(f"scope {probe.scope}", partial(check_scope, probe)) for probe in PROBES]
        self._coming = [
            DoctorCheck("host", check_host, essential=True),
            DoctorCheck("key", check_key, essential=True),
            *scopes,
            DoctorCheck("expiry", check_expiry),
            DoctorCheck("queue", check_queue),
            DoctorCheck("tags", check_tags),
            DoctorCheck("document", check_document),
        ]
        self._in_the_way: str | None = None
        self.stopped = False
        """Whether to leave the sibling services out: an essential check failed, or there are none."""

    def next(self) -> Flow[list[Diagnosis] | None]:
        """Make the next check; None: all are made."""
        if not self._coming:
            return None
        check = self._coming.pop(0)
        if self._in_the_way is not None:
            return [Diagnosis(check.name, Health.NOT_CHECKED, f"the fault of the {self._in_the_way} comes first")]
        try:
            diagnosis = yield from check.make()
        except Unsupported:  # a local DEX service, which has nothing else that could be wrong
            self._coming.clear()
            self.stopped = True
            diagnosis = yield from check_desk()
        except OptCloudError as error:
            diagnosis = _could_not(check.name, error)
        if check.essential and diagnosis.verdict is Health.FAULT:
            self._in_the_way = check.name
            self.stopped = True
        return [diagnosis]


class SiblingDoctor:
    """The check of one sibling service, made on the connection to it: may the key use it?"""

    def __init__(self, service: str) -> None:
        probe = SIBLING_PROBES[service]
        self._coming = [DoctorCheck(f"scope {probe.scope}", partial(check_scope, probe))]

    def next(self) -> Flow[list[Diagnosis] | None]:
        """Make the check; None: it is made."""
        if not self._coming:
            return None
        check = self._coming.pop()
        try:
            return [(yield from check.make())]
        except OptCloudError as error:  # an older PRO has no such service
            return [_could_not(check.name, error)]


def _could_not(name: str, error: OptCloudError) -> Diagnosis:
    if isinstance(error, Forbidden):
        return Diagnosis(name, Health.NOT_CHECKED, "the key lacks the scope for it")
    return Diagnosis(name, Health.NOT_CHECKED, str(error))


def examine(connection: Connection, siblings: SiblingConnections[Connection]) -> Iterator[Diagnosis]:
    """Yield each diagnosis as it is made."""
    doctor = Doctor()
    yield from iterate(connection, doctor)
    for service in () if doctor.stopped else SIBLING_PROBES:
        yield from iterate(siblings.sibling(service), SiblingDoctor(service))


async def examine_async(
    connection: AsyncConnection, siblings: SiblingConnections[AsyncConnection]
) -> AsyncIterator[Diagnosis]:
    """Yield each diagnosis as it is made."""
    doctor = Doctor()
    async for diagnosis in iterate_async(connection, doctor):
        yield diagnosis
    for service in () if doctor.stopped else SIBLING_PROBES:
        async for diagnosis in iterate_async(siblings.sibling(service), SiblingDoctor(service)):
            yield diagnosis
