"""Why does it not work? A doctor makes its checks one by one: harmless reads, each told as it is made.

Nothing is written, nothing is run and nothing is launched.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator

from attrs import frozen

from optcloud.core.diagnosis import Diagnosis, Health
from optcloud.core.errors import Forbidden, OptCloudError, TransportError, Unsupported
from optcloud.core.flow import AsyncRunner, Flow, Runner


@frozen
class DoctorCheck:
    """A check by its name, and the service that it is made on, of those of the cloud ("": the cloud itself).

    After a fault of an ``essential`` one those that follow are not made, and no other service is asked.
    """

    name: str
    make: Callable[[], Flow[Diagnosis]]
    essential: bool = False
    service: str = ""


class Doctor:
    """The checks of one cloud, made one after the other.

    ``instead``: the only check that is left where the first ones show that it is not the cloud at all.
    """

    def __init__(self, coming: Iterable[DoctorCheck], instead: Callable[[], Flow[Diagnosis]] | None = None) -> None:
        self.coming = list(coming)
        self._instead = instead
        self._in_the_way: str | None = None

    def check(self, check: DoctorCheck) -> Flow[Diagnosis]:
        """Make the next check, on the connection that it is for."""
        self.coming.remove(check)
        if self._in_the_way is not None:
            return Diagnosis(check.name, Health.NOT_CHECKED, f"the fault of the {self._in_the_way} comes first")
        try:
            diagnosis = yield from check.make()
        except Unsupported as error:
            if self._instead is None:
                return Diagnosis(check.name, Health.NOT_CHECKED, str(error))
            self.coming.clear()
            return (yield from self._instead())
        except Forbidden:
            return Diagnosis(check.name, Health.NOT_CHECKED, "the key lacks the scope for it")
        except TransportError as error:
            diagnosis = Diagnosis(check.name, Health.NOT_CHECKED, str(error), error.hint)
        except OptCloudError as error:  # such as of an older server, which does not have it
            diagnosis = Diagnosis(check.name, Health.NOT_CHECKED, str(error))
        if check.essential and diagnosis.verdict is Health.FAULT:
            self._in_the_way = check.name
            self.coming = [later for later in self.coming if not later.service]
        return diagnosis


def examine(doctor: Doctor, connection_of: Callable[[str], Runner]) -> Iterator[Diagnosis]:
    """Yield each diagnosis as it is made; ``connection_of`` returns the connection to a service."""
    while doctor.coming:
        check = doctor.coming[0]
        yield connection_of(check.service).run(doctor.check(check))


async def examine_async(doctor: Doctor, connection_of: Callable[[str], AsyncRunner]) -> AsyncIterator[Diagnosis]:
    """Yield each diagnosis as it is made."""
    while doctor.coming:
        check = doctor.coming[0]
        yield await connection_of(check.service).run(doctor.check(check))


def check_route(url: str) -> Flow[Diagnosis]:
    """Say how requests will go to an address: by which proxy, and by which certificates TLS is checked."""
    yield from ()
    from optcloud.transport.routes import Route  # noqa: PLC0415 - httpcore, which is imported with the first connection

    return Diagnosis("connection", Health.FINE, f"{url.rstrip('/')}: {Route.to(url).words()}")
