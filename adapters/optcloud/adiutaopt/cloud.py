"""adiutaOpt as a person thinks of it: three planners, each takes a problem and gives a plan."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from adiutaopt.client import AuthenticatedClient
from adiutaopt_models import DeployedVersion, PackageListItem
from optcloud.adiutaopt import planners
from optcloud.adiutaopt.account import AdiutaOptAccount
from optcloud.adiutaopt.doctor import IDENTITY_PROVIDER, planners_doctor
from optcloud.adiutaopt.planners import PlanT
from optcloud.adiutaopt.plans.encoding import Coding
from optcloud.adiutaopt.plans.job import AsyncPlan, Plan
from optcloud.adiutaopt.plans.plan import PlanFlows
from optcloud.adiutaopt.plans.receipts import Receipt
from optcloud.adiutaopt.problem.check import ProblemReport
from optcloud.adiutaopt.problem.problem import Problem, checked
from optcloud.adiutaopt.sign_in.session import CognitoSession
from optcloud.adiutaopt.user_session import AsyncUserSession, IdentityProviderRunner, UserSession
from optcloud.core.diagnosis import Diagnosis
from optcloud.core.flow import Flow
from optcloud.core.reference import Reference
from optcloud.core.verbs import Awaited, Blocking, giving, verb
from optcloud.handles.doctor import Doctor, examine, examine_async
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

if TYPE_CHECKING:
    import adiutaopt_models as models

AnyPlan = TypeVar("AnyPlan")
AnySession = TypeVar("AnySession")


class PlannerVerbs(Generic[PlanT]):
    """What every planner can be asked."""

    def __init__(
        self,
        connection: Connection | AsyncConnection,
        account: AdiutaOptAccount,
        planner: planners.PlannerDescription[PlanT],
    ) -> None:
        self._connection, self._account, self._planner = connection, account, planner

    @giving(Plan[PlanT], AsyncPlan[PlanT])
    def submit(
        self, problem: Problem, *, version: str | None = None, coding: Coding = "auto", strict: bool = True
    ) -> Flow[PlanFlows[PlanT]]:
        """Submit a problem: a typed model, a mapping, JSON bytes, the path of a JSON file, or a binary file.

        ``version`` pins a package of `packages`, for tests and debugging. ``coding`` narrows how the problem may go
        over the wire; as it is, plain below 6 MB and compressed above. The problem is checked before it is sent, with
        ``strict=False`` only to warn. Raises `UnprocessablePlan` with all ``faults``, `PayloadTooLarge`.
        """
        return self._account.submit(self._planner, problem, version=version, coding=coding, strict=strict)

    @verb
    def check(self, problem: Problem) -> Flow[ProblemReport]:
        """Return what is the matter with a problem, all of it: ``faults`` and ``warnings``. Nothing is sent."""
        return checked(problem, self._planner)

    @verb
    def version(self) -> Flow[DeployedVersion]:
        """Ask what is deployed."""
        return self._account.versions(self._planner)

    @verb
    def packages(self) -> Flow[list[PackageListItem]]:
        """List the packages that ``submit(…, version=…)`` can pin."""
        return self._account.packages(self._planner)


class Planner(PlannerVerbs[PlanT], Blocking):
    """One planner of adiutaOpt."""


class AsyncPlanner(PlannerVerbs[PlanT], Awaited):
    """One planner of adiutaOpt; each verb is awaited."""


class _Account(Generic[AnyPlan, AnySession]):
    """What both forms of the cloud have."""

    _kinds: tuple[Callable[..., Any], Callable[..., AnyPlan], Callable[..., AnySession]]

    def __init__(
        self, connection: Connection | AsyncConnection, account: AdiutaOptAccount, session: CognitoSession
    ) -> None:
        self._connection: Any = connection
        self._account = account
        planner, self._plan, of_user = self._kinds
        self._session = session
        self.session = of_user(connection, session)
        self.shift = planner(connection, account, planners.SHIFT)
        self.mixed = planner(connection, account, planners.MIXED)
        self.floor = planner(connection, account, planners.FLOOR)
        self.client = connection.generated_client(AuthenticatedClient)
        """The generated client with all operations of the document, signed, retried and raising our errors."""

    def _doctor(self) -> Doctor:
        return planners_doctor(str(self._connection.client.base_url), self._account, self._session)

    def _service(self, name: str) -> Any:
        return IdentityProviderRunner(self._connection.identify) if name == IDENTITY_PROVIDER else self._connection

    def attach(self, reference: Reference) -> AnyPlan:
        """Return the plan of a reference, without asking adiutaOpt."""
        return self._plan(self._connection, self._account.plan(reference))

    def resume(self, receipt: Receipt) -> AnyPlan:
        """Return the plan of a receipt (``Receipt.load(path)``), without asking adiutaOpt. Raises `ConfigError`."""
        return self._plan(self._connection, self._account.resume(receipt))


class AdiutaOpt(_Account[Plan[Any], UserSession]):
    """adiutaOpt, schema v6.0.0: ``shift``, ``mixed`` (tours) and ``floor``, and the user's ``session``."""

    shift: Planner[models.ShiftPlannerOutputPlan]
    mixed: Planner[models.MixedPlannerOutputPlan]
    floor: Planner[models.FloorPlannerOutputPlan]
    _kinds = Planner, Plan, UserSession

    def doctor(self) -> Iterator[Diagnosis]:
        """Find out why it does not work: harmless reads, each told as it is made (`optcloud.adiutaopt.doctor`)."""
        return examine(self._doctor(), self._service)


class AsyncAdiutaOpt(_Account[AsyncPlan[Any], AsyncUserSession]):
    """adiutaOpt, schema v6.0.0: ``shift``, ``mixed`` (tours), ``floor``, the user's ``session``; verbs are awaited."""

    shift: AsyncPlanner[models.ShiftPlannerOutputPlan]
    mixed: AsyncPlanner[models.MixedPlannerOutputPlan]
    floor: AsyncPlanner[models.FloorPlannerOutputPlan]
    _kinds = AsyncPlanner, AsyncPlan, AsyncUserSession

    def doctor(self) -> AsyncIterator[Diagnosis]:
        """Find out why it does not work: harmless reads, each told as it is made (`optcloud.adiutaopt.doctor`)."""
        return examine_async(self._doctor(), self._service)
