"""Licenses and machines of Gurobi Instant Cloud.

Source: vendor page "REST API v1", /api/licenses and /api/machines; Gurobi facts 3 and 4: numbers may
come as strings, and words that the page does not list are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from optcloud.core.secret import Secret
from optcloud.gurobi.reply_values import day, minutes, moment, number, text
from optcloud.views.notebook import ShownAsTable

COMING = frozenset({"launching", "pending", "obtaining license"})
READY = frozenset({"idle", "running"})
FAILED = frozenset({"launch error", "error"})
LEAVING = frozenset({"killing", "shutting down"})
STATES = (  # as the page lists them
    "launching",
    "pending",
    "obtaining license",
    "idle",
    "running",
    "killing",
    "shutting down",
    "launch error",
)
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
PASSWORD = "userPassword"  # noqa: S105 - the name of a field and of a parameter  # nosec B105
LICENSE_TYPES = ("light compute server", "full compute server")
VERSIONS = ("7.0", "7.5", "8.0")
NO_CHARGE, STANDARD = RATE_PLANS = ("nocharge", "standard")

# Ours, not the vendor's. The unit of credit is not published (inferred: it goes down as machines run).
LOW_CREDIT = Decimal(10)
NEAR_END = timedelta(days=14)

_HOUR = timedelta(hours=1)
_HOURS_TO = Decimal("0.0001")  # a third of a second

Concern: TypeAlias = Literal["credit unknown", "credit used up", "credit low", "end unknown", "ended", "ends soon"]


@frozen
class LicenseWarning:
    """One thing a person should know of a license: its id, what it is in a fixed word, and a sentence."""

    license: str
    what: Concern
    words: str

    def __str__(self) -> str:
        return self.words


@frozen
class License(ShownAsTable):
    """A license: its id, what is left of its credit, its last day, its rate plan.

    The unit of ``credit`` is not published. ``credit`` and ``expiration`` are None where they were not sent or cannot
    be read: `warnings` says so, and ``reply`` has the vendor's JSON. A rate plan not in `RATE_PLANS` is kept as sent.
    """

    id: str = field(converter=text)
    credit: Decimal | None = field(converter=number)
    expiration: date | None = field(converter=day)
    rate_plan: str = field(converter=text)
    reply: Mapping[str, Any] = field(repr=False, eq=False)

    @classmethod
    def read(cls, reply: Mapping[str, Any]) -> License:
        """Read the vendor's JSON, tolerantly: nothing in a field is an error."""
        return cls(
            id=reply.get("licenseId"),
            credit=reply.get("credit"),
            expiration=reply.get("expiration"),
            rate_plan=reply.get("ratePlan"),
            reply=reply,
        )

    def warnings(self, today: date, *, low: Decimal = LOW_CREDIT, near: timedelta = NEAR_END) -> list[LicenseWarning]:
        """Say what should be looked after: credit at ``low`` or below, an end within ``near`` or past, either unknown.

        Inferred: the last day itself still counts, and a license without charge does not live by its credit.
        """
        concerns = [None if self.rate_plan == NO_CHARGE else self._of_credit(low), self._of_end(today, near)]
        return [
            LicenseWarning(self.id, what, f"license {self.id}: {words}")
            for what, words in (concern for concern in concerns if concern is not None)
        ]

    def _of_credit(self, low: Decimal) -> tuple[Concern, str] | None:
        if self.credit is None:
            return "credit unknown", f"its credit {self._not_read('credit')}"
        if self.credit <= 0:
            return "credit used up", f"its credit is used up ({self.credit})"
        if self.credit <= low:
            return "credit low", f"its credit is low ({self.credit})"
        return None

    def _of_end(self, today: date, near: timedelta) -> tuple[Concern, str] | None:
        if self.expiration is None:
            return "end unknown", f"its expiration date {self._not_read('expiration')}"
        if self.expiration < today:
            return "ended", f"it expired on {self.expiration}"
        if self.expiration - today <= near:
            return "ends soon", f"it expires on {self.expiration}"
        return None

    def _not_read(self, name: str) -> str:
        sent = text(self.reply.get(name))
        return f"cannot be read: {sent[:40]!r}" if sent else "was not sent"


def _name(value: object) -> str | None:
    """``-`` stands for a name that is not known yet."""
    name = value.strip() if isinstance(value, str) else ""
    return None if name in {"", "-"} else name


def _password(value: object) -> Secret | None:
    if isinstance(value, Secret):
        return value
    readable = isinstance(value, str | int) and not isinstance(value, bool)
    return Secret(str(value)) if readable and value != "" else None


def _without_password(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in reply.items() if name != PASSWORD} if PASSWORD in reply else reply


@frozen
class Machine(ShownAsTable):
    """A machine. ``dns_name`` is None until known; ``password`` opens it; ``idle_shutdown`` in minutes.

    ``create_time`` is the vendor's text, `created` the moment it names. Words that are not in `STATES`,
    `MACHINE_TYPES`, `REGIONS`, `LICENSE_TYPES` are kept as they came. ``reply`` is the vendor's JSON without the
    password.
    """

    id: str = field(converter=text)
    state: str = field(converter=text)
    dns_name: str | None = field(converter=_name)
    machine_type: str = field(converter=text)
    region: str = field(converter=text)
    license_type: str = field(converter=text)
    license_id: str = field(converter=text)
    create_time: str = field(converter=text)
    idle_shutdown: int | None = field(converter=minutes)
    password: Secret | None = field(converter=_password)
    reply: Mapping[str, Any] = field(converter=_without_password, repr=False, eq=False)

    @classmethod
    def read(cls, reply: Mapping[str, Any]) -> Machine:
        """Read the vendor's JSON, tolerantly: nothing in a field is an error."""
        return cls(
            id=reply.get("_id"),
            state=reply.get("state"),
            dns_name=reply.get("DNSName"),
            machine_type=reply.get("machineType"),
            region=reply.get("region"),
            license_type=reply.get("licenseType"),
            license_id=reply.get("licenseId"),
            create_time=reply.get("createTime"),
            idle_shutdown=reply.get("idleShutdown"),
            password=reply.get(PASSWORD),
            reply=reply,
        )

    @property
    def ready(self) -> bool:
        """True when it can receive jobs."""
        return self.state in READY

    @property
    def failed(self) -> bool:
        """True when it could not be launched, or broke."""
        return self.state in FAILED

    @property
    def leaving(self) -> bool:
        """True when it is on its way out."""
        return self.state in LEAVING

    @property
    def worker(self) -> bool:
        """True for a distributed worker, which takes no jobs of its own."""
        return self.license_type == WORKER

    @property
    def created(self) -> datetime | None:
        """When it was created, in UTC; None when ``create_time`` cannot be read."""
        return moment(self.create_time)

    def hours(self, now: datetime) -> Decimal | None:
        """Return the hours from its creation to ``now`` (aware), 0 or more; None when its creation is not known.

        That is wall time, whatever the state (inferred to be what credit goes down with: how finely the vendor counts,
        and from which state on, is not published).
        """
        created = self.created
        if created is None:
            return None
        return (Decimal(max(now - created, timedelta(0)) / _HOUR)).quantize(_HOURS_TO)


def machine_hours(machines: Iterable[Machine], now: datetime) -> Decimal:
    """Return the hours of all machines together; one whose creation is not known counts for nothing."""
    return sum((hours for machine in machines if (hours := machine.hours(now)) is not None), Decimal(0))
