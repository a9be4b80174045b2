"""Machines of Gurobi Instant Cloud v1: licenses, list, launch, wait until ready, kill.

Machines cost money by the hour. A launch whose reply is lost is never sent again: each launch carries a password of
its own, by which its machines are found in the machine list.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from typing import Any, TypedDict, Unpack

from attrs import frozen

from optcloud.clouds.gurobi.connection import KILL, VENDOR
from optcloud.clouds.gurobi.models import (
    FAILED,
    LEAVING,
    LICENSE_TYPES,
    MACHINE_TYPES,
    REGIONS,
    WORKER,
    License,
    Machine,
)
from optcloud.clouds.gurobi.signature import encode_parameters
from optcloud.core.errors import (
    BadRequest,
    JobFailed,
    OptCloudError,
    ResponseMismatch,
    ServerError,
    TransportError,
)
from optcloud.core.events import Submitted
from optcloud.core.flow import Call, Flow, Notify, Reply
from optcloud.core.pace import Pace
from optcloud.core.redact import Redactor, Secret
from optcloud.core.reference import Reference
from optcloud.core.replies import decode
from optcloud.core.states import State, Status
from optcloud.core.waiting import wait

PACE = Pace(first=2.0, longest=15.0)
_JSON_LIST = {"200": ["application/json"]}


class LaunchOptions(TypedDict, total=False):
    """What can be said of a launch (vendor page, /api/launch). Left out: the vendor's default.

    ``machine_type`` (c4.2xlarge), ``region`` (us-east-1), ``license_type`` (light compute server), ``license_id`` (the
    smallest), ``password`` of the machines (made here), ``idle_shutdown`` in minutes (60), ``version`` of Gurobi.
    """

    machine_type: str | None
    region: str | None
    license_type: str | None
    license_id: str | None
    password: str | None
    idle_shutdown: int | None
    version: str | None


@frozen
class GurobiAccount:
    """The flows of one account."""

    profile: str
    access_id: str
    redact: Redactor

    def licenses(self) -> Flow[list[License]]:
        """List the account's licenses."""
        return [License.read(entry) for entry in (yield from self._get("licenses"))]

    def machines(self) -> Flow[list[Machine]]:
        """List the account's machines."""
        return self._read_machines((yield from self._get("machines")))

    def launch(self, count: int, **options: Unpack[LaunchOptions]) -> Flow[PoolFlows]:
        """Launch ``count`` machines, once.

        Raises `BadRequest` before sending for a word the vendor does not list. When the reply was lost
        (`TransportError` with ``sent="unknown"``), a 5XX or unreadable, and the machines are not in the list either,
        the error says how to look.
        """
        _check_words(count, options)
        password = options.get("password")
        marker = password or secrets.token_urlsafe(18)
        self.redact.add(Secret(marker))
        parameters = {
            "numMachines": str(count),
            "licenseType": options.get("license_type"),
            "licenseId": options.get("license_id"),
            "userPassword": marker,
            "region": options.get("region"),
            "idleShutdown": options.get("idle_shutdown"),
            "machineType": options.get("machine_type"),
            "GRBVersion": options.get("version"),
        }
        given = [(name, str(value)) for name, value in parameters.items() if value is not None]
        try:
            ids = _launched_ids((yield from self._post("launch", given)), count)
        except (TransportError, ServerError, ResponseMismatch) as error:
            if isinstance(error, TransportError) and error.sent == "no":
                raise
            ids = yield from self._find_launched(count, marker, own=password is None, lost=error)
        pool = PoolFlows(self, Reference("gurobi", self.profile, tuple(ids)))
        yield Notify(Submitted(str(pool.reference)))
        return pool

    def kill(self, ids: Iterable[str]) -> Flow[list[Machine]]:
        """Kill machines and return them as the vendor answers. Safe to repeat."""
        text = json.dumps([ids] if isinstance(ids, str) else list(ids), separators=(",", ":"))
        return self._read_machines((yield from self._post(KILL, [("machineIds", text)])))

    def _find_launched(
        self, count: int, marker: str, *, own: bool, lost: TransportError | ServerError | ResponseMismatch
    ) -> Flow[list[str]]:
        """Look for a launch of unknown fate, by its password; only a password of our own making proves it."""
        try:
            listed = yield from self.machines()
        except OptCloudError as error:
            words = f"the machine list could not be read either ({error}). Look with machines() as soon as it can"
            raise _unknown_fate(lost, words) from lost
        found = [m.id for m in listed if m.password is not None and m.password.reveal() == marker]
        if own and len(found) == count:
            return found
        seen = ", ".join(f"{m.id} ({m.state})" for m in listed) or "none"
        words = (
            f"{len(found)} of {count} machines with its password are in the list now. Machines seen: {seen}. Look "
            f"again with machines(), and kill({found!r}) what you do not want to pay for"
        )
        raise _unknown_fate(lost, words) from lost

    def _get(self, endpoint: str) -> Flow[list[dict[str, Any]]]:
        query = encode_parameters([("id", self.access_id)])
        reply: Reply = yield Call(_described("GET", f"/{endpoint}?{query}", endpoint))
        return _entries(reply, endpoint)

    def _post(self, endpoint: str, parameters: list[tuple[str, str]]) -> Flow[list[dict[str, Any]]]:
        form = encode_parameters([("id", self.access_id), *parameters])
        body = {
            "content": form.encode(),
            "headers": {"content-type": "application/x-www-form-urlencoded"},
        }
        reply: Reply = yield Call({**_described("POST", f"/{endpoint}", endpoint), **body})
        return _entries(reply, endpoint)

    def _read_machines(self, entries: list[dict[str, Any]]) -> list[Machine]:
        machines = [Machine.read(entry) for entry in entries]
        for machine in machines:
            if machine.password is not None:
                self.redact.add(machine.password)
        return machines


