"""Problems and plans of adiutaOpt: submit, look, wait, fetch the solution; versions and packages.

Sources: vendor page "ShiftPlanner v6.0.0"; facts F001-F011, F039-F048.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from attrs import frozen

import adiutaopt_models as models
from adiutaopt.api.solution import get_solution
from adiutaopt.types import UNSET, File
from optcloud.clouds.adiutaopt.connection import VENDOR
from optcloud.clouds.adiutaopt.encoding import EncodedProblem, encode_problem
from optcloud.clouds.adiutaopt.planners import PLANNERS, Planner
from optcloud.clouds.adiutaopt.rules import Answer, Outcome, Rule
from optcloud.clouds.adiutaopt.solution import Solution
from optcloud.core.checking import find_fault
from optcloud.core.errors import (
    ConfigError,
    JobFailed,
    JobGone,
    NotFound,
    ReplyError,
    ResponseMismatch,
    UnprocessablePlan,
    Unsupported,
)
from optcloud.core.events import Submitted
from optcloud.core.flow import Call, Flow, Instant, Notify, ReadClock, Reply
from optcloud.core.pace import Pace
from optcloud.core.reference import Reference
from optcloud.core.replies import UNREADABLE, decode, media_type
from optcloud.core.states import State, Status
from optcloud.core.waiting import wait

Problem: TypeAlias = msgspec.Struct | Mapping[str, Any] | bytes | Path | str
PACE = Pace(first=1.0, longest=30.0)
_STATES = {
    Outcome.CALCULATING: State.RUNNING,
    Outcome.PLAN: State.SUCCEEDED,
    Outcome.ERROR_PLAN: State.FAILED,
}


def read_problem(problem: Problem, planner: Planner) -> bytes:
    """Return the problem as JSON bytes, checked against the planner's schema.

    Takes a typed model, a mapping, JSON bytes, or the path of a JSON file. Raises `UnprocessablePlan` (``status`` None,
    ``path`` of the first fault) before anything is sent. Fields that the schema does not name are passed on.
    """
    if isinstance(problem, bytes):
        document = problem
    elif isinstance(problem, str | Path):
        document = Path(problem).read_bytes()
    elif isinstance(problem, msgspec.Struct) and not isinstance(problem, planner.problem_type):
        given, wanted = type(problem).__name__, planner.problem_type.__name__
        raise UnprocessablePlan(f"a {given} was given; the {planner.name} planner takes a {wanted}", vendor=VENDOR)
    else:
        document = msgspec.json.encode(dict(problem) if isinstance(problem, Mapping) else problem)
    if fault := find_fault(document, planner.problem_type):
        error = UnprocessablePlan(f"the problem does not satisfy the schema: {fault}", vendor=VENDOR)
        error.path = fault.path
        raise error
    return document


@frozen
class AdiutaOptAccount:
    """The flows of one account. ``rule`` tells what an answer of the solution endpoint means."""

    profile: str
    rule: Rule

    def submit(self, planner: Planner, problem: Problem, *, version: str | None = None) -> Flow[PlanFlows]:
        """Submit a problem. The same problem again gives the same key and costs no second calculation (F003).

        ``version`` pins a package of the list (the vendor advises against it except for tests, F020).
        """
        encoded = encode_problem(read_problem(problem, planner))
        reply: Reply = yield Call(_submit_arguments(planner, encoded, version))
        plan = PlanFlows(Reference("adiutaopt", self.profile, (planner.name, _plan_key(reply))), self.rule)
        yield Notify(Submitted(str(plan.reference)))
        return plan

    def versions(self, planner: Planner) -> Flow[models.DeployedVersion]:
        """Ask what is deployed for a planner."""
        reply: Reply = yield Call(planner.version._get_kwargs())
        deployed: models.DeployedVersion = decode(reply, models.DeployedVersion, vendor=VENDOR, operation="getVersion")
        return deployed

    def packages(self, planner: Planner) -> Flow[list[models.PackageListItem]]:
        """List the packages that can be pinned for a planner."""
        reply: Reply = yield Call(planner.packages._get_kwargs())
        listed: list[models.PackageListItem] = decode(
            reply, list[models.PackageListItem], vendor=VENDOR, operation="getPackagesList"
        )
        return listed

    def plan(self, reference: Reference) -> PlanFlows:
        """Return the verbs of a plan submitted earlier. Raises `ConfigError` when the reference is not a plan's."""
        if len(reference.path) != 2 or reference.path[0] not in PLANNERS:
            raise ConfigError(f"{reference} is not a plan: one looks like adiutaopt:default/shift/KEY")
        return PlanFlows(reference, self.rule)


