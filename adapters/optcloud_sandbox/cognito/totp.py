"""Time-based one-time passwords: RFC 6238 over RFC 4226, HMAC-SHA1, six digits, steps of 30 seconds."""

import base64
import hmac

STEP = 30  # seconds
DIGITS = 6
WINDOW = 1  # steps before and after the present one that are accepted, too (Cognito does; how many is inferred)


def step_at(time: float) -> int:
    """Number of the step at `time`, in seconds since the epoch."""
    return int(time // STEP)


def code_for(secret: str, step: int) -> str:
    """Code of a step. `secret` is in base32, with or without padding; ValueError (binascii.Error) when it is not."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: str, code: str, time: float) -> int | None:
    """The step near `time` that the code belongs to; None for a code that is wrong or too old."""
    present = step_at(time)
    near = range(present - WINDOW, present + WINDOW + 1)
    return next((step for step in near if hmac.compare_digest(code_for(secret, step).encode(), code.encode())), None)
