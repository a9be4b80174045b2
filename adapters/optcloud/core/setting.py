"""One setting of a cloud, and what is known of it: its names, whether it is needed, what it may hold."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

from optcloud.core.errors import ConfigError
from optcloud.core.secret import Secret
from optcloud.core.setting_texts import TextKind, fault_in

ValueKind: TypeAlias = Literal["text", "yes or no", "bytes"]


@frozen
class Setting:
    """One setting: its environment variable, whether it is required, and which other settings can take its place.

    ``instead_of``: another setting that serves as well. ``unless``: a yes-or-no setting; where that is true, this one
    is not needed. ``only_with``: one without which it says nothing. ``secret``: the value may be a place to read it
    from (``keyring:NAME``, ``file:PATH``). ``text``: which characters it may have (`optcloud.core.setting_texts`).
    ``holds``: text, ``true`` or ``false``, or a number of bytes. ``words``: all that it may be, where these are few.
    ``default``: what counts where it is left out, in words. ``help``: what it is, in one sentence.
    """

    name: str
    env: str
    required: bool = True
    instead_of: str | None = None
    unless: str | None = None
    only_with: str | None = None
    secret: bool = False
    text: TextKind = "name"
    holds: ValueKind = "text"
    words: tuple[str, ...] = ()
    default: str = ""
    help: str = ""

    def check(self, value: str | Secret, what: str) -> None:
        """Refuse white space and the like; ``what`` names the setting and its place (`ConfigError`)."""
        fault = fault_in(value.reveal() if isinstance(value, Secret) else value, self.text)
        if self.text == "key" and not value:
            fault = "nothing in it"
        if fault is not None:
            words = "a header cannot hold it: it has" if self.text == "key" else "it has"
            raise ConfigError(f"{what}: {words} {fault}")

    def text_of(self, value: object, what: str) -> Secret:
        """Return a value as text. Raises `ConfigError` for one of another kind; ``what`` names the setting."""
        if isinstance(value, Secret):
            return value
        if isinstance(value, bool) and self.holds == "yes or no":
            return Secret(str(value).lower())
        if isinstance(value, int) and not isinstance(value, bool):
            return Secret(str(value))
        if hasattr(value, "__fspath__"):
            return Secret(str(value))
        raise ConfigError(f"{what} is no text in quotes: it is {_kind_of(value)}")


def _kind_of(value: object) -> str:
    """Return what a value is, in the words of TOML."""
    kinds = ((bool, "true or false"), (float, "a number with a fraction"), (list, "a list"), (dict, "a table"))
    return next((words for kind, words in kinds if isinstance(value, kind)), f"of the type {type(value).__name__}")
