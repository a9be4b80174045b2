"""What addresses may look like: hosts, paths, and where the API of AIMMS PRO is found."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit

from optcloud.core.errors import ConfigError

_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
USUAL_PORTS = {"http": 80, "https": 443}
_LONGEST_HOST = 253
_VENDORS_OWN = ".aimms.cloud"
_BASE = re.compile(r"(?P<base>.*/pro-api/v(?P<version>\d+))(?:/(?P<first>[^/]+).*)?", re.DOTALL)
# The first words of the operations' paths (AIMMS facts 1): what follows the base in a copied address.
_OPERATION = re.compile(
    "api-keys|aimms-versions|app_access|applications|customization|entity|environments|health-check|launching|login|"
    "logout|portal|saml|session|storage|tasks|users|version"
)


def ascii_host(host: str) -> str | None:
    """Return a host as it is looked up, or None where no host can be named so."""
    if ":" in host:
        return host if _is_ipv6(host) else None
    try:
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = name.removesuffix(".").split(".")
    return name if len(name) <= _LONGEST_HOST and all(map(_LABEL.fullmatch, labels)) else None


def _is_ipv6(host: str) -> bool:
    try:
        IPv6Address(host)
    except ValueError:
        return False
    return True


def check_segments(url: str, setting: str) -> None:
    """Refuse what would be resolved or lost on the way: empty segments, ``.`` and ``..`` (`ConfigError`)."""
    segments = urlsplit(url).path.rstrip("/").split("/")[1:]
    if "" in segments:
        raise ConfigError(f"{setting}: {url!r} has a doubled slash in its path: write a single one")
    if "." in segments or ".." in segments:
        raise ConfigError(f"{setting}: {url!r} has a segment '.' or '..' in its path: write the address without it")


def check_aimms_base(url: str) -> None:
    """Refuse an address that cannot be the base of the second version of AIMMS PRO's API (`ConfigError`).

    The vendor's own hosts serve it at ``/pro-api/v2`` alone (AIMMS facts 1). Any other host may be a gateway with
    paths of its own: there only what is certain to be wrong is refused, the first version and the path of an operation.
    """
    parts = urlsplit(url)
    found = _BASE.fullmatch(parts.path)
    if found is not None and int(found["version"]) < 2:
        raise ConfigError(
            f"aimms.url: {url!r} is of the first version of the API, as some of the vendor's pages have it; this "
            f"client speaks the second: write {_up_to('2', url)}"
        )
    host = (parts.hostname or "").removesuffix(".")
    own = host.endswith(_VENDORS_OWN)
    if own and parts.path == "/pro-api/v2":
        return
    if own and (found is None or found["version"] == "2"):
        raise ConfigError(
            f"aimms.url: {url!r} is not where the API is: write {parts.scheme}://{parts.netloc}/pro-api/v2, or give "
            f"the account {host.removesuffix(_VENDORS_OWN)!r} in its place"
        )
    if found is not None and _OPERATION.fullmatch(found["first"] or ""):
        raise ConfigError(f"aimms.url: {url!r} goes on behind the API's version: write {_up_to(found['version'], url)}")


def _up_to(version: str, url: str) -> str:
    return re.sub(r"/pro-api/v\d+.*", f"/pro-api/v{version}", url, flags=re.DOTALL)
