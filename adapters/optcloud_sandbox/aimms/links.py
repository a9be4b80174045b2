"""Addresses under which stored bytes are had without a key, as the vendor's signed storage URLs."""

import secrets
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.refusal import Refusal

LINK_LIFE = 3600  # seconds; not published (inferred)
PATH = "/storage-links"


@dataclass(frozen=True)
class Blob:
    """Bytes as uploaded."""

    id: str
    data: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True)
class _Link:
    token: str = field(repr=False)
    blob: Blob
    expires: float


class Links:
    """One address a blob until it expires; the token is in the query, which the journal does not keep."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._links: dict[str, _Link] = {}

    def address(self, request: Request, blob: Blob) -> str:
        """The URL of `blob` at the sandbox that got `request`."""
        link = self._links.get(blob.id)
        if link is None or link.expires <= self._clock.now():
            link = _Link(secrets.token_urlsafe(24), blob, self._clock.now() + LINK_LIFE)
            self._links[blob.id] = link
        return f"{request.url.scheme}://{request.url.netloc}/aimms{PATH}/{blob.id}?sig={link.token}"

    def forget(self, blob: Blob) -> None:
        self._links.pop(blob.id, None)

    async def serve(self, request: Request) -> Response:
        """The bytes; Refusal 403 for a wrong or expired signature, as Azure's storage does."""
        link = self._links.get(request.path_params["blob"])
        token = request.query_params.get("sig", "")
        if (
            link is None
            or link.expires <= self._clock.now()
            or not secrets.compare_digest(token.encode(), link.token.encode())
        ):
            raise Refusal(403, "the signature of this address is wrong or has expired")
        return Response(link.blob.data, headers={"content-type": link.blob.content_type})
