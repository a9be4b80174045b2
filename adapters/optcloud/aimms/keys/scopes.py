"""Scopes of API keys: what a key may be used for, whatever spelling of its name is at hand.

Sources: vendor pages "Managing API Keys" and "User API Keys"; AIMMS facts 4.9 (three spellings).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeAlias

from attrs import frozen


class Scope(StrEnum):
    """An area of the API that a key can be used for, as the vendor's newest page spells it."""

    AUTHENTICATION = "Authentication"  # environments, groups, users
    PUBLISH_APP = "PublishApp"
    PUBLISH_AIMMS = "PublishAimms"
    TASKS = "Tasks"
    API_KEY = "APIKey"
    SESSION = "Session"
    SECRET = "Secret"  # noqa: S105 - the name of a scope  # nosec B105
    USER = "User"  # reserved by the vendor
    ACCOUNT = "Account"


# Inferred: the words on the wire are published nowhere; those of the vendor's newest page are sent.
WIRE = {scope: scope.value for scope in Scope}

_SPELLINGS = {scope.value.lower(): scope for scope in Scope} | {"task": Scope.TASKS, "apikeys": Scope.API_KEY}


@frozen
class KeyScope:
    """A scope as a key has it: the ``word`` on the wire, and the `Scope` that it means (None: a word not known here).

    Made by hand, ``KeyScope("Task")`` sends exactly this word.
    """

    word: str

    @property
    def scope(self) -> Scope | None:
        """What the word means, or None."""
        return scope_of(self.word)

    @property
    def known(self) -> bool:
        """Whether the word is one of the documented scopes, in any of their spellings."""
        return self.scope is not None

    def __str__(self) -> str:
        return self.scope or self.word


AnyScope: TypeAlias = Scope | KeyScope | str


def scope_of(word: str) -> Scope | None:
    """Return the scope that a word means: capitals, blanks, hyphens and underscores make no difference."""
    return _SPELLINGS.get("".join(letter for letter in word.lower() if letter not in " _-"))


def key_scopes(given: Iterable[AnyScope]) -> tuple[KeyScope, ...]:
    """Return scopes as they are sent, each once: a documented one in the word of `WIRE`, an unknown word as it is."""
    if isinstance(given, str):
        given = [given]
    return tuple(dict.fromkeys(_key_scope(scope) for scope in given))


def _key_scope(given: AnyScope) -> KeyScope:
    if isinstance(given, KeyScope):
        return given
    scope = given if isinstance(given, Scope) else scope_of(given)
    return KeyScope(given if scope is None else WIRE[scope])
