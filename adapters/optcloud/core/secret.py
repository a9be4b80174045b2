"""Secrets never show: a string that hides itself, and a filter for texts that come from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias, overload
from urllib.parse import quote, quote_plus

MASK = "***"
_HEX = re.compile("%[0-9A-F]{2}")


class Secret:
    """A secret text. ``str``, ``repr`` and ``format`` show a mask; `reveal` is the only way to the value.

    It survives pickle, since what needs it elsewhere could not be used without: a pool's password, for one. The pickle
    shows it to nobody who reads or searches it, but **a pickle is not encrypted**: whoever has it can load it. Hand it
    to processes of yours only, and do not keep it.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, to sign or send it, never to show it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _unmasked, (_masked(self._value.encode(errors="surrogatepass")),)


def _masked(data: bytes) -> bytes:
    """Make bytes that do not show their text, and the other way round. Whoever knows this line can read them."""
    return bytes(byte ^ 0xA5 for byte in data)


def _unmasked(data: bytes) -> Secret:
    return Secret(_masked(data).decode(errors="surrogatepass"))


@overload
def as_secret(value: Secret | str) -> Secret: ...
@overload
def as_secret(value: Secret | str | None) -> Secret | None: ...
def as_secret(value: Secret | str | None) -> Secret | None:
    """Wrap a secret that was given as text."""
    return Secret(value) if isinstance(value, str) else value


Hide: TypeAlias = Callable[[Secret], None]
"""Told each secret before it is sent, so that a vendor who repeats it in an error does not show it."""


def not_hidden(_secret: Secret) -> None:
    """Keep no list of secrets: the `Hide` of a flow that runs without a connection."""


class Unshown(Mapping[str, str]):
    """Texts by name, such as the environment; ``repr`` shows none, so that tools which print local variables do not."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({MASK})"


def as_secrets(value: Any) -> Any:
    """Return the value with each text in it as a `Secret`: what is read is wrapped before anything can go wrong."""
    if isinstance(value, str):
        return Secret(value)
    if isinstance(value, Mapping):
        return {name: as_secrets(inner) for name, inner in value.items()}
    return [as_secrets(inner) for inner in value] if isinstance(value, list) else value


class Redactor:
    """Replaces known secrets in a text, also in encoded forms. Secrets may be added as they appear."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self._values: list[str] = []
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Hide this secret from now on. Values shorter than four characters would mask ordinary words: left out."""
        value = secret.reveal()
        if len(value) < 4:
            return
        for form in _forms(value):
            if form not in self._values:
                self._values.append(form)
        self._values.sort(key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for value in self._values:
            text = text.replace(value, MASK)
        return text


def _forms(value: str) -> set[str]:
    """Return the text as others write it: plain, percent-encoded in each usual way, inside JSON, in Python's reprs."""
    encoded = {
        quote(value, errors="surrogatepass"),  # as Gurobi's string to sign has it: "/" kept
        quote(value, safe="", errors="surrogatepass"),
        quote_plus(value, errors="surrogatepass"),
    }
    lower = {_HEX.sub(lambda match: match[0].lower(), form) for form in encoded}
    escaped = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    shown = {repr(value)[1:-1], repr(value.encode(errors="surrogatepass"))[2:-1]}
    return {value} | encoded | lower | escaped | shown
