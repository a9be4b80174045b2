"""An account: its key, its licenses with their credit, its machines."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from optcloud_sandbox.gurobi.machine import CloudMachine
from optcloud_sandbox.refusal import Refusal

LONGEST_ID = 100


@dataclass(frozen=True)
class AccountLicense:
    """A license as it is listed; `license_id` and `credit` as numbers or as text (the page and the samples differ).

    `credit` is what there was before the sandbox's machines used some of it. An `expiration` that does not begin with
    a date never comes.
    """

    license_id: str | int
    credit: str | float
    expiration: str
    rate_plan: str = "standard"

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "AccountLicense":
        """From the vendor's fields; ValueError names the one that is missing, unknown or no amount."""
        names = {"licenseId", "credit", "expiration", "ratePlan"}
        if not {"licenseId", "credit", "expiration"} <= set(entry) <= names:
            raise ValueError(f"a license needs licenseId, credit, expiration and may have ratePlan, got {dict(entry)}")
        try:
            amount = float(entry["credit"])
        except (TypeError, ValueError, OverflowError):
            amount = math.nan
        if not math.isfinite(amount):
            raise ValueError(f"credit must be a number, or text that is one, got {entry['credit']!r}")
        if len(str(entry["licenseId"])) > LONGEST_ID or not isinstance(entry["licenseId"], int | str):
            raise ValueError(f"licenseId must be a number or a text of at most {LONGEST_ID} letters")
        for name in ("expiration", "ratePlan"):
            if not isinstance(entry.get(name, ""), str):
                raise ValueError(f"{name} must be a text, got {entry[name]!r}")  # noqa: TRY004 - as above
        return cls(entry["licenseId"], entry["credit"], entry["expiration"], entry.get("ratePlan", "standard"))

    @property
    def key(self) -> str:
        return str(self.license_id)

    @property
    def rank(self) -> tuple[bool, int, str]:
        """For "the smallest license id": numbers before text."""
        return (False, int(self.key), "") if self.key.isdecimal() else (True, 0, self.key)

    def expired(self, now: datetime) -> bool:
        """Whether its last day is over, in UTC (inferred: neither the zone nor the hour is published)."""
        try:
            return now.date() > date.fromisoformat(self.expiration[:10])
        except ValueError:
            return False


LICENSES = (
    # The samples read strings here; the page calls the id numeric (Gurobi facts 3).
    AccountLicense("95912", "659.56", "2031-06-30", "standard"),
    AccountLicense("95913", "20.00", "2031-01-31", "nocharge"),
)


@dataclass
class FleetAccount:
    """`machines`: those that can still be in the list."""

    access_id: str
    secret_key: str = field(repr=False)
    licenses: tuple[AccountLicense, ...] = LICENSES
    machines: dict[str, CloudMachine] = field(default_factory=dict)
    past_hours: dict[str, float] = field(default_factory=dict)

    def license(self, license_id: str | None) -> AccountLicense:
        """The one named, or the one with the smallest id; Refusal as on the page."""
        found = [known for known in self.licenses if license_id is None or known.key == license_id]
        if not found:
            raise Refusal(400, "Invalid License Id")
        return min(found, key=lambda known: known.rank)

    def drop(self, machine: CloudMachine) -> None:
        """Forget a machine that is gone, but not its hours."""
        del self.machines[machine.id]
        key = str(machine.license_id)
        self.past_hours[key] = self.past_hours.get(key, 0.0) + machine.hours(machine.ended or machine.created)

    def credit(self, held: AccountLicense, now: float, per_hour: float) -> float:
        """What is left on a license."""
        running = sum(machine.hours(now) for machine in self.machines.values() if str(machine.license_id) == held.key)
        return max(0.0, float(held.credit) - per_hour * (running + self.past_hours.get(held.key, 0.0)))

    def as_json(self, held: AccountLicense, now: float, per_hour: float) -> dict[str, Any]:
        left = self.credit(held, now, per_hour)
        return {
            "licenseId": held.license_id,
            "credit": f"{left:.2f}" if isinstance(held.credit, str) else round(left, 2),
            "expiration": held.expiration,
            "ratePlan": held.rate_plan,
        }
