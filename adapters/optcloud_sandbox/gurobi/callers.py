"""Who sends a request: for the records of both APIs, and by the key of API v2.

A key of API v2 is for the account or for one license (vendor, "API keys"). Keys of v1 do not open v2, nor these v1.
"""

import hmac
from dataclasses import dataclass, field

from starlette.requests import Request

from optcloud_sandbox.gurobi.machine import RequestSender
from optcloud_sandbox.refusal import Refusal


@dataclass(frozen=True)
class Key:
    """`license_id` None: it reaches all licenses of the account."""

    access_id: str
    secret_key: str = field(repr=False)
    license_id: str | None = None

    def reaches(self, license_id: str) -> bool:
        return self.license_id in (None, license_id)


# The sandbox's published keys: fake, the same in every sandbox.
ACCOUNT_KEY = Key("fake-v2-access-id-0000", "Fake_V2_Secret_Key_Of_The_Sandbox_0000000")
LICENSE_KEY = Key("fake-v2-access-id-95913", "Fake_V2_Secret_Key_Of_One_License_00000", "95913")


def key_of(request: Request) -> Key:
    """The key that a request carries; Refusal for none. The status and the words are the sandbox's own."""
    access_id, secret_key = (request.headers.get(f"x-gurobi-{name}") for name in ("access-id", "secret-key"))
    if access_id is None or secret_key is None:
        raise Refusal(401, "X-GUROBI-ACCESS-ID and X-GUROBI-SECRET-KEY are both required")
    for key in (ACCOUNT_KEY, LICENSE_KEY):
        same = hmac.compare_digest(key.secret_key.encode(), secret_key.encode("latin-1"))
        if key.access_id == access_id and same:
            return key
    raise Refusal(401, "there is no such API v2 key")


def sender_of(request: Request) -> RequestSender:
    client = request.client
    return RequestSender(request.headers.get("user-agent", ""), f"{client.host}:{client.port}" if client else "")
