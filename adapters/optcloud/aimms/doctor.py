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
from optcloud.core.flow import Flow
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection


@frozen
class DoctorCheck:
    """A check by its name, and the sibling service that it is made on ("": AIMMS PRO itself).

    After a fault of an ``essential`` one, those of AIMMS PRO that follow are not made, and no sibling is asked.
    """

    name: str
    make: Callable[[], Flow[Diagnosis]]
    essential: bool = False
    service: str = ""


class Doctor:
    """The checks of an account and its sibling services, made one after the other."""

    def __init__(self) -> None:
        self.coming = [
            DoctorCheck("host", check_host, essential=True),
            DoctorCheck("key", check_key, essential=True),
            *(DoctorCheck(f"scope {probe.scope}", partial(check_scope, probe)) for probe in PROBES),
            DoctorCheck("expiry", check_expiry),
            DoctorCheck("queue", check_queue),
            DoctorCheck("tags", check_tags),
            DoctorCheck("document", check_document),
        ]
        for service, probe in SIBLING_PROBES.items():
            name = f"scope {probe.scope}"
            self.coming.append(DoctorCheck(name, partial(check_scope, probe), service=service))
        self._in_the_way: str | None = None

    def check(self, check: DoctorCheck) -> Flow[Diagnosis]:
        """Make the next check, on the connection that it is for."""
        self.coming.remove(check)
        if self._in_the_way is not None:
            return Diagnosis(check.name, Health.NOT_CHECKED, f"the fault of the {self._in_the_way} comes first")
        try:
            diagnosis = yield from check.make()
        except Unsupported:  # a local DEX service, which has nothing else that could be wrong
            self.coming.clear()
            return (yield from check_desk())
        except Forbidden:
            return Diagnosis(check.name, Health.NOT_CHECKED, "the key lacks the scope for it")
        except OptCloudError as error:  # such as of an older PRO, which has no sibling services
            diagnosis = Diagnosis(check.name, Health.NOT_CHECKED, str(error))
        if check.essential and diagnosis.verdict is Health.FAULT:
            self._in_the_way = check.name
            self.coming = [later for later in self.coming if not later.service]
        return diagnosis


def examine(connection: Connection, siblings: SiblingConnections[Connection]) -> Iterator[Diagnosis]:
    """Yield each diagnosis as it is made."""
    doctor = Doctor()
    while doctor.coming:
        check = doctor.coming[0]
        of = siblings.sibling(check.service) if check.service else connection
        yield of.run(doctor.check(check))


async def examine_async(
    connection: AsyncConnection, siblings: SiblingConnections[AsyncConnection]
) -> AsyncIterator[Diagnosis]:
    """Yield each diagnosis as it is made."""
    doctor = Doctor()
    while doctor.coming:
        check = doctor.coming[0]
        of = siblings.sibling(check.service) if check.service else connection
        yield await of.run(doctor.check(check))
