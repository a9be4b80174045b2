"""The refusals of Gurobi Instant Cloud v1, one class for each message of the vendor's page, with what to do.

Source: vendor page "REST API v1", API Errors: each is a 400 whose body begins with the message. `NAMED_REFUSALS` maps
these beginnings to the classes. ``message`` is what the vendor said; ``str`` of the error also says what to do.
"""

# ruff: noqa: N818 - as in the vocabulary of core, errors are named without the suffix
from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from optcloud.core.errors import ApiError, AuthError, BadRequest
from optcloud.gurobi.models import LICENSE_TYPES, MACHINE_TYPES, REGIONS
from optcloud.gurobi.signature_comparison import SignatureComparison

RESOLUTION = 2.0
"""Seconds within which two clocks cannot be told apart by a ``Date``, which counts whole ones and is on its way."""
# Inferred, both: the page shows ids of v1 (17 signs) and secret keys of v1 (43 signs) without saying that all are so.
_OF_V2 = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LONG_AS_A_KEY = 43


class Refusal(ApiError):
    """A refusal that the vendor's page documents. ``hint`` says what to do, and is part of the text shown."""

    words: ClassVar[str]
    hint: str

    @property
    def is_documented(self) -> bool:
        """Whether status and form are as documented: a 400, text or JSON. A gateway's page may quote anything."""
        return self.status == 400 and not self.body.lstrip().startswith(b"<")

    def _sentence(self) -> str:
        said = super()._sentence()
        return f"{said}{'' if said.endswith(('.', '!', '?')) else '.'} {self.hint}"

    def _tell(self, hint: str) -> None:
        """Say something closer to the case."""
        self.hint = hint
        self.args = (self._sentence(),)


class GetRequired(Refusal, BadRequest):
    """The endpoint is read by GET, and another method arrived."""

    words = "Endpoint requires a GET"
    hint = "optcloud asks by GET: see what changes the method on the way (a proxy, a redirection), and the address set."


class PostRequired(Refusal, BadRequest):
    """The endpoint is called by POST, and another method arrived."""

    words = "Endpoint requires a POST"
    hint = (
        "optcloud asks by POST: see what changes the method on the way (a proxy, a redirection), and the address set."
    )


class MissingSignature(Refusal, AuthError):
    """The signature's header did not arrive."""

    words = "Missing X-Gurobi-Signature Header"
    hint = "optcloud sends it with each request: let what is on the way (a proxy) pass the headers X-Gurobi-*."


class MissingDate(Refusal, AuthError):
    """The date's header did not arrive."""

    words = "Missing X-Gurobi-Date Header"
    hint = "optcloud sends it with each request: let what is on the way (a proxy) pass the headers X-Gurobi-*."


class TimeSkewTooLarge(Refusal, AuthError):
    """The date of the request is too far from the server's; how far is too far is not published.

    ``seconds``: how far this machine's clock is behind the server's (negative: ahead); None: not known.
    """

    words = "Too large of time skew"
    hint = "Set this machine's clock, and let it be kept right over the network (NTP)."
    seconds: float | None = None

    def measure(self, seconds: float | None, date: str) -> None:
        """Tell how far the clock is off (None: not known). ``date`` is that of the request that was refused last."""
        self.seconds = seconds
        if seconds is None:
            off = (
                f"How far this machine's clock is off cannot be known: the reply has no Date that can be read. The "
                f"request was dated {date}"
            )
            self._tell(f"{off}. {type(self).hint}")
            return
        self._tell(
            f"This machine's clock {off_by(seconds)} that of the server. The request was sent again with the server's "
            f"time ({date}), and was refused again. {type(self).hint} Where it is right, see what holds requests up or "
            "changes their headers on the way."
        )


class InvalidUserId(Refusal, AuthError):
    """There is no such access id."""

    words = "Invalid User Id"
    hint = (
        "Check the access id (IC_ACCESS_ID, gurobi.access_id): it is shown by the API access button on the vendor's "
        "Launcher page."
    )

    def look_at(self, access_id: str) -> None:
        """Tell what the access id looks like, where that explains it; the id itself is not shown."""
        if _OF_V2.fullmatch(access_id.strip()):
            hint = (
                "This one looks like a key of API v2 (a UUID), and keys of v1 and v2 are not interchangeable: use it "
                "with OPTCLOUD_GUROBI_API=v2, or give a key of v1."
            )
        elif len(access_id) >= _LONG_AS_A_KEY:
            hint = "This one is as long as a secret key: were the two swapped?"
        elif access_id != access_id.strip():
            hint = "This one begins or ends with white space."
        elif not access_id:
            hint = "None arrived."
        else:
            return
        self._tell(f"{type(self).hint} {hint}")


class InvalidSignature(Refusal, AuthError):
    """The server reckoned another signature.

    ``ours`` is the StringToSign that was signed here, ``theirs`` the one that the server says it built ("" where its
    reply shows none), both with the passwords and secrets in them masked; ``cause`` is the likely reason. ``message``
    leaves the server's text out, since that may hold a password in any spelling; ``body`` keeps it as received.
    """

    words = "Invalid Signature"
    hint = "Check the secret key (IC_SECRET_KEY, gurobi.secret_key): it belongs to the access id."
    ours: str = ""
    theirs: str = ""
    cause: str = ""

    def __init__(self, message: str, **reply: Any) -> None:
        super().__init__(self.words, **reply)

    def compare(self, found: SignatureComparison) -> None:
        """Tell both texts, and why they may differ."""
        self.ours, self.theirs, self.cause = found.ours, found.theirs, found.cause
        self._tell(found.shown())

    def hide(self, redact: Callable[[str], str]) -> None:
        """Hide a secret that became known later in the two texts too."""
        self.ours, self.theirs, self.cause = redact(self.ours), redact(self.theirs), redact(self.cause)
        self.hint = redact(self.hint)
        super().hide(redact)


class InvalidLicenseType(Refusal, BadRequest):
    """The license type of a launch is none of the vendor's."""

    words = "Invalid License Type"
    hint = f"license_type: give one of {', '.join(LICENSE_TYPES)}, or leave it out."


class InvalidRegion(Refusal, BadRequest):
    """The region of a launch is none of the vendor's."""

    words = "Invalid Region"
    hint = f"region: give one of {', '.join(REGIONS)}, or leave it out."


class InvalidMachineType(Refusal, BadRequest):
    """The machine type of a launch is none of the vendor's."""

    words = "Invalid Machine Type"
    hint = f"machine_type: give one of {', '.join(MACHINE_TYPES)}, or leave it out."


class InvalidLicenseId(Refusal, BadRequest):
    """The account has no license of this id."""

    words = "Invalid License Id"
    hint = "license_id: give one of those that licenses() lists, or leave it out."


class InvalidNumberOfMachines(Refusal, BadRequest):
    """The number of machines of a launch is missing or no valid number."""

    words = "Invalid Number of Machines"
    hint = "count: give a whole number from 1 on that the account may launch at once."


class InvalidMachineIds(Refusal, BadRequest):
    """What is to be killed is no JSON array of ids of this account's machines."""

    words = "Invalid Machine Ids"
    hint = "Give ids that machines() lists; a machine that has gone is no longer among them."


NAMED_REFUSALS: Mapping[str, type[ApiError]] = {kind.words: kind for kind in Refusal.__subclasses__()}


def off_by(seconds: float) -> str:
    """Say how a clock that is ``seconds`` behind another (negative: ahead) stands to it."""
    if abs(seconds) < RESOLUTION:
        return "agrees with"
    return f"is {abs(seconds):.0f} s {'behind' if seconds > 0 else 'ahead of'}"
