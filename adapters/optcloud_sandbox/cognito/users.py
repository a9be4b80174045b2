"""Users of the pool, and what stands between their password and their tokens."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from optcloud_sandbox.cognito import srp, totp
from optcloud_sandbox.credentials import Credentials
from optcloud_sandbox.parsing import check_words

Status = Literal["CONFIRMED", "UNCONFIRMED", "RESET_REQUIRED", "DISABLED"]

CODES = {
    "SMS_MFA": "SMS_MFA_CODE",
    "EMAIL_OTP": "EMAIL_OTP_CODE",
    "SOFTWARE_TOKEN_MFA": "SOFTWARE_TOKEN_MFA_CODE",  # a parameter's name  # nosec B105
}
ANSWERED = ("NEW_PASSWORD_REQUIRED", "SELECT_MFA_TYPE", *CODES)
# Raised so that a client can be seen to say what it cannot do; no answer to them is judged.
RAISED_ONLY = ("CUSTOM_CHALLENGE", "MFA_SETUP", "DEVICE_SRP_AUTH")
CHALLENGES = (*ANSWERED, *RAISED_ONLY)


@dataclass(eq=False)
class PoolUser:
    """One user. `name` is what the pool calls the user (a UUID where the user name is an alias of it)."""

    subject: str
    username: str
    name: str
    verifier: srp.Verifier
    status: Status
    challenges: tuple[str, ...]
    required_attributes: tuple[str, ...]
    attributes: dict[str, str]
    sms_code: str
    totp_secret: str
    last_totp_step: int = field(default=-1)

    def set_password(self, pool_name: str, password: str) -> None:
        self.verifier = srp.make_verifier(pool_name, self.name, password)

    def code(self, challenge: str, time: float) -> str:
        """What the user would type now; ValueError for a challenge without a code."""
        if challenge not in CODES:
            raise ValueError(f"challenge must be one of {', '.join(CODES)} to have a code, got {challenge!r}")
        if challenge == "SOFTWARE_TOKEN_MFA":
            return totp.code_for(self.totp_secret, totp.step_at(time))
        return self.sms_code


@dataclass(frozen=True)
class UserChoices:
    """How a user is to be, checked: ValueError names the argument.

    `challenge`: raised after the right password, one or several in this order; NEW_PASSWORD_REQUIRED only until it is
    answered. `required_attributes`: what the answer to NEW_PASSWORD_REQUIRED must bring along. `alias`: the user name
    is an alias of a UUID, which then is the user of the SRP arithmetic, as in pools that sign in by mail address.
    """

    challenge: str | Sequence[str] | None = None
    required_attributes: Sequence[str] = ()
    status: Status = "CONFIRMED"
    alias: bool = True
    attributes: Mapping[str, str] = field(default_factory=dict)
    sms_code: str | None = None
    totp_secret: str | None = None

    def __post_init__(self) -> None:
        for name in self.challenges:
            if name not in CHALLENGES:
                raise ValueError(f"challenge must be one of {', '.join(CHALLENGES)}, got {name!r}")
        check_words(type(self), vars(self))
        if isinstance(self.required_attributes, str):
            raise ValueError("required_attributes must be a list of names, got one string")  # noqa: TRY004 - as above
        if self.totp_secret is not None:
            totp.code_for(self.totp_secret, 0)

    @property
    def challenges(self) -> tuple[str, ...]:
        if self.challenge is None:
            return ()
        return (self.challenge,) if isinstance(self.challenge, str) else tuple(self.challenge)


def make_user(
    pool_name: str,
    username: str,
    password: str,
    wanted: UserChoices,
    published: Credentials,
    *,
    subject: str | None = None,
) -> PoolUser:
    if not username or not password:
        raise ValueError("a user needs a user name and a password of one character or more")
    subject = subject or str(uuid.uuid4())
    name = subject if wanted.alias else username
    return PoolUser(
        subject=subject,
        username=username,
        name=name,
        verifier=srp.make_verifier(pool_name, name, password),
        status=wanted.status,
        challenges=wanted.challenges,
        required_attributes=tuple(wanted.required_attributes),
        attributes={"email": username, "email_verified": "true", **wanted.attributes},
        sms_code=wanted.sms_code or published.sms_code,
        totp_secret=wanted.totp_secret or published.totp_secret,
    )
