"""The facade: three clouds behind one object, blocking and asyncio.

Each cloud's modules are imported when the cloud is first touched: who uses only AIMMS does not load the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, get_origin, overload

from attrs import asdict

from optcloud.adiutaopt.solution_rule import Rule
from optcloud.client_setup import Options, Setup
from optcloud.core.clock import Clock
from optcloud.core.errors import ConfigError
from optcloud.core.process_bound import ProcessBound
from optcloud.core.prompts import QuestionHandler
from optcloud.core.reference import CLOUDS, Reference
from optcloud.core.reply_limits import ReplyLimits
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.retry import RetryPolicy
from optcloud.core.settings import AdiutaOptSettings, AimmsSettings, GurobiSettings, TokenCacheWord
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection
from optcloud.transport.httpx_mapping import DriverConfig

if TYPE_CHECKING:
    from optcloud.adiutaopt.cloud import AdiutaOpt, AsyncAdiutaOpt
    from optcloud.adiutaopt.plans.job import AsyncPlan, Plan
    from optcloud.aimms.cloud import Aimms, AsyncAimms
    from optcloud.aimms.tasks.task import AsyncTask, Task
    from optcloud.batch.batch import AsyncBatch, Batch
    from optcloud.batch.handle import BatchPlace
    from optcloud.gurobi.cloud import AsyncGurobi, Gurobi
    from optcloud.gurobi.pool import AsyncPool, Pool
    from optcloud.gurobi.v2.named_pools import AsyncNamedPool, NamedPool
    from optcloud.handles.handle import Handle


C = TypeVar("C", Connection, AsyncConnection)
H = TypeVar("H", bound="Handle[Any, Any]")


class _Facade(ProcessBound, Generic[C]):
    """What both forms share: the profile, its connections, and facades of other profiles, for references of theirs."""

    def __init__(
        self,
        profile: str | None = None,
        *,
        config_file: str | Path | None = None,
        aimms: AimmsSettings | Mapping[str, Any] | None = None,
        adiutaopt: AdiutaOptSettings | Mapping[str, Any] | None = None,
        gurobi: GurobiSettings | Mapping[str, Any] | None = None,
        timeout: float | None = None,
        retry: RetryPolicy | None = None,
        on_event: Callable[[object], None] | None = None,
        clock: Clock | None = None,
        adiutaopt_rule: Rule | None = None,
        adiutaopt_challenge: QuestionHandler | None = None,
        adiutaopt_token_cache: TokenCacheWord = "off",  # noqa: S107 - a word, no password
        observe: str | Path | None = None,
        limits: ReplyLimits | None = None,
    ) -> None:
        """Read the profile; nothing is asked. What is left out, or None, has a default. Raises `ConfigError`.

        ``config_file``: the TOML file with profiles. ``aimms``, ``adiutaopt``, ``gurobi``: settings of one cloud, as
        a mapping or a settings object; they go before environment and profile. ``timeout``: of one attempt, in
        seconds (connecting takes at most 10). ``retry``: how requests are repeated. ``on_event``: called with each
        event of `optcloud.core.events`. ``adiutaopt_rule``: what answers of adiutaOpt's solution endpoint mean.
        ``adiutaopt_challenge``: called with each `optcloud.core.prompts.Question` that signing in raises (the code of
        a second factor, a new password); returns the answer (str or Secret), or None to give up; in asyncio it may be
        a coroutine function. ``adiutaopt_token_cache``: where tokens are kept between processes if no setting says so
        (``token_cache``): "file", "keyring" or "off". ``observe``: the file in which `optcloud.observe` notes what
        replies have that the vendor's document does not know (shapes, no values); left out, the environment's
        ``OPTCLOUD_OBSERVE``, if any. ``limits``: how large replies may be and how long they may take
        (`optcloud.core.reply_limits.ReplyLimits`).
        """
        options = Options.of(
            {
                "config_file": config_file,
                "aimms": aimms,
                "adiutaopt": adiutaopt,
                "gurobi": gurobi,
                "timeout": timeout,
                "retry": retry,
                "on_event": on_event,
                "clock": clock,
                "adiutaopt_rule": adiutaopt_rule,
                "adiutaopt_challenge": adiutaopt_challenge,
                "adiutaopt_token_cache": adiutaopt_token_cache,
                "observe": observe,
                "limits": limits,
            }
        )
        del aimms, adiutaopt, gurobi  # they may hold secrets as texts, which are to be in no traceback
        self._setup = Setup.of(profile, options)
        self._connections: list[C] = []
        self._others: dict[str, Self] = {}
        self._batches: dict[tuple[str, ...], Any] = {}  # by what they were asked for with: one handle each

    @property
    def profile(self) -> str:
        """The profile in use; it is part of the references of jobs."""
        return self._setup.config.profile

    def __repr__(self) -> str:
        return f"{type(self).__name__}(profile={self.profile!r})"

    def _open(self, kind: Callable[[RequestPolicy, DriverConfig], C], policy: RequestPolicy) -> C:
        connection = kind(policy, self._setup.driver_config(policy))
        self._connections.append(connection)
        return connection

    def _attach(self, ref: str, kind: type[Any] | None) -> Any:
        reference = Reference.parse(ref)
        if reference.cloud not in CLOUDS:
            raise ConfigError(f"{reference}: {reference.cloud!r} is none of aimms, adiutaopt, gurobi")
        own = self if reference.profile == self.profile else self._other(reference.profile)
        found = getattr(own, reference.cloud).attach(reference)
        wanted = get_origin(kind) or kind or object  # Plan[...] is Plan
        if not isinstance(found, wanted):
            raise ConfigError(f"{reference} is the reference of a {type(found).__name__}, not of a {wanted.__name__}")
        return found

    def _place(self, name: str, store: str | Path, files: str | Path | None, clients: Any) -> BatchPlace:
        from optcloud.batch.handle import BatchPlace

        options = self._setup.options
        clients = partial(clients, self.profile, **asdict(options, recurse=False))
        return BatchPlace(name, str(store), files, options.on_event, clients)

    def _other(self, profile: str) -> Self:
        if profile not in self._others:
            self._others[profile] = type(self)(profile, **self._setup.for_another_profile())
        return self._others[profile]


class OptCloud(_Facade[Connection]):
    """AIMMS PRO, adiutaOpt and Gurobi Instant Cloud.

    ``profile`` names a section of the configuration file (`optcloud.core.settings_sources`). A cloud's settings are
    looked up when the cloud is first touched. Close it, or use it as a context manager.
    """

    @cached_property
    def aimms(self) -> Aimms:
        """AIMMS PRO. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.aimms.cloud import Aimms
        from optcloud.aimms.services.siblings import SiblingConnections

        policy, endpoint = self._setup.aimms()
        return Aimms(self._connect(policy), self.profile, SiblingConnections(policy, self._connect), endpoint)

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

    @overload
    def attach(self, ref: str) -> Task | Plan[Any] | Pool | NamedPool: ...
    @overload
    def attach(self, ref: str, kind: type[H]) -> H: ...
    def attach(self, ref: str, kind: type[Any] | None = None) -> Any:
        """Return the job (or the pool of machines) of a reference, without a request. Raises `ConfigError`.

        The reference's profile decides which credentials are used. ``kind``: what it is to be, such as
        `Task`, as which type checkers take it; a reference of something else is an error.
        """
        return self._attach(ref, kind)

    def batch(self, name: str, *, store: str | Path, files: str | Path | None = None) -> Batch:
        """Return the batch of a name: many jobs, each run once (`optcloud.batch.batch`). Nothing is asked or made here.

        ``store``: a file such as ``spring.sqlite``, or ``postgresql://…``; the same name in the same store is the same
        batch, in any process. ``files``: the folder of results of 64 KB or more; left out, it is beside the file.
        Work no copy of a store, and none restored from a backup: what was sent since would be sent again.
        """
        from optcloud.batch.batch import Batch

        place = self._place(name, store, files, AsyncOptCloud)
        made: Batch = self._batches.setdefault((name, str(store), str(files)), Batch(place))
        return made

    def close(self) -> None:
        """Close all connections. Jobs go on; their references resume them."""
        for batch in self._batches.values():
            batch.close()
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

    def _connect(self, policy: RequestPolicy) -> Connection:
        return self._open(Connection, policy)


