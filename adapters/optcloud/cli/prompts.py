"""Asking the person at the terminal for what signing in needs; what is typed is never shown."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING

from optcloud.core.errors import AuthError
from optcloud.core.prompts import Question

if TYPE_CHECKING:
    from optcloud.cli.messages import Talk


class AskAtTerminal:
    """Answers the questions of signing in. An empty answer gives up."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def __call__(self, question: Question) -> str | None:
        """Ask. Without a terminal there is nobody: None for a password, which is a setting too; else `AuthError`."""
        if self._talk.as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
            if question.asked == "PASSWORD":
                return None
            raise AuthError(
                f"signing in to adiutaOpt needs {question.words} ({question.name}), and nobody can be asked here: "
                "run optcloud adiutaopt login on a terminal, which keeps the tokens for later commands"
            )
        if question.refusal is not None:
            self._talk.say(question.refusal, event="refused", reason=question.refusal)
        with self._talk.aside():
            return self._typed(question)

    def _typed(self, question: Question) -> str | None:
        self._talk.prompt(f"adiutaOpt asks for {question.words}.\n")
        while answer := self._read("answer (not shown, empty gives up): "):
            if question.asked != "NEW_PASSWORD" or self._read("once more: ") == answer:
                return answer
            self._talk.prompt("these two differ.\n")
        return None

    def _read(self, prompt: str) -> str:
        try:
            return getpass.getpass(prompt, stream=sys.stderr)
        except EOFError:
            return ""
