"""Which addresses are reached without the proxy: the rules of ``NO_PROXY``.

Entries are separated by commas or white space; letters of either case are the same. An entry is

- ``*``: every address;
- a host, which is also meant with whatever stands before it (``example.com``, ``.example.com`` and ``*.example.com``
  are the same, and hold for ``www.example.com``);
- an IP address (IPv6 with or without brackets), or a network (``10.0.0.0/8``), for addresses that are written as such:
  names are not looked up;
- any host or IP address with a port (``example.com:8443``, ``[::1]:8443``), for that port only;
- any of these behind ``http://`` or ``https://``, for that scheme only.

curl and httpx know most of these; where they differ, the wider reading counts. What is none of these is passed over.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from optcloud.core.addresses import USUAL_PORTS

_ENTRY = re.compile(r"(?:(?P<scheme>[a-z]+)://)?(?P<host>\[[^\]]*\]|[^:/\[\]]+)(?::(?P<port>[0-9]{1,5}))?/?")


def is_exempt(rules: str, url: str) -> bool:
    """Say whether ``NO_PROXY`` (its text) names an http(s) address."""
    parts = urlsplit(url)
    port = parts.port or USUAL_PORTS.get(parts.scheme)
    return any(_holds(entry, parts.scheme, _plain(parts.hostname or ""), port) for entry in re.split(r"[,\s]+", rules))


def _holds(entry: str, scheme: str, host: str, port: int | None) -> bool:
    entry = entry.lower()
    if entry == "*" or _is_within(host, entry):
        return True
    found = _ENTRY.fullmatch(entry)
    if found is None or found["scheme"] not in {None, "all", scheme}:
        return False
    if found["port"] is not None and int(found["port"]) != port:
        return False
    return _is_meant(host, found["host"].strip("[]"))


def _is_meant(host: str, named: str) -> bool:
    """Compare a host with the one that an entry names."""
    if named == "*":
        return True
    if (address := _address(host)) is not None:
        return _address(named) == address
    domain = _plain(named.removeprefix("*").lstrip("."))
    return bool(domain) and (host == domain or host.endswith("." + domain))


def _is_within(host: str, entry: str) -> bool:
    """Whether the entry is a network (or a bare IPv6 address) that has the host."""
    address = _address(host)
    if address is None:
        return False
    try:
        return address in ip_network(entry, strict=False)
    except ValueError:
        return False


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _plain(host: str) -> str:
    """Return a host in one spelling: small letters, no dot at its end, other scripts as they are looked up."""
    host = host.lower().removesuffix(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
