"""Problems of a batch on a planner of adiutaOpt.

The bytes of the ledger are the bytes on the wire, in every attempt and on every machine: nothing is written anew and
nothing is compressed here (`optcloud.adiutaopt.plans.wire_bytes`). So an attempt of unknown fate is decided by sending
them again: an identical problem posted again answers with the key of the first one (adiutaOpt facts F003).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from attrs import evolve

from optcloud.adiutaopt.account import AdiutaOptAccount
from optcloud.adiutaopt.cloud import AsyncPlanner, Planner
from optcloud.adiutaopt.connection import VENDOR, session_of
from optcloud.adiutaopt.planners import PLANNERS, PlannerDescription
from optcloud.adiutaopt.plans.encoding import EncodedProblem
from optcloud.adiutaopt.plans.receipts import moment
from optcloud.adiutaopt.plans.wire_bytes import ready_for_the_wire
from optcloud.batch.jobs import (
    Adopt,
    ArmedJob,
    Ending,
    Hold,
    LookAgain,
    NeverArrived,
    Refused,
    SendOutcome,
    Sent,
    Timings,
    UnknownFate,
    Verdict,
)
from optcloud.batch.store.contents import KeptFileError, content_of
from optcloud.batch.targets.adiutaopt_watch import Look, PlanWatch, ending_of
from optcloud.batch.targets.submitting import outcome_of, read_clock, within
from optcloud.batch.targets.target import ENDS_THE_RUN, LedgerView
from optcloud.core.errors import (
    BadRequest,
    ConfigError,
    OptCloudError,
    PayloadTooLarge,
    ServerError,
    TransportError,
    UnprocessablePlan,
    Unsupported,
)
from optcloud.core.flow import Flow, Instant
from optcloud.core.reference import Reference
from optcloud.core.states import State
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

T = TypeVar("T")
OF_THE_PROBLEM = (BadRequest, PayloadTooLarge, UnprocessablePlan)
TOGETHER = 8  # resends at a time


class AdiutaOptTarget:
    """One planner, on one account.

    ``of`` takes a planner of either form, for its name, its profile and its account; what asks the vendor needs the
    planner of an `AsyncOptCloud`, which ``from_spec`` finds. What answers of the solution endpoint mean is the client's
    own affair (``adiutaopt_rule``): it is code, so each worker's client brings it.
    """

    def __init__(
        self, planner: Planner[Any] | AsyncPlanner[Any], *, profile: str | None = None, version: str | None = None
    ) -> None:
        self._planner: PlannerDescription[Any] = planner._planner
        self._connection: Connection | AsyncConnection = planner._connection
        own: AdiutaOptAccount = planner._account
        self._account = evolve(own, profile=profile or own.profile)
        self._version = version
        self._identity = account_of(planner)
        self._watch: PlanWatch | None = None

    @classmethod
    def of(cls, planner: Planner[Any] | AsyncPlanner[Any], *, version: str | None = None) -> AdiutaOptTarget:
        """Make a target of ``oc.adiutaopt.shift``, ``mixed`` or ``floor``. Asks nothing.

        ``version`` pins a package, for tests and debugging: the vendor advises against it (adiutaOpt facts F020).
        """
        return cls(planner, version=version)

    @classmethod
    def from_spec(cls, oc: Any, spec: Mapping[str, Any]) -> AdiutaOptTarget:
        """Make the same target elsewhere; ``oc`` is an `AsyncOptCloud`, or an `OptCloud` where nothing is asked.

        Raises `ConfigError` for another account than the batch's: it would not know the plans, or pay for new ones.
        """
        if spec.get("planner") not in PLANNERS:
            raise ConfigError(f"{spec.get('planner')!r} is none of adiutaOpt's planners: {', '.join(PLANNERS)}")
        made = cls(getattr(oc.adiutaopt, spec["planner"]), profile=spec["profile"], version=spec["version"])
        if made.account != spec["account"]:
            raise ConfigError(
                f"the batch is of the account {spec['account']}, and the settings here are of {made.account}: another "
                "account does not know its plans; use the same address and the same user"
            )
        return made

    @property
    def account(self) -> str:
        """Address and user, the user as the first digits of a SHA-256: a name may be somebody's mail address."""
        return self._identity

    def spec(self) -> dict[str, Any]:
        """Return what makes the same target elsewhere. The profile is in it since references name it."""
        return {
            "cloud": "adiutaopt",
            "planner": self._planner.name,
            "profile": self._account.profile,
            "version": self._version,
            "account": self._identity,
        }

    def know(self, ledger: LedgerView) -> None:
        """Nothing of the ledger is needed: the vendor itself tells what it knows."""

    async def settle(self) -> None:
        """Sign in, and ask for the deployed version, so that what is wrong with the settings is raised at once.

        Raises `AuthError`, `Forbidden`, `ConfigError`, `Unsupported`, `TransportError`, `ServerError`. Where the
        document's address for versions is not the vendor's (adiutaOpt facts F010), nothing is proven.
        """
        try:
            await self._run(self._account.versions(self._planner))
        except (*ENDS_THE_RUN, TransportError, ServerError, Unsupported):
            raise
        except OptCloudError:
            return

    async def send(self, job: ArmedJob, content: bytes, timings: Timings) -> SendOutcome:
        """Check the problem, then submit it once; both within ``timings.send`` seconds.

        What each job would meet is raised, having been refused before anything was taken: `AuthError`, `Forbidden`,
        `ConfigError` (for a challenge that nobody can answer, too). The vendor tells a repeated problem by its status
        (200); the key is right in either case.
        """
        until = (await self._run(read_clock())).monotonic + timings.send
        try:
            ready = await self._run(ready_for_the_wire(content, self._planner))
        except (UnprocessablePlan, PayloadTooLarge) as fault:
            return Refused(str(fault))
        try:
            return Sent(await self._post(ready, until, once=True))
        except ENDS_THE_RUN:
            raise
        except Unsupported as error:
            raise ConfigError(str(error)) from error
        except OptCloudError as error:
            return outcome_of(error, refused=isinstance(error, OF_THE_PROBLEM) and error.vendor == VENDOR)
        except Exception as error:  # noqa: BLE001 - it may have been sent: reconciling decides
            return UnknownFate(f"{type(error).__name__}: {error}")

    def watch(self, refs: Collection[str]) -> None:
        """Have ``ended`` look at these, too. A reference may be that of several jobs: it is looked at once."""
        self._watching().add(refs)

    async def ended(self) -> Sequence[tuple[str, Any]]:
        """Wait until plans have ended, or all that are due were looked at. Raises what the looks failed with."""
        return await self._watching().ended()

    async def ending(self, key: str, ref: str, how: Any) -> Ending:
        """Tell how a job has ended; its result came with the look, so nothing is asked."""
        return ending_of(key, ref, how)

    async def reconcile(self, jobs: Sequence[ArmedJob], known: LedgerView, timings: Timings) -> Sequence[Verdict]:
        """Send the same bytes again: the vendor answers with the key of the first time, or takes them now.

        Either way there is one plan, and its key is adopted (adiutaOpt facts F003: a retry of the same body is safe),
        so no window has to be waited for: should an attempt arrive late, it is the repeated one, and gets the same key.
        What becomes of two that arrive at the same moment is not stated (adiutaOpt facts F004); the loop asks only when
        the first can be under way no more. Held is only what cannot be sent again: an input that is gone or changed.
        What each job would meet is raised, and so is what all failed with; else those that failed are looked at again.
        """
        free, errors = asyncio.Semaphore(TOGETHER), list[OptCloudError]()

        async def decide(job: ArmedJob) -> Verdict:
            async with free:
                if len(errors) < TOGETHER:
                    try:
                        return await self._again(job, timings)
                    except OptCloudError as error:
                        errors.append(error)
                return LookAgain(job.key, job.attempt, str(errors[-1]))

        verdicts = await asyncio.gather(*(decide(job) for job in jobs))
        if errors and all(isinstance(verdict, LookAgain) for verdict in verdicts):
            raise errors[0]
        return verdicts

    async def cancel(self, ref: str, *, running: bool) -> bool:
        """Return False: the vendor can take back no problem and stop no calculation, so the plan ends by itself."""
        return False

    async def close(self) -> None:
        """Break off the looks under way."""
        if self._watch is not None:
            await self._watch.close()

    async def _again(self, job: ArmedJob, timings: Timings) -> Verdict:
        """Send again, and again where the wire fails: within ``timings.send`` seconds the client's own repeats do."""
        try:
            content = await asyncio.to_thread(content_of, job.input)
        except KeptFileError as error:
            return Hold(job.key, job.attempt, f"its input cannot be sent again: {error}")
        until = (await self._run(read_clock())).monotonic + timings.send
        try:
            ready = await self._run(ready_for_the_wire(content, self._planner))
            return Adopt(job.key, job.attempt, await self._post(ready, until))
        except OF_THE_PROBLEM as error:
            if not error.refused:
                raise
            return NeverArrived(job.key, job.attempt, str(error))  # the same bytes were refused the first time, too

    async def _post(self, ready: EncodedProblem, until: float, *, once: bool = False) -> str:
        posted = self._account.post(self._planner, ready, version=self._version, once=once)
        plan = await self._run(within(posted, until))
        return str(plan.reference)

    def _watching(self) -> PlanWatch:
        if self._watch is None:
            self._watch = PlanWatch(self._look, self._connection._driver_config.clock)
        return self._watch

    async def _look(self, ref: str, since: Instant) -> Look:
        """Look once. A key that nobody knows is gone once it has been watched for as long as keys may be new."""
        try:
            reference = Reference.parse(ref)
            plan = self._account.plan(reference)
        except ConfigError as error:  # a person said that it is the job's
            return Look(None, "gone", message=str(error))
        known = evolve(plan, first_receipt=evolve(plan.first_receipt, submitted_at=moment(since.wall)))
        status, body = await self._run(known.look())
        if status.state is not State.FAILED:
            return Look(status.state, status.word, body if status.state.ended else b"")
        quoted = known.receipt.request_id
        words = "adiutaOpt answered with an ErrorPlan, kept as the result"
        return Look(status.state, status.word, body, words + (f"; requestID for support: {quoted}" if quoted else ""))

    async def _run(self, flow: Flow[T]) -> T:
        if not isinstance(self._connection, AsyncConnection):
            raise TypeError("this target was made of an OptCloud: make it of its spec and an AsyncOptCloud")
        return await self._connection.run(flow)


def account_of(planner: Planner[Any] | AsyncPlanner[Any]) -> str:
    """Name the account that a planner's namespace asks with."""
    policy = planner._connection._policy
    user = hashlib.sha256(session_of(policy).settings.username.encode()).hexdigest()[:12]
    return f"adiutaopt:{policy.base_url}#{user}"
