"""The facade: three clouds behind one object, blocking and asyncio.

Each cloud's modules are imported when the cloud is first touched: who uses one does not pay for three.
"""

from __future__ import annotations

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Unpack

from optcloud.core.errors import ConfigError
from optcloud.core.exchange import Road
from optcloud.core.reference import Reference
from optcloud.core.staying import Stays
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection
from optcloud.facade.setup import Options, OptionWords, Setup, out_of_sight

if TYPE_CHECKING:
    from optcloud.facade.adiutaopt import AdiutaOpt, AsyncAdiutaOpt
    from optcloud.facade.aimms.cloud import Aimms, AsyncAimms
    from optcloud.facade.gurobi.cloud import AsyncGurobi, Gurobi
    from optcloud.facade.gurobi.named_pools import AsyncNamedPool, NamedPool
    from optcloud.facade.gurobi.pools import AsyncPool, Pool
    from optcloud.facade.jobs import AsyncJob, Job


def _no_such_cloud(reference: Reference) -> ConfigError:
    return ConfigError(f"{reference}: {reference.cloud!r} is none of aimms, adiutaopt, gurobi")


class OptCloud(Stays):
    """AIMMS PRO, adiutaOpt and Gurobi Instant Cloud.

    ``profile`` names a section of the configuration file (`optcloud.core.config`); the keyword arguments are those of
    `optcloud.facade.setup.Options`. A cloud's settings are looked up when the cloud is first touched. Close it, or
    use it as a context manager.
    """

    def __init__(self, profile: str | None = None, **options: Unpack[OptionWords]) -> None:
        options = out_of_sight(options)
        self._setup = Setup.of(profile, Options(**options))
        self._connections: list[Connection] = []
        self._others: dict[str, OptCloud] = {}

    @property
    def profile(self) -> str:
        """The profile in use; it is part of the references of jobs."""
        return self._setup.config.profile

    @cached_property
    def aimms(self) -> Aimms:
        """AIMMS PRO. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.facade.aimms.cloud import Aimms
        from optcloud.facade.aimms.doors import Doors

        road = self._setup.aimms()
        return Aimms(self._connect(road), self.profile, Doors(road, self._connect), self._setup.aimms_place())

    @cached_property
    def adiutaopt(self) -> AdiutaOpt:
        """adiutaOpt. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.clouds.adiutaopt.connection import session_of
        from optcloud.facade.adiutaopt import AdiutaOpt

        road, account = self._setup.adiutaopt()
        return AdiutaOpt(self._connect(road), account, session_of(road))

    @cached_property
    def gurobi(self) -> Gurobi:
        """Gurobi Instant Cloud. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.facade.gurobi.cloud import Gurobi

        road, account = self._setup.gurobi()
        return Gurobi(self._connect(road), account)

    def attach(self, ref: str) -> Job[Any] | Pool | NamedPool:
        """Return the job (or the pool of machines) of a reference, without a request. Raises `ConfigError`.

        The reference's profile decides which credentials are used.
        """
        reference = Reference.parse(ref)
        own = self if reference.profile == self.profile else self._other(reference.profile)
        match reference.cloud:
            case "aimms":
                return own.aimms.attach(reference)
            case "adiutaopt":
                return own.adiutaopt.attach(reference)
            case "gurobi":
                return own.gurobi.attach(reference)
        raise _no_such_cloud(reference)

    def close(self) -> None:
        """Close all connections. Jobs go on; their references resume them."""
        for connection in self._connections:
            connection.close()
        for other in self._others.values():
            other.close()

    def __enter__(self) -> OptCloud:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(profile={self.profile!r})"

    def _connect(self, road: Road) -> Connection:
        connection = Connection(road, self._setup.surroundings(road))
        self._connections.append(connection)
        return connection

    def _other(self, profile: str) -> OptCloud:
        if profile not in self._others:
            self._others[profile] = OptCloud(profile, **self._setup.for_another_profile())
        return self._others[profile]


class AsyncOptCloud(Stays):
    """AIMMS PRO, adiutaOpt and Gurobi Instant Cloud; each verb is awaited.

    ``profile`` names a section of the configuration file (`optcloud.core.config`); the keyword arguments are those of
    `optcloud.facade.setup.Options`. A cloud's settings are looked up when the cloud is first touched. Close it, or
    use it as a context manager.
    """

    def __init__(self, profile: str | None = None, **options: Unpack[OptionWords]) -> None:
        options = out_of_sight(options)
        self._setup = Setup.of(profile, Options(**options))
        self._connections: list[AsyncConnection] = []
        self._others: dict[str, AsyncOptCloud] = {}

    @property
    def profile(self) -> str:
        """The profile in use; it is part of the references of jobs."""
        return self._setup.config.profile

    @cached_property
    def aimms(self) -> AsyncAimms:
        """AIMMS PRO. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.facade.aimms.cloud import AsyncAimms
        from optcloud.facade.aimms.doors import Doors

        road = self._setup.aimms()
        return AsyncAimms(self._connect(road), self.profile, Doors(road, self._connect), self._setup.aimms_place())

    @cached_property
    def adiutaopt(self) -> AsyncAdiutaOpt:
        """adiutaOpt. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.clouds.adiutaopt.connection import session_of
        from optcloud.facade.adiutaopt import AsyncAdiutaOpt

        road, account = self._setup.adiutaopt()
        return AsyncAdiutaOpt(self._connect(road), account, session_of(road))

    @cached_property
    def gurobi(self) -> AsyncGurobi:
        """Gurobi Instant Cloud. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.facade.gurobi.cloud import AsyncGurobi

        road, account = self._setup.gurobi()
        return AsyncGurobi(self._connect(road), account)

    def attach(self, ref: str) -> AsyncJob[Any] | AsyncPool | AsyncNamedPool:
        """Return the job (or the pool of machines) of a reference, without a request. Raises `ConfigError`.

        The reference's profile decides which credentials are used.
        """
        reference = Reference.parse(ref)
        own = self if reference.profile == self.profile else self._other(reference.profile)
        match reference.cloud:
            case "aimms":
                return own.aimms.attach(reference)
            case "adiutaopt":
                return own.adiutaopt.attach(reference)
            case "gurobi":
                return own.gurobi.attach(reference)
        raise _no_such_cloud(reference)

    async def aclose(self) -> None:
        """Close all connections. Jobs go on; their references resume them."""
        for connection in self._connections:
            await connection.aclose()
        for other in self._others.values():
            await other.aclose()

    async def __aenter__(self) -> AsyncOptCloud:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(profile={self.profile!r})"

    def _connect(self, road: Road) -> AsyncConnection:
        connection = AsyncConnection(road, self._setup.surroundings(road))
        self._connections.append(connection)
        return connection

    def _other(self, profile: str) -> AsyncOptCloud:
        if profile not in self._others:
            self._others[profile] = AsyncOptCloud(profile, **self._setup.for_another_profile())
        return self._others[profile]
