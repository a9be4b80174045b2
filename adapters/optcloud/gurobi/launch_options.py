"""What can be said of a launch, checked before it is sent: a mistake here costs money by the hour.

Source: vendor page "REST API v1", /api/launch.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, TypedDict

from attrs import field, frozen

from optcloud.core.errors import BadRequest
from optcloud.core.secret import Secret, as_secret
from optcloud.gurobi.connection import VENDOR
from optcloud.gurobi.errors import (
    InvalidLicenseId,
    InvalidLicenseType,
    InvalidMachineType,
    InvalidNumberOfMachines,
    InvalidRegion,
)
from optcloud.gurobi.models import LICENSE_TYPES, MACHINE_TYPES, PASSWORD, REGIONS, VERSIONS, License

IDLE_SHUTDOWN = 30
"""Minutes without a job after which a machine ends, unless told otherwise: the second net. The vendor's own is 60."""
_NAMES = {  # ours: the vendor's
    "license_type": "licenseType",
    "license_id": "licenseId",
    "region": "region",
    "machine_type": "machineType",
    "version": "GRBVersion",
}
_WORDS = {"license_type": LICENSE_TYPES, "region": REGIONS, "machine_type": MACHINE_TYPES, "version": VERSIONS}
_REFUSALS: Mapping[str, type[BadRequest]] = {  # of what the vendor would refuse by name, its own
    "count": InvalidNumberOfMachines,
    "license_type": InvalidLicenseType,
    "license_id": InvalidLicenseId,
    "region": InvalidRegion,
    "machine_type": InvalidMachineType,
}


class LaunchOptions(TypedDict, total=False):
    """What can be said of a launch (vendor page, /api/launch). Left out: the default in parentheses.

    ``machine_type`` (c4.2xlarge), ``region`` (us-east-1), ``license_type`` (light compute server), ``license_id`` (the
    smallest), ``version`` of Gurobi (the vendor's choice), ``password`` of the machines (made here, which also proves
    whose they are), ``idle_shutdown``: minutes without a job after which a machine ends (`IDLE_SHUTDOWN`; 0: never,
    which the page does not say: inferred). ``strict`` False sends words that the vendor's page does not list.
    """

    machine_type: str | None
    region: str | None
    license_type: str | None
    license_id: str | int | None
    password: Secret | str | None
    idle_shutdown: int | None
    version: str | None
    strict: bool


@frozen
class RentalOrder:
    """A launch whose options were checked. ``own_password``: made here, so that it proves whose the machines are."""

    count: int
    idle_shutdown: int
    given: Mapping[str, str]
    password: Secret
    own_password: bool = field(kw_only=True)

    @classmethod
    def check(cls, count: int, options: LaunchOptions) -> RentalOrder:
        """Raise `BadRequest` that names what is wrong, before anything is sent; where the vendor has a class, that."""
        known = LaunchOptions.__annotations__
        if strangers := sorted(set(options) - set(known)):
            raise _bad(strangers[0], f"there is no such option; there are {', '.join(known)}")
        _check_number("count", count, least=1)
        idle = options.get("idle_shutdown")
        idle = IDLE_SHUTDOWN if idle is None else idle
        _check_number("idle_shutdown", idle, least=0)
        given = {name: _text(name, value) for name in _NAMES if (value := options.get(name)) is not None}
        if options.get("strict", True):
            _check_words(given)
        password = as_secret(options.get("password"))
        if password is None:
            return cls(count, idle, given, Secret(secrets.token_urlsafe(18)), own_password=True)
        _check_password(password)
        return cls(count, idle, given, password, own_password=False)

    @property
    def license_id(self) -> str | None:
        """The license that was asked for."""
        return self.given.get("license_id")

    def check_license(self, licenses: list[License]) -> None:
        """Raise `InvalidLicenseId` where the account has no such license."""
        ids = [license_.id for license_ in licenses]
        if self.license_id is not None and self.license_id not in ids:
            known = ", ".join(ids) or "it has none"
            raise _bad("license_id", f"{self.license_id!r} is none of this account's: {known}")

    def described(self) -> dict[str, str]:
        """What was asked, by the vendor's names, without the password."""
        asked = {"numMachines": str(self.count), "idleShutdown": str(self.idle_shutdown)}
        return asked | {_NAMES[name]: value for name, value in self.given.items()}

    def parameters(self) -> list[tuple[str, str | Secret]]:
        """What is sent, in the order in which it is signed."""
        return [*self.described().items(), (PASSWORD, self.password)]


def _bad(name: str, words: str) -> BadRequest:
    return _REFUSALS.get(name, BadRequest)(f"{name}: {words}", vendor=VENDOR, operation="launch")


def _text(name: str, value: object) -> str:
    if isinstance(value, str) and value:
        return value
    if name == "license_id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise _bad(name, f"{value!r} is not a text")


def _check_number(name: str, value: object, *, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        kind = "minutes" if name == "idle_shutdown" else "machines"
        raise _bad(name, f"{value!r} is not a whole number of {kind}, {least} or more")


def _check_words(given: Mapping[str, str]) -> None:
    for name, words in _WORDS.items():
        if (word := given.get(name)) is not None and word not in words:
            listed = "" if name in _REFUSALS else f": {', '.join(words)}"  # else its hint lists them
            raise _bad(name, f"{word!r} is not among those of the vendor's page{listed}; strict=False sends it anyway")


def _check_password(password: Any) -> None:
    if not isinstance(password, Secret) or not password:
        raise _bad("password", "give a text that is not empty, or leave it out: one is made")
    if not password.reveal().isprintable():
        raise _bad("password", "it holds a line break or another sign that cannot be printed")