@frozen
class PoolFlows:
    """The verbs of machines that were launched together; the reference lists their ids."""

    account: GurobiAccount
    reference: Reference

    def machines(self) -> Flow[list[Machine]]:
        """List the pool's machines, the compute server first; one that has gone is left out."""
        listed = yield from self.account.machines()
        return self._in_order(machine for machine in listed if machine.id in self.reference.path)

    def _in_order(self, machines: Iterable[Machine]) -> list[Machine]:
        """Put the compute server first, then the workers, each kind as launched (facts, section Machine)."""
        return sorted(machines, key=lambda one: (one.license_type == WORKER, self.reference.path.index(one.id)))

    def wait_ready(self, *, timeout: float | None = None, pace: Pace | None = None) -> Flow[list[Machine]]:
        """Wait until all can receive jobs. Raises `JobFailed` when one is lost, `WaitTimeout`.

        ``timeout`` in seconds. Unknown state words count as not ready yet.
        """
        listed: dict[str, Machine] = {}
        ref = str(self.reference)
        status = yield from wait(lambda: self._look(listed), ref=ref, pace=pace or PACE, timeout=timeout)
        if status.state is not State.SUCCEEDED:
            raise JobFailed(f"a machine cannot be had: {status.word}", ref=ref, detail=status.message)
        return self._in_order(listed.values())

    def _look(self, listed: dict[str, Machine]) -> Flow[Status]:
        """Look once; ``listed`` remembers what was seen, so that a machine that vanished is told from a late one."""
        machines = {machine.id: machine for machine in (yield from self.machines())}
        gone = [one for one in listed if one not in machines]
        listed.update(machines)
        word = ", ".join([machine.state for machine in machines.values()] + ["gone" for _ in gone])
        if gone or any(machine.state in FAILED | LEAVING for machine in machines.values()):
            return Status(State.FAILED, word, f"machines of the launch: {', '.join(self.reference.path)}")
        ready = len(machines) == len(self.reference.path) and all(one.ready for one in machines.values())
        return Status(State.SUCCEEDED if ready else State.RUNNING, word)

    def kill(self) -> Flow[list[Machine]]:
        """Kill all machines of the pool. Safe to repeat."""
        return (yield from self.account.kill(self.reference.path))


def _described(method: str, path: str, operation: str) -> dict[str, Any]:
    return {
        "method": method,
        "url": path,
        "extensions": {"operation": {"id": operation, "responses": _JSON_LIST}},
    }


def _entries(reply: Reply, operation: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = decode(reply, list[dict[str, Any]], vendor=VENDOR, operation=operation)
    return entries


def _launched_ids(launched: list[dict[str, Any]], count: int) -> list[str]:
    """Take the ids of exactly ``count`` machines from the reply; `ResponseMismatch` when it tells of others."""
    ids = [str(entry.get("_id") or "") for entry in launched]
    if len(ids) != count or "" in ids:
        raise ResponseMismatch(
            f"the reply to the launch of {count} names {len(ids) - ids.count('')}: {', '.join(filter(None, ids))}",
            vendor=VENDOR,
            operation="launch",
        )
    return ids


def _unknown_fate(lost: TransportError | ServerError | ResponseMismatch, words: str) -> OptCloudError:
    """Return the error of the launch with what a person must know: machines may run and cost."""
    words = f"; the launch may have happened and was not sent again: {words}"
    if isinstance(lost, TransportError):
        return TransportError(f"{lost}{words}", sent="unknown", vendor=VENDOR, operation="launch")
    return type(lost)(
        lost.message + words,
        status=lost.status,
        vendor=VENDOR,
        operation="launch",
        request_id=lost.request_id,
        headers=lost.headers,
        body=lost.body,
    )


def _check_words(count: int, options: LaunchOptions) -> None:
    if count < 1:
        raise BadRequest(f"count: {count} machines cannot be launched; at least 1", vendor=VENDOR)
    idle_shutdown = options.get("idle_shutdown")
    if idle_shutdown is not None and idle_shutdown < 1:
        raise BadRequest(f"idle_shutdown: {idle_shutdown} is not a number of minutes above 0", vendor=VENDOR)
    words = {
        "machine_type": (options.get("machine_type"), MACHINE_TYPES),
        "region": (options.get("region"), REGIONS),
        "license_type": (options.get("license_type"), LICENSE_TYPES),
    }
    for name, (word, known) in words.items():
        if word is not None and word not in known:
            raise BadRequest(f"{name}: {word!r} is none of {', '.join(known)}", vendor=VENDOR)
