"""Names of media types (RFC 6838): which of two holds the other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MediaType:
    """`application/problem+json; charset=utf-8` in its parts; all but the parameters' values in small letters."""

    type: str
    subtype: str
    suffixes: tuple[str, ...]
    parameters: frozenset[tuple[str, str]]


def parse(name: str) -> MediaType:
    """Return a media type's parts; what is missing is ""."""
    essence, *parameters = name.split(";")
    type_, _, rest = essence.strip().lower().partition("/")
    subtype, *suffixes = rest.split("+")
    pairs = (item.partition("=") for item in parameters if item.strip())
    return MediaType(
        type_,
        subtype,
        tuple(suffixes),
        frozenset((key.strip().lower(), value.strip().strip('"')) for key, _, value in pairs),
    )


def holds(general: str, special: str) -> bool:
    """Return whether each body of type ``special`` is one of type ``general``; parameters play no part.

    `application/json` holds `application/problem+json`, `application/*` both, and `*/*` everything.
    """
    outer, inner = parse(general), parse(special)
    if outer.type == "*":
        return True
    if outer.type != inner.type:
        return False
    if outer.subtype == "*" or (not outer.suffixes and inner.suffixes[-1:] == (outer.subtype,)):
        return True
    return (outer.subtype, outer.suffixes) == (inner.subtype, inner.suffixes)


def related(one: str, other: str) -> bool:
    """Return whether one holds the other."""
    return holds(one, other) or holds(other, one)


def same_parameters(one: str, other: str) -> bool:
    """Return whether both have the same parameters (charset, version, ...)."""
    return parse(one).parameters == parse(other).parameters
