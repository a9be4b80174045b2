"""Signed URLs: addresses outside the cloud that it hands out for reading, where its credentials are not sent."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import frozen

from optcloud.core.errors import AuthError, ConfigError
from optcloud.core.flow import Call, Fetch, Flow, Request
from optcloud.core.request_checks import STEPS
from optcloud.core.request_policy import LOOPBACK, RequestPolicy
from optcloud.core.secret import Redactor, Secret

_LONG = 16  # shorter values of a query are words such as a version
_ANY_BODY = {"200": ["*/*"]}  # a redirection is not followed, but returned as it is


@frozen
class NoCredentials:
    """The address carries its own signature."""

    def sign(self, request: Request) -> Flow[None]:
        """Add nothing."""
        yield from ()

    def reject(self, request: Request, error: AuthError) -> Flow[bool]:
        """Nothing else can be tried."""
        yield from ()
        return False


def policy_for(fetch: Fetch, home: RequestPolicy) -> tuple[RequestPolicy, Call]:
    """Return the policy for a signed URL, and the call that reads it. Retries are those of the cloud's own policy.

    Raises `ConfigError` when the address is not https (or http on loopback) or has a step such as ``..`` in its path,
    by which another would be read; it is never shown as a whole, since its query is a signature.
    """
    address = fetch.address.reveal()
    origin, path = _split(address, home.vendor, fetch.operation)
    query = urlsplit(address).query
    signature = [Secret(value) for _name, value in parse_qsl(query) if len(value) >= _LONG]
    policy = RequestPolicy(
        vendor=home.vendor,
        base_url=origin,
        auth=NoCredentials(),
        redact=Redactor([Secret(address), Secret(query), *signature]),
        retry=home.retry,
    )
    described = {"id": fetch.operation, "path": path.partition("?")[0], "responses": _ANY_BODY}
    arguments = {"method": "get", "url": path, "extensions": {"operation": described}}
    return policy, Call(arguments, save_to=fetch.save_to, progress=fetch.progress, until=fetch.until)


def _split(address: str, vendor: str, operation: str) -> tuple[str, str]:
    """Split an address into its origin and the rest."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not address.isprintable() or parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        raise ConfigError(f"{vendor} {operation}: the address to fetch it from is not an http(s) address")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise ConfigError(f"{vendor} {operation}: the address to fetch it from, at {host}, is not https")
    if any(unquote(segment) in STEPS for segment in parts.path.split("/")):
        raise ConfigError(f"{vendor} {operation}: the address to fetch it from, at {host}, has a step in its path")
    origin = f"{parts.scheme}://{parts.netloc}"
    rest = parts._replace(scheme="", netloc="", fragment="").geturl()
    return origin, rest if rest.startswith("/") else "/" + rest