class AsyncOptCloud(_Facade[AsyncConnection]):
    """AIMMS PRO, adiutaOpt and Gurobi Instant Cloud; each verb is awaited.

    ``profile`` names a section of the configuration file (`optcloud.core.settings_sources`). A cloud's settings are
    looked up when the cloud is first touched. Close it, or use it as a context manager.
    """

    @cached_property
    def aimms(self) -> AsyncAimms:
        """AIMMS PRO. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.aimms.cloud import AsyncAimms
        from optcloud.aimms.services.siblings import SiblingConnections

        policy, endpoint = self._setup.aimms()
        return AsyncAimms(self._connect(policy), self.profile, SiblingConnections(policy, self._connect), endpoint)

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

    @overload
    def attach(self, ref: str) -> AsyncTask | AsyncPlan[Any] | AsyncPool | AsyncNamedPool: ...
    @overload
    def attach(self, ref: str, kind: type[H]) -> H: ...
    def attach(self, ref: str, kind: type[Any] | None = None) -> Any:
        """Return the job (or the pool of machines) of a reference, without a request. Raises `ConfigError`.

        The reference's profile decides which credentials are used. ``kind``: what it is to be, such as
        `AsyncTask`, as which type checkers take it; a reference of something else is an error.
        """
        return self._attach(ref, kind)

    def batch(self, name: str, *, store: str | Path, files: str | Path | None = None) -> AsyncBatch:
        """Return the batch of a name: many jobs, each run once (`optcloud.batch.batch`). Nothing is asked or made here.

        ``store``: a file such as ``spring.sqlite``, or ``postgresql://…``; the same name in the same store is the same
        batch, in any process. ``files``: the folder of results of 64 KB or more; left out, it is beside the file.
        Work no copy of a store, and none restored from a backup: what was sent since would be sent again.
        """
        from optcloud.batch.batch import AsyncBatch

        place = self._place(name, store, files, AsyncOptCloud)
        made: AsyncBatch = self._batches.setdefault((name, str(store), str(files)), AsyncBatch(place, self))
        return made

    async def aclose(self) -> None:
        """Close all connections. Jobs go on; their references resume them."""
        for batch in self._batches.values():
            await batch.aclose()
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

    def _connect(self, policy: RequestPolicy) -> AsyncConnection:
        return self._open(AsyncConnection, policy)
