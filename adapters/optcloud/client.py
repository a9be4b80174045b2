"""The facade: three clouds behind one object, blocking and asyncio.

Each cloud's modules are imported when the cloud is first touched: who uses one does not pay for three.
"""

from __future__ import annotations

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Unpack

from optcloud.client_setup import Options, OptionWords, Setup, out_of_sight
from optcloud.core.errors import ConfigError
from optcloud.core.not_portable import ProcessBound
from optcloud.core.reference import Reference
from optcloud.core.request_policy import RequestPolicy
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

if TYPE_CHECKING:
    from optcloud.adiutaopt.cloud import AdiutaOpt, AsyncAdiutaOpt
    from optcloud.aimms.cloud import Aimms, AsyncAimms
    from optcloud.gurobi.cloud import AsyncGurobi, Gurobi
    from optcloud.gurobi.pool import AsyncPool, Pool
    from optcloud.gurobi.v2.named_pools import AsyncNamedPool, NamedPool
    from optcloud.handles.job import AsyncJob, Job


def _no_such_cloud(reference: Reference) -> ConfigError:
    return ConfigError(f"{reference}: {reference.cloud!r} is none of aimms, adiutaopt, gurobi")


class OptCloud(ProcessBound):
    """AIMMS PRO, adiutaOpt and Gurobi Instant Cloud.

    ``profile`` names a section of the configuration file (`optcloud.core.config`); the keyword arguments are those of
    `optcloud.client_setup.Options`. A cloud's settings are looked up when the cloud is first touched. Close it, or
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
        from optcloud.aimms.cloud import Aimms
        from optcloud.aimms.services.connections import SiblingConnections

        policy = self._setup.aimms()
        return Aimms(
            self._connect(policy), self.profile, SiblingConnections(policy, self._connect), self._setup.aimms_endpoint()
        )

    @cached_property
    def adiutaopt(self) -> AdiutaOpt:
        """adiutaOpt. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.adiutaopt.cloud import AdiutaOpt
        from optcloud.adiutaopt.connection import session_of

        policy, account = self._setup.adiutaopt()
        return AdiutaOpt(self._connect(policy), account, session_of(policy))

    @cached_property
    def gurobi(self) -> Gurobi:
        """Gurobi Instant Cloud. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.gurobi.cloud import Gurobi

        policy, account = self._setup.gurobi()
        return Gurobi(self._connect(policy), account)

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

    def _connect(self, policy: RequestPolicy) -> Connection:
        connection = Connection(policy, self._setup.driver_config(policy))
        self._connections.append(connection)
        return connection

    def _other(self, profile: str) -> OptCloud:
        if profile not in self._others:
            self._others[profile] = OptCloud(profile, **self._setup.for_another_profile())
        return self._others[profile]


class AsyncOptCloud(ProcessBound):
    """AIMMS PRO, adiutaOpt and Gurobi Instant Cloud; each verb is awaited.

    ``profile`` names a section of the configuration file (`optcloud.core.config`); the keyword arguments are those of
    `optcloud.client_setup.Options`. A cloud's settings are looked up when the cloud is first touched. Close it, or
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
        from optcloud.aimms.cloud import AsyncAimms
        from optcloud.aimms.services.connections import SiblingConnections

        policy = self._setup.aimms()
        return AsyncAimms(
            self._connect(policy), self.profile, SiblingConnections(policy, self._connect), self._setup.aimms_endpoint()
        )

    @cached_property
    def adiutaopt(self) -> AsyncAdiutaOpt:
        """adiutaOpt. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.adiutaopt.cloud import AsyncAdiutaOpt
        from optcloud.adiutaopt.connection import session_of

        policy, account = self._setup.adiutaopt()
        return AsyncAdiutaOpt(self._connect(policy), account, session_of(policy))

    @cached_property
    def gurobi(self) -> AsyncGurobi:
        """Gurobi Instant Cloud. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.gurobi.cloud import AsyncGurobi

        policy, account = self._setup.gurobi()
        return AsyncGurobi(self._connect(policy), account)

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

    def _connect(self, policy: RequestPolicy) -> AsyncConnection:
        connection = AsyncConnection(policy, self._setup.driver_config(policy))
        self._connections.append(connection)
        return connection

    def _other(self, profile: str) -> AsyncOptCloud:
        if profile not in self._others:
            self._others[profile] = AsyncOptCloud(profile, **self._setup.for_another_profile())
        return self._others[profile]
