"""Problems of adiutaOpt: submit them; versions and packages of the planners.

Sources: vendor page "ShiftPlanner v6.0.0"; adiutaOpt facts F001-F011, F020, F039-F042, F049-F051.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

import msgspec
from attrs import evolve, frozen

import adiutaopt_models as models
from optcloud.adiutaopt.connection import VENDOR
from optcloud.adiutaopt.planners import PLANNERS, PlannerDescription, PlanT
from optcloud.adiutaopt.plans.encoding import Coding, EncodedProblem, encoded
from optcloud.adiutaopt.plans.plan import PlanFlows
from optcloud.adiutaopt.plans.receipts import Receipt, moment, receipt_of
from optcloud.adiutaopt.problem.problem import Problem, prepared
from optcloud.adiutaopt.solution_rule import Rule
from optcloud.core.errors import ConfigError
from optcloud.core.events import AlreadyKnown, Pinned, Submitted
from optcloud.core.flow import Call, Flow, Instant, Notify, ReadClock, Reply, RunBlocking
from optcloud.core.payload import payload_of, with_payload
from optcloud.core.reference import Reference
from optcloud.core.replies import UNREADABLE, decode, json_of
from optcloud.core.request_policy import ONCE
from optcloud.handles.creation import created

MAY_EXIST = "the problem may have been taken; submit it again: the same problem gives the same key, and costs no more"
PINNING = "a pinned version gets no fixes and limited support, says the vendor: it is meant for tests and debugging"


@frozen
class AdiutaOptAccount:
    """The flows of one account. ``rule`` tells what an answer of the solution endpoint means."""

    profile: str
    rule: Rule

    def submit(
        self,
        planner: PlannerDescription[PlanT],
        problem: Problem,
        *,
        version: str | None = None,
        coding: Coding = "auto",
        strict: bool = True,
    ) -> Flow[PlanFlows[PlanT]]:
        """Submit a problem. The same problem again gives the same key and costs no second calculation.

        Source: adiutaOpt facts F003.

        ``version`` pins a package of the list (the vendor advises against it except for tests, adiutaOpt facts F020).
        ``coding`` narrows how the problem may go over the wire (`optcloud.adiutaopt.plans.encoding`). It is checked
        before (`optcloud.adiutaopt.problem.problem`); with ``strict=False`` it is sent with its faults.
        """
        ready = yield from prepared(problem, planner, strict=strict)
        sent, size, input_hash = yield from _encoded(ready.document, coding)
        del ready  # the JSON text: what is sent may be a tenth of it
        plan = yield from self.post(planner, sent, version=version)
        receipt = evolve(plan.first_receipt, input_hash=input_hash, input_bytes=size)
        return PlanFlows(plan.reference, self.rule, receipt)

    def post(
        self,
        planner: PlannerDescription[PlanT],
        sent: EncodedProblem,
        *,
        version: str | None = None,
        once: bool = False,
    ) -> Flow[PlanFlows[PlanT]]:
        """Submit what is ready for the wire, unchecked.

        With ``once`` nothing is sent a second time that may have arrived, so that the error tells all that is known.
        """
        if version is not None:
            yield Notify(Pinned(VENDOR, version, PINNING))
        arguments = _submit_arguments(planner, sent, version)
        if once:
            arguments["extensions"] = {**arguments["extensions"], ONCE: True}
        made = yield from created(
            Call(arguments),
            partial(_plan_key, strictly=True),
            vendor=VENDOR,
            missing="the problem was accepted, but the reply has no key",
            note=MAY_EXIST,
            find_in_whole=_plan_key,
        )
        reference = Reference("adiutaopt", self.profile, (planner.name, made.found))
        yield Notify(Submitted(str(reference), planner.name))
        now: Instant = yield ReadClock()
        receipt = evolve(
            receipt_of(reference),
            sent_bytes=len(sent.content),
            media_type=sent.media_type,
            version=version,
            known=made.status == 200,  # 201 is a new one (adiutaOpt facts F025, F026)
            submitted_at=moment(now.wall),
        )
        if receipt.known:
            yield Notify(AlreadyKnown(receipt.ref))
        return PlanFlows(reference, self.rule, receipt)

    def versions(self, planner: PlannerDescription[Any]) -> Flow[models.DeployedVersion]:
        """Ask what is deployed for a planner."""
        reply: Reply = yield Call(planner.version._get_kwargs())
        deployed: models.DeployedVersion = decode(reply, models.DeployedVersion, vendor=VENDOR, operation="getVersion")
        return deployed

    def packages(self, planner: PlannerDescription[Any]) -> Flow[list[models.PackageListItem]]:
        """List the packages that can be pinned for a planner."""
        reply: Reply = yield Call(planner.packages._get_kwargs())
        listed: list[models.PackageListItem] = decode(
            reply, list[models.PackageListItem], vendor=VENDOR, operation="getPackagesList"
        )
        return listed

    def plan(self, reference: Reference) -> PlanFlows[Any]:
        """Return the verbs of a plan submitted earlier. Raises `ConfigError` when the reference is not a plan's."""
        if len(reference.path) != 2 or reference.path[0] not in PLANNERS:
            raise ConfigError(f"{reference} is not a plan: one looks like adiutaopt:default/shift/KEY")
        return PlanFlows(reference, self.rule, receipt_of(reference))

    def resume(self, receipt: Receipt) -> PlanFlows[Any]:
        """Return the verbs of a plan by its receipt. Raises `ConfigError`, also where it is of another profile."""
        reference = Reference.parse(receipt.ref)
        if (reference.cloud, reference.profile) != ("adiutaopt", self.profile):
            raise ConfigError(f"{receipt.ref} is not of the profile {self.profile!r}: open OptCloud with its profile")
        return evolve(self.plan(reference), first_receipt=receipt)


def _encoded(document: bytes, coding: Coding) -> Flow[tuple[EncodedProblem, int, str]]:
    """Return what is sent, and the size and the hash of the JSON text, which is not kept: it may be large."""
    digest = yield RunBlocking(partial(hashlib.sha256, document))
    return (yield from encoded(document, coding)), len(document), digest.hexdigest()


def _submit_arguments(planner: PlannerDescription[Any], sent: EncodedProblem, version: str | None) -> dict[str, Any]:
    """Return the generated call with our own bytes as its body: they are what was checked."""
    body = planner.types.File(payload=b"", mime_type=sent.media_type)
    pin = planner.types.UNSET if version is None else version
    arguments: dict[str, Any] = planner.submit._get_kwargs(body=body, adiutaopt_version=pin)
    return with_payload(arguments, payload_of(sent.content, sent.media_type))


def _plan_key(body: bytes, *, strictly: bool = False) -> str | None:
    """Read a key: a JSON string (adiutaOpt facts F039), or, unless ``strictly``, the bare text."""
    text = body.strip().decode("utf-8", errors="replace")
    try:
        key = msgspec.json.decode(json_of(body), type=str)
    except UNREADABLE:
        key = "" if strictly or set(text) & set('<>{}[]"\ufffd \n') else text
    return key if 0 < len(key) < 1024 else None
