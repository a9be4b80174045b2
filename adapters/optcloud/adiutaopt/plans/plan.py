"""One plan of adiutaOpt: look, wait, fetch the solution.

Sources: vendor page "ShiftPlanner v6.0.0"; adiutaOpt facts F001, F007, F043-F048, F053-F056.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Generic

import msgspec
from attrs import evolve, field, frozen

from adiutaopt.api.solution import get_solution
from optcloud.adiutaopt.connection import VENDOR
from optcloud.adiutaopt.planners import PLANNERS, PlannerDescription, PlanT
from optcloud.adiutaopt.plans.encoding import decoded
from optcloud.adiutaopt.plans.receipts import Receipt
from optcloud.adiutaopt.solution.solution import Solution
from optcloud.adiutaopt.solution_rule import Answer, AnswerMeaning, Rule
from optcloud.core.errors import JobFailed, JobGone, NotFound, ReplyError, ResponseMismatch, Unsupported
from optcloud.core.flow import Call, Flow, Instant, ReadClock, Reply, RunBlocking
from optcloud.core.payload import IN_MEMORY
from optcloud.core.polling import Pace, wait
from optcloud.core.reference import Reference
from optcloud.core.replies import UNREADABLE, media_type
from optcloud.core.states import State, Status

PACE = Pace(first=1.0, longest=30.0)
_STATES = {
    AnswerMeaning.CALCULATING: State.RUNNING,
    AnswerMeaning.PLAN: State.SUCCEEDED,
    AnswerMeaning.ERROR_PLAN: State.FAILED,
}


@frozen
class PlanFlows(Generic[PlanT]):
    """The verbs of one plan. ``first_receipt``: what was known of it at first; `receipt` has the requestID, too."""

    reference: Reference
    rule: Rule
    first_receipt: Receipt = field(repr=False)
    _request_ids: list[str] = field(factory=list, init=False, repr=False, eq=False)

    @property
    def receipt(self) -> Receipt:
        """What to keep of the plan, as far as it is known now."""
        return evolve(self.first_receipt, request_id=self._request_ids[-1]) if self._request_ids else self.first_receipt

    @property
    def planner(self) -> PlannerDescription[PlanT]:
        """The planner that the problem was given to."""
        return PLANNERS[self.reference.path[0]]

    def poll(self) -> Flow[Status]:
        """Look once. Raises `JobGone` for a key that adiutaOpt does not know and that is not new.

        Without a time of submission in the receipt, a key that nobody knows cannot be told from one too new to be
        known: only a `wait` finds out.
        """
        return (yield from self.look())[0]

    def look(self) -> Flow[tuple[Status, bytes]]:
        """`poll`, and what the vendor answered: once it has ended, the plan or the ErrorPlan, as received."""
        now: Instant = yield ReadClock()
        answer, outcome = yield from self._look(now)
        return _status(outcome), answer.body

    def wait(self, *, timeout: float | None = None, pace: Pace | None = None) -> Flow[Status]:
        """Look until there is a plan or an ErrorPlan."""
        status, _answer = yield from self._wait(timeout, pace)
        return status

    def result(self, *, timeout: float | None = None, pace: Pace | None = None) -> Flow[Solution[PlanT]]:
        """Wait and return the solution. Raises `JobFailed` for an ErrorPlan, with its content as ``detail``."""
        status, answer = yield from self._wait(timeout, pace)
        if status.state is State.SUCCEEDED:
            return Solution(answer.body, self.planner)
        quoted = self.receipt.request_id
        raise JobFailed(
            "adiutaOpt answered with an ErrorPlan" + (f"; its requestID for support is {quoted}" if quoted else ""),
            ref=str(self.reference),
            detail=_detail(answer.body),
            body=answer.body,
        )

    def stop(self) -> Flow[None]:
        """Not offered by the vendor."""
        yield from self._refuse("stop")

    def cancel(self) -> Flow[None]:
        """Not offered by the vendor."""
        yield from self._refuse("cancel")

    def delete(self) -> Flow[None]:
        """Not offered by the vendor."""
        yield from self._refuse("delete")

    def _refuse(self, verb: str) -> Flow[None]:
        yield from ()
        raise Unsupported(f"adiutaOpt cannot {verb} a calculation; {self.reference} goes on")

    def _wait(self, timeout: float | None, pace: Pace | None) -> Flow[tuple[Status, Answer]]:
        """Wait, keeping the last answer: a solution may be large, so it is fetched once."""
        began: Instant = yield ReadClock()
        answers: list[Answer] = []

        def poll() -> Flow[Status]:
            answer, outcome = yield from self._look(began)
            answers[:] = [answer]
            return _status(outcome)

        status = yield from wait(poll, ref=str(self.reference), pace=pace or PACE, timeout=timeout)
        return status, answers[0]

    def _look(self, began: Instant) -> Flow[tuple[Answer, AnswerMeaning]]:
        """Ask the solution endpoint, and the rule what the answer means; an unexpected one is raised."""
        unexpected: ReplyError | None = None
        age = yield from self._age(began)
        try:
            reply: Reply = yield Call(get_solution._get_kwargs(self.reference.path[1]))
            kind = media_type(reply.headers)
            answer = Answer(reply.status_code, kind, decoded(reply.content, kind), age, reply.headers)
        except ReplyError as error:
            if error.vendor != VENDOR:
                raise  # from the sign-in: it says nothing of the plan
            unexpected = error
            answer = Answer(error.status or 0, media_type(error.headers), error.body, age, error.headers)
        judged = partial(self.rule, answer)
        outcome: AnswerMeaning = (yield RunBlocking(judged)) if len(answer.body) > IN_MEMORY else judged()
        if outcome in _STATES:
            if _STATES[outcome].ended:
                self._request_ids[:] = _request_id(answer.body)
            return answer, outcome
        if isinstance(unexpected, NotFound):
            raise JobGone("adiutaOpt does not know this plan", ref=str(self.reference)) from unexpected
        raise unexpected or ResponseMismatch(
            "neither a plan nor an ErrorPlan nor a known sign of calculating",
            status=answer.status,
            vendor=VENDOR,
            operation="getSolution",
            body=answer.body,
        )

    def _age(self, began: Instant) -> Flow[float]:
        """Seconds since the problem was submitted; where that is not known, since the wait began."""
        now: Instant = yield ReadClock()
        submitted = self.first_receipt.submitted
        return now.monotonic - began.monotonic if submitted is None else max(0.0, now.wall - submitted)


class _Head(msgspec.Struct):
    """The one field that is read of a solution here; the others are passed over."""

    requestID: Any = None  # noqa: N815 - the vendor's name


def _request_id(body: bytes) -> list[str]:
    """Return what is to be quoted to the vendor's support (adiutaOpt facts F045), if it is there."""
    try:
        found = msgspec.json.decode(body, type=_Head).requestID
    except UNREADABLE:  # a rule of the user's own took something else for an end
        return []
    return [found] if isinstance(found, str) else []


def _status(outcome: AnswerMeaning) -> Status:
    return Status(_STATES[outcome], outcome.value)


def _detail(body: bytes) -> dict[str, Any] | str:
    """Return an ErrorPlan's content; as text where a rule of the user's own takes something else for one."""
    try:
        return msgspec.json.decode(body, type=dict[str, Any] | str)
    except UNREADABLE:
        return body.decode("utf-8", errors="replace")
