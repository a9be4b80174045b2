"""Asking the person at the terminal for settings. What is secret is not shown as it is typed."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer

from optcloud.cli.exit_codes import ERROR
from optcloud.core import secret_store
from optcloud.core.errors import ConfigError
from optcloud.core.secret import Secret
from optcloud.core.settings import is_true
from optcloud.core.settings_sources import check_profile_name

if TYPE_CHECKING:
    from optcloud.cli.messages import Messages
    from optcloud.core.setting import Setting
    from optcloud.core.settings import AnySettings

_NOTHING = "-"


class Wizard:
    """Asks questions, one by one, until an answer can be used. The end of stdin gives up (`typer.Exit`)."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    def tell(self, words: str) -> None:
        """Say something between two questions."""
        self._messages.prompt(f"{words}\n")

    def choice(self, question: str, words: Sequence[str]) -> str:
        """Return the word that is chosen; its beginning is enough."""
        while True:
            answer = self._line(f"{question} ({', '.join(words)})? ").lower()
            meant = [word for word in words if answer and word.startswith(answer)]
            if len(meant) == 1:
                return meant[0]
            self.tell(f"  {answer!r} is none of these")

    def profile(self, default: str) -> str:
        """Return the name of a profile."""
        while True:
            name = self._line(f"\nThe profile to store it in: --profile names it later.\n  profile [{default}]: ")
            try:
                check_profile_name(name or default)
            except ConfigError as error:
                self.tell(f"  {error}")
            else:
                return name or default

    def settings(
        self, kind: type[AnySettings], given: Mapping[str, Secret], before: Mapping[str, Secret]
    ) -> dict[str, Secret]:
        """Ask for each setting that is not ``given`` and may be needed; an empty answer keeps what was ``before``."""
        found: dict[str, Secret] = {}
        for setting in kind.SETTINGS:
            if setting.name in given:
                found[setting.name] = given[setting.name]
            elif self._is_asked(setting, found) and (value := self._value(setting, before.get(setting.name))):
                found[setting.name] = value
        return found

    def _is_asked(self, setting: Setting, found: Mapping[str, Secret]) -> bool:
        chosen = {name for name, value in found.items() if value.reveal().lower() in {"true", "yes", "1"}}
        if setting.instead_of in found or setting.unless in chosen:
            return False
        return setting.only_with is None or setting.only_with in chosen

    def _value(self, setting: Setting, before: Secret | None) -> Secret | None:
        """Ask until there is a value that can be used; None: there is none."""
        needed = setting.required and before is None
        more = [f"one of {', '.join(setting.words)}"] if setting.words else []
        if before is not None:
            more.append(f"now {_shown(setting, before)}" + ("" if setting.required else f"; {_NOTHING} takes it out"))
        elif setting.default:
            more.append(f"default: {setting.default}")
        self.tell(f"\n{setting.help}")
        question = f"  {setting.name}{' [' + '; '.join(more) + ']' if more else ''}: "
        while True:
            value = self._hidden(question) if setting.secret else Secret(self._line(question))
            if not value and not needed:
                return before
            if value.reveal() == _NOTHING and not setting.required:
                return None
            if (fault := _fault(setting, value) if value else "it is needed") is None:
                return value
            self.tell(f"  {fault}")

    def _line(self, question: str) -> str:
        self._messages.prompt(question)
        line = sys.stdin.readline()
        if not line:
            self._give_up()
        return line.strip()

    def _hidden(self, question: str) -> Secret:
        from getpass import getpass  # noqa: PLC0415 - not light

        try:
            return Secret(getpass(f"{question[:-2]} (not shown): ", stream=sys.stderr))
        except EOFError:
            self._give_up()
            raise

    def _give_up(self) -> None:
        self._messages.say("\nleft as it is", event="declined")
        raise typer.Exit(ERROR)


def _fault(setting: Setting, value: Secret) -> str | None:
    """Return what is wrong with an answer."""
    text = value.reveal()
    try:
        if setting.secret and secret_store.is_place(text):
            secret_store.place_of(text)
        else:
            setting.check(value, setting.name)
        if setting.holds == "yes or no":
            is_true(text, setting.name)
        elif setting.words and text not in setting.words:
            return f"it is one of {', '.join(setting.words)}"
        elif setting.holds == "bytes" and not (text.isascii() and text.isdigit()):
            return "it is a number of bytes"
    except ConfigError as error:
        return str(error)
    return None


def _shown(setting: Setting, value: Secret) -> str:
    return "set" if setting.secret else value.reveal()
