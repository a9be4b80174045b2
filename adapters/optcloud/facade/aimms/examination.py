"""The doctor's rounds: the account first, then, when that is worth it, its sibling services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from optcloud.clouds.aimms.doctor import SIBLING_PROBES, Doctor, Finding, SiblingDoctor
from optcloud.core.batches import each, each_async
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection
from optcloud.facade.aimms.doors import Doors


def examine(connection: Connection, doors: Doors[Connection]) -> Iterator[Finding]:
    """Yield each finding as it is made."""
    doctor = Doctor()
    yield from each(connection, doctor)
    for service in () if doctor.stopped else SIBLING_PROBES:
        yield from each(doors.sibling(service), SiblingDoctor(service))


async def examine_async(connection: AsyncConnection, doors: Doors[AsyncConnection]) -> AsyncIterator[Finding]:
    """Yield each finding as it is made."""
    doctor = Doctor()
    async for finding in each_async(connection, doctor):
        yield finding
    for service in () if doctor.stopped else SIBLING_PROBES:
        async for finding in each_async(doors.sibling(service), SiblingDoctor(service)):
            yield finding
