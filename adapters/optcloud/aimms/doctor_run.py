"""The doctor's rounds: the account first, then, when that is worth it, its sibling services."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from optcloud.aimms.doctor import SIBLING_PROBES, Doctor, Finding, SiblingDoctor
from optcloud.aimms.services.connections import SiblingConnections
from optcloud.core.flow import iterate, iterate_async
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection


def examine(connection: Connection, siblings: SiblingConnections[Connection]) -> Iterator[Finding]:
    """Yield each finding as it is made."""
    doctor = Doctor()
    yield from iterate(connection, doctor)
    for service in () if doctor.stopped else SIBLING_PROBES:
        yield from iterate(siblings.sibling(service), SiblingDoctor(service))


async def examine_async(
    connection: AsyncConnection, siblings: SiblingConnections[AsyncConnection]
) -> AsyncIterator[Finding]:
    """Yield each finding as it is made."""
    doctor = Doctor()
    async for finding in iterate_async(connection, doctor):
        yield finding
    for service in () if doctor.stopped else SIBLING_PROBES:
        async for finding in iterate_async(siblings.sibling(service), SiblingDoctor(service)):
            yield finding
