"""Licenses and machines of Gurobi Instant Cloud v1.

Source: vendor page "REST API v1", /api/licenses and /api/machines; facts, sections License and Machine: numbers may
come as strings, and words that the page does not list are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from optcloud.core.redact import Secret

READY = frozenset({"idle", "running"})
FAILED = frozenset({"launch error", "error"})
LEAVING = frozenset({"killing", "shutting down"})
MACHINE_TYPES = ("c4.large", "c4.2xlarge", "c4.4xlarge", "c4.8xlarge", "r3.8xlarge")
REGIONS = (
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-central-1",
    "eu-west-1",
    "ap-northeast-1",
    "ap-southeast-1",
    "ap-southeast-2",
)
WORKER = "distributed worker"
LICENSE_TYPES = ("light compute server", "full compute server")


def _text(value: object) -> str:
    return "" if value is None else str(value)


@frozen
class License:
    """A license: its id, what is left of its credit, its end (date as sent), its rate plan."""

    id: str
    credit: str
    expiration: str
    rate_plan: str
    reply: Mapping[str, Any] = field(repr=False, eq=False)

    @classmethod
    def read(cls, reply: Mapping[str, Any]) -> License:
        """Read the vendor's JSON, tolerantly."""
        return cls(
            id=_text(reply.get("licenseId")),
            credit=_text(reply.get("credit")),
            expiration=_text(reply.get("expiration")),
            rate_plan=_text(reply.get("ratePlan")),
            reply=reply,
        )


@frozen
class Machine:
    """A machine. ``dns_name`` is None until known; ``password`` opens it; ``idle_shutdown`` in minutes."""

    id: str
    state: str
    dns_name: str | None
    machine_type: str
    region: str
    license_type: str
    license_id: str
    create_time: str
    idle_shutdown: int | None
    password: Secret | None
    reply: Mapping[str, Any] = field(repr=False, eq=False)

    @classmethod
    def read(cls, reply: Mapping[str, Any]) -> Machine:
        """Read the vendor's JSON, tolerantly; ``-`` as a name means none yet."""
        name, password, idle = (reply.get(key) for key in ("DNSName", "userPassword", "idleShutdown"))
        return cls(
            id=_text(reply.get("_id")),
            state=_text(reply.get("state")),
            dns_name=None if name in {None, "", "-"} else str(name),
            machine_type=_text(reply.get("machineType")),
            region=_text(reply.get("region")),
            license_type=_text(reply.get("licenseType")),
            license_id=_text(reply.get("licenseId")),
            create_time=_text(reply.get("createTime")),
            idle_shutdown=int(str(idle)) if str(idle).isdigit() else None,
            password=Secret(str(password)) if password else None,
            reply=reply,
        )

    @property
    def ready(self) -> bool:
        """True when it can receive jobs."""
        return self.state in READY
