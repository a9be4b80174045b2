"""How AIMMS PRO is reached: the ``apikey`` header on every request."""

from __future__ import annotations

from attrs import field, frozen

from optcloud.core.exchange import Road
from optcloud.core.flow import Flow, Request
from optcloud.core.redact import Redactor, Secret
from optcloud.core.retry import RetryPolicy
from optcloud.core.settings import AimmsSettings

VENDOR = "AIMMS PRO"


@frozen
class ApiKeyAuth:
    """Source: vendor page "AIMMS PRO REST API", API Keys and Scopes: the key goes into the ``apikey`` header."""

    api_key: Secret = field(repr=False)

    def sign(self, request: Request) -> Flow[None]:
        """Set the header."""
        request.headers["apikey"] = self.api_key.reveal()
        yield from ()

    def reject(self, request: Request) -> bool:
        """An API key cannot be renewed from here."""
        return False


def road(settings: AimmsSettings, retry: RetryPolicy) -> Road:
    """Return the policies of a connection with these settings."""
    return Road(
        vendor=VENDOR,
        base_url=settings.url,
        auth=ApiKeyAuth(settings.api_key),
        redact=Redactor([settings.api_key]),
        retry=retry,
    )
