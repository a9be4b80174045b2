"""What is asked after the password, and how the answer is judged.

Names and parameters are Amazon's (InitiateAuth, RespondToAuthChallenge in the API reference of Cognito user pools); so
are the words of the refusals, as people quote them in issues. Where neither says it, "inferred" stands.
"""

import json
import re
from collections.abc import Callable, Mapping

from optcloud_sandbox.cognito import totp
from optcloud_sandbox.cognito.users import CODES, RAISED_ONLY, PoolUser
from optcloud_sandbox.refusal import Refusal

PREFIX = "userAttributes."
CHOICES = ("SMS_MFA", "SOFTWARE_TOKEN_MFA")

# Cognito's default policy.
POLICY: tuple[tuple[str, str], ...] = (
    (r".{8}", "Password not long enough"),
    (r"[a-z]", "Password must have lowercase characters"),
    (r"[A-Z]", "Password must have uppercase characters"),
    (r"[0-9]", "Password must have numeric characters"),
    (r"[^a-zA-Z0-9]", "Password must have symbol characters"),
)


def parameters(name: str, user: PoolUser) -> dict[str, str]:
    """ChallengeParameters; values are text, lists in it are JSON."""
    return {"USER_ID_FOR_SRP": user.name} | _OWN_PARAMETERS[name](user)


_OWN_PARAMETERS: Mapping[str, Callable[[PoolUser], dict[str, str]]] = {
    "NEW_PASSWORD_REQUIRED": lambda user: {
        "userAttributes": json.dumps(user.attributes),
        "requiredAttributes": json.dumps([PREFIX + name for name in user.required_attributes]),
    },
    "SMS_MFA": lambda _: {"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+*******0000"},
    "EMAIL_OTP": lambda _: {"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "p***@s***"},
    "SOFTWARE_TOKEN_MFA": lambda _: {"FRIENDLY_DEVICE_NAME": "Fake authenticator of the sandbox"},
    "SELECT_MFA_TYPE": lambda _: {"MFAS_CAN_CHOOSE": json.dumps(CHOICES)},
    "MFA_SETUP": lambda _: {"MFAS_CAN_SETUP": json.dumps(["SOFTWARE_TOKEN_MFA"])},
    "CUSTOM_CHALLENGE": lambda _: {"question": "What does the sandbox ask?"},
    "DEVICE_SRP_AUTH": lambda _: {},
}


def judge(name: str, user: PoolUser, pool_name: str, responses: Mapping[str, str], time: float) -> tuple[str, ...]:
    """Challenges that the answer brings on; Refusal when it is wrong. `time` is in seconds since the epoch."""
    if name in RAISED_ONLY:
        raise Refusal(400, f"the sandbox raises {name} but judges no answer to it")
    if name == "NEW_PASSWORD_REQUIRED":
        _change_password(user, pool_name, responses)
        return ()
    if name == "SELECT_MFA_TYPE":
        if responses.get("ANSWER") not in CHOICES:
            raise Refusal(400, f"ANSWER must be one of {', '.join(CHOICES)}")
        return (responses["ANSWER"],)
    code = responses.get(CODES[name])
    if not code:
        raise Refusal(400, f"Missing required parameter {CODES[name]}")
    if name == "SOFTWARE_TOKEN_MFA":
        _check_totp(user, code, time)
    elif code != user.sms_code:
        raise Refusal(400, "Invalid code or auth state for the user.", name="CodeMismatchException")
    return ()


def _check_totp(user: PoolUser, code: str, time: float) -> None:
    step = totp.matching_step(user.totp_secret, code, time)
    if step is None:
        raise Refusal(400, "Invalid code received for user", name="CodeMismatchException")
    if step <= user.last_totp_step:
        raise Refusal(400, "Your software token has already been used once.", name="ExpiredCodeException")
    user.last_totp_step = step


def _change_password(user: PoolUser, pool_name: str, responses: Mapping[str, str]) -> None:
    password = responses.get("NEW_PASSWORD")
    if not password:
        raise Refusal(400, "Missing required parameter NEW_PASSWORD")
    attributes = {name.removeprefix(PREFIX): value for name, value in responses.items() if name.startswith(PREFIX)}
    for name in attributes:
        if name in user.attributes:
            raise Refusal(400, f"Cannot modify an already provided {name}", name="NotAuthorizedException")
    for name in user.required_attributes:
        if not attributes.get(name):
            raise Refusal(400, f"Invalid attributes given, {name} is missing")
    for pattern, fault in POLICY:
        if re.search(pattern, password, re.DOTALL) is None:
            raise Refusal(400, f"Password does not conform to policy: {fault}", name="InvalidPasswordException")
    user.set_password(pool_name, password)
    user.attributes |= attributes
    user.challenges = tuple(name for name in user.challenges if name != "NEW_PASSWORD_REQUIRED")
