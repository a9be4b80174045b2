"""Asking the person at the terminal: before something is destroyed, and for what signing in needs."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

import typer

from optcloud.cli.exit_codes import ERROR
from optcloud.core.errors import AuthError
from optcloud.core.prompts import Question

if TYPE_CHECKING:
    from optcloud.cli.messages import Messages


def can_ask(messages: Messages) -> bool:
    """Say whether there is somebody to ask: there is not without a terminal, or with --json."""
    return not messages.as_json and sys.stdin.isatty() and sys.stderr.isatty()


def confirm(messages: Messages, what: str, *, yes: bool) -> None:
    """Go on when the person at the terminal says yes, or said ``--yes`` before.

    Where nobody can be asked, ``--yes`` is needed (a usage error). Raises `typer.Exit` with code 1 when the answer is
    anything but yes.
    """
    if yes:
        return
    if not can_ask(messages):
        raise typer.BadParameter(f"nobody can be asked here, so it is needed to {what}", param_hint="--yes")
    messages.prompt(f"{what}? [y/N] ")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        messages.say("left as it is", event="declined")
        raise typer.Exit(ERROR)


class AskAtTerminal:
    """Answers the questions of signing in. What is typed is never shown; an empty answer gives up."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    def __call__(self, question: Question) -> str | None:
        """Ask. Without a terminal there is nobody: None for a password, which is a setting too; else `AuthError`."""
        if not can_ask(self._messages):
            if question.asked == "PASSWORD":
                return None
            raise AuthError(
                f"signing in to adiutaOpt needs {question.words} ({question.name}), and nobody can be asked here: "
                "run optcloud adiutaopt login on a terminal, which keeps the tokens for later commands"
            )
        if question.refusal is not None:
            self._messages.say(question.refusal, event="refused", reason=question.refusal)
        with self._messages.aside():
            return self._typed(question)

    def _typed(self, question: Question) -> str | None:
        self._messages.prompt(f"adiutaOpt asks for {question.words}.\n")
        while answer := self._read("answer (not shown, empty gives up): "):
            if question.asked != "NEW_PASSWORD" or self._read("once more: ") == answer:
                return answer
            self._messages.prompt("these two differ.\n")
        return None

    def _read(self, prompt: str) -> str:
        try:
            return getpass.getpass(prompt, stream=sys.stderr)
        except EOFError:
            return ""