@frozen
class PlanFlows:
    """The verbs of one plan."""

    reference: Reference
    rule: Rule

    @property
    def planner(self) -> Planner:
        """The planner that the problem was given to."""
        return PLANNERS[self.reference.path[0]]

    def poll(self) -> Flow[Status]:
        """Look once. A key that nobody knows cannot be told from one too new to be known: only a `wait` finds out."""
        return _status((yield from self._look(0.0))[1])

    def wait(self, *, timeout: float | None = None, pace: Pace | None = None) -> Flow[Status]:
        """Look until there is a plan or an ErrorPlan."""
        status, _answer = yield from self._wait(timeout, pace)
        return status

    def result(self, *, timeout: float | None = None, pace: Pace | None = None) -> Flow[Solution]:
        """Wait and return the solution. Raises `JobFailed` for an ErrorPlan, with its content as ``detail``."""
        status, answer = yield from self._wait(timeout, pace)
        if status.state is State.SUCCEEDED:
            return Solution(answer.body, self.planner)
        raise JobFailed(
            "adiutaOpt answered with an ErrorPlan",
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
            now: Instant = yield ReadClock()
            answer, outcome = yield from self._look(now.monotonic - began.monotonic)
            answers[:] = [answer]
            return _status(outcome)

        status = yield from wait(poll, ref=str(self.reference), pace=pace or PACE, timeout=timeout)
        return status, answers[0]

    def _look(self, age: float) -> Flow[tuple[Answer, Outcome]]:
        """Ask the solution endpoint, and the rule what the answer means; an unexpected one is raised."""
        unexpected: ReplyError | None = None
        try:
            reply: Reply = yield Call(get_solution._get_kwargs(self.reference.path[1]))
            answer = Answer(reply.status_code, media_type(reply.headers), reply.content, age)
        except ReplyError as error:
            if error.vendor != VENDOR:
                raise  # from the sign-in: it says nothing of the plan
            unexpected = error
            answer = Answer(error.status or 0, media_type(error.headers), error.body, age)
        outcome = self.rule(answer)
        if outcome is not Outcome.UNEXPECTED:
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


def _status(outcome: Outcome) -> Status:
    return Status(_STATES[outcome], outcome.value)


def _submit_arguments(planner: Planner, encoded: EncodedProblem, version: str | None) -> dict[str, Any]:
    """Return the generated call with our own bytes as its body: they are what was checked."""
    pin = UNSET if version is None else version
    arguments: dict[str, Any] = planner.submit._get_kwargs(
        body=File(payload=encoded.content, mime_type=encoded.media_type), adiutaopt_version=pin
    )
    return arguments


def _plan_key(reply: Reply) -> str:
    """Take the key before anything else: a JSON string (F039), or, tolerantly, the bare text."""
    text = reply.content.strip().decode("utf-8", errors="replace")
    try:
        key = msgspec.json.decode(reply.content, type=str)
    except UNREADABLE:
        key = "" if set(text) & set('<>{}[]"\ufffd \n') else text
    if 0 < len(key) < 1024:
        return key
    raise ResponseMismatch(
        "the problem was accepted, but the reply has no key; submit it again: the same problem gives the same key",
        status=reply.status_code,
        vendor=VENDOR,
        operation="submit",
        headers=reply.headers,
        body=reply.content,
    )


def _detail(body: bytes) -> object:
    """Return an ErrorPlan's content; as text where a rule of the user's own takes something else for one."""
    try:
        return msgspec.json.decode(body)
    except UNREADABLE:
        return body.decode("utf-8", errors="replace")
