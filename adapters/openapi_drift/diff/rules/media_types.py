"""Names of media types (RFC 6838): which of two holds the other."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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


def takes(general: str, special: str) -> bool:
    """Return whether who accepts ``general`` accepts ``special``: the same type, or one of the kind that it names.

    A server of `application/json` may refuse `application/problem+json`, although each such body is JSON.
    """
    outer, inner = parse(general), parse(special)
    return holds(general, special) and (outer.subtype == "*" or outer.suffixes == inner.suffixes)


class Related:
    """Names, of which the first that is not taken and holds another name, or is held by it, can be taken."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)
        self._taken = [False] * len(self._names)
        self._waiting: defaultdict[tuple[object, ...], deque[int]] = defaultdict(deque)
        for number, name in enumerate(self._names):
            for kind in _kinds(parse(name)):
                self._waiting[kind].append(number)

    def take(self, name: str) -> str | None:
        """Take the first name that is related to this one; None if there is none."""
        first = min((number for kind in _wanted(parse(name)) for number in self._first(kind)), default=None)
        if first is None:
            return None
        self._taken[first] = True
        return self._names[first]

    def left(self) -> list[str]:
        """Return the names that nobody took."""
        return [name for name, taken in zip(self._names, self._taken, strict=True) if not taken]

    def _first(self, kind: tuple[object, ...]) -> list[int]:
        waiting = self._waiting.get(kind, deque())
        while waiting and self._taken[waiting[0]]:
            waiting.popleft()
        return [waiting[0]] if waiting else []


def _kinds(name: MediaType) -> Iterator[tuple[object, ...]]:
    """What a name can be found as, whatever is asked: see `holds`."""
    yield ("any",)
    yield "of type", name.type
    yield "is", name.type, name.subtype, name.suffixes
    if name.suffixes:
        yield "with suffix", name.type, name.suffixes[-1]
    if name.type == "*":
        yield ("all",)
    elif name.subtype == "*":
        yield "all of", name.type


def _wanted(name: MediaType) -> Iterator[tuple[object, ...]]:
    """What holds a name, and what it holds."""
    yield ("all",)
    yield "all of", name.type
    yield "is", name.type, name.subtype, name.suffixes
    if name.suffixes:
        yield "is", name.type, name.suffixes[-1], ()
    else:
        yield "with suffix", name.type, name.subtype
    if name.type == "*":
        yield ("any",)
    elif name.subtype == "*":
        yield "of type", name.type


def same_parameters(one: str, other: str) -> bool:
    """Return whether both have the same parameters (charset, version, ...)."""
    return parse(one).parameters == parse(other).parameters
