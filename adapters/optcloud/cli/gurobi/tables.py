"""Machines, licenses and launches as they are printed: passwords never are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from optcloud.cli.times import instant, two_places

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optcloud.cli.output import Output
    from optcloud.gurobi.ledger import LaunchEntry
    from optcloud.gurobi.models import License, Machine

MACHINE_COLUMNS = {"Id": "id", "State": "state", "Name": "dns_name", "Type": "machine_type", "Region": "region"} | {
    "License": "license_type",
    "Created": "created",
    "Hours": "hours",
    "Idle shutdown": "idle_shutdown",
}
_LICENSE_COLUMNS = {"Id": "id", "Credit": "credit", "Expires": "expiration", "Rate plan": "rate_plan"}
_LAUNCH_COLUMNS = {
    "Launch": "what",
    "Count": "count",
    "Machines": "ids",
    "Asked at": "at",
    "By": "owner",
    "For": "asked",
}
_FIELDS = ("id", "state", "dns_name", "machine_type", "region", "license_type", "license_id", "create_time")


def print_machines(out: Output, machines: Iterable[Machine], now: datetime, *, empty: str = "no machines") -> None:
    """Print machines with their hours so far; ``now`` is the vendor's time."""
    listed = list(machines)
    if out.as_json:
        out.json(machine_records(listed, now))
    else:
        out.records(MACHINE_COLUMNS, [_row(machine, now) for machine in listed], empty=empty)


def machine_records(machines: Iterable[Machine], now: datetime) -> list[dict[str, Any]]:
    """Return machines as JSON has them: hours as text (JSON has no exact numbers), times as ISO 8601 in UTC."""
    return [_record(machine, now) for machine in machines]


def _record(machine: Machine, now: datetime) -> dict[str, Any]:
    hours = machine.hours(now)
    record = {name: getattr(machine, name) for name in _FIELDS}
    return record | {
        "created": machine.created and machine.created.isoformat(),
        "hours": None if hours is None else str(hours),
        "idle_shutdown": machine.idle_shutdown,
    }


def _row(machine: Machine, now: datetime) -> dict[str, Any]:
    return _record(machine, now) | {
        "created": machine.create_time if machine.created is None else instant(machine.created),
        "hours": two_places(machine.hours(now)),
        "idle_shutdown": _idle(machine.idle_shutdown),
    }


def _idle(minutes: int | None) -> str:
    if minutes is None:
        return ""
    return f"{minutes} min" if minutes else "off"


def print_licenses(out: Output, licenses: Iterable[License]) -> None:
    """Print licenses; credit and dates as texts, since JSON has neither exact numbers nor dates."""
    values = [{name: getattr(one, name) for name in _LICENSE_COLUMNS.values()} for one in licenses]
    records = [{name: None if value is None else str(value) for name, value in one.items()} for one in values]
    out.records(_LICENSE_COLUMNS, records, empty="no licenses")


def launch_record(entry: LaunchEntry) -> dict[str, Any]:
    """Return a launch of the ledger as JSON has it."""
    return {
        "launch": entry.launch,
        "count": entry.count,
        "ids": list(entry.ids),
        "at": _at(entry).isoformat(timespec="seconds"),
        "owner": entry.owner,
        "alive": entry.alive,
        "asked": dict(entry.parameters),
    }


def print_launches(out: Output, launches: Iterable[tuple[str, LaunchEntry]]) -> None:
    """Print launches of the ledger for people, each with a word for what becomes of it."""
    rows = []
    for what, entry in launches:
        asked = {name: value for name, value in entry.parameters.items() if name != "numMachines"}
        seen = {"ids": ", ".join(entry.ids), "at": instant(_at(entry)), "asked": _pairs(asked)}
        rows.append({"what": what, "count": entry.count, "owner": entry.owner} | seen)
    out.records(_LAUNCH_COLUMNS, rows, empty="no launches are written down")


def _at(entry: LaunchEntry) -> datetime:
    return datetime.fromtimestamp(entry.at, UTC)


def _pairs(asked: dict[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in asked.items())
