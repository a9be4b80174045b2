"""The job of a problem: what every job can do, and what is to be kept of a plan."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from optcloud.adiutaopt.planners import PlanT
from optcloud.adiutaopt.plans.plan import PlanFlows
from optcloud.adiutaopt.plans.receipts import Receipt
from optcloud.adiutaopt.solution.solution import Solution
from optcloud.handles.handle import Handle
from optcloud.handles.job import AsyncJob, Job
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

C = TypeVar("C")


class _Kept(Handle[C, PlanFlows[PlanT]], Generic[C, PlanT]):
    """What is known without asking the vendor: alike in both forms."""

    _receipt: Receipt  # of a plan that arrived

    @property
    def receipt(self) -> Receipt:
        """What to keep of the plan, to be saved as JSON; the attributes below are of it, None where not known."""
        return self._receipt if self._link is None else self._link[1].receipt

    @property
    def key(self) -> str:
        """The vendor's key of the plan."""
        return self.receipt.key

    @property
    def known(self) -> bool | None:
        """True when the vendor knew the problem already: the plan is the one of then, and costs no calculation.

        It is also True where this very submit was sent again, its first reply having been lost.
        """
        return self.receipt.known

    @property
    def input_hash(self) -> str | None:
        """SHA-256 of the problem's JSON text, in hexadecimal digits."""
        return self.receipt.input_hash

    @property
    def request_id(self) -> str | None:
        """The vendor's ``requestID``, to be quoted to its support; once a solution or an ErrorPlan was seen."""
        return self.receipt.request_id

    def _luggage(self) -> dict[str, Any]:
        return {"_receipt": self.receipt}

    def _found_by(self, cloud: Any) -> Any:
        return cloud.adiutaopt.resume(self.receipt)


class Plan(_Kept[Connection, PlanT], Job[Solution[PlanT]]):
    """A submitted problem, which becomes a plan. ``PlanT`` is the planner's output plan, the type of its solution's."""


class AsyncPlan(_Kept[AsyncConnection, PlanT], AsyncJob[Solution[PlanT]]):
    """A submitted problem, which becomes a plan; each verb is awaited."""
