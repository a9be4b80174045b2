"""One run of the command line: which profile, which form of output, and the facade it opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, Unpack

import typer

import optcloud
from optcloud.cli.messages import Talk
from optcloud.cli.output import Output
from optcloud.cli.prompts import AskAtTerminal

if TYPE_CHECKING:
    from optcloud.client_setup import OptionWords

T = TypeVar("T")


class Session:
    """What every command is given."""

    def __init__(self) -> None:
        self.profile: str | None = None
        self.json_in_arguments = False
        self.talk = Talk()
        self.out = Output()

    def speak_json(self) -> None:
        """Print JSON from here on: data on stdout, talk on stderr."""
        self.talk.as_json = self.out.as_json = True

    def connect(self, **options: Unpack[OptionWords]) -> optcloud.OptCloud:
        """Open the facade, with options of its own; what happens in it is said on stderr."""
        return optcloud.OptCloud(self.profile, **(options | self._of_the_terminal()))

    def call(self, what: str, verb: Callable[[optcloud.OptCloud], T]) -> T:
        """Return what the facade answers; meanwhile the progress line shows ``what``."""
        with self.connect() as oc, self.talk.progress(what):
            return verb(oc)

    def done(self, done: str, **what: str) -> None:
        """Print that something was done, and to what."""
        self.out.data(what | {"done": done}, " ".join([done, *what.values()]))

    def connect_as(self, profile: str) -> optcloud.OptCloud:
        """Open the facade with the profile that a reference names."""
        return optcloud.OptCloud(profile, **self._of_the_terminal())

    def _of_the_terminal(self) -> OptionWords:
        """Who is told and asked, and that tokens are kept: else each command would sign in, asking each time."""
        return {
            "on_event": self.talk.hear,
            "adiutaopt_challenge": AskAtTerminal(self.talk),
            "adiutaopt_token_cache": "file",  # a word of the settings  # nosec B105
        }


def session_of(context: typer.Context) -> Session:
    """Return the session of a command's context."""
    session = context.find_object(Session)
    if session is None:
        raise RuntimeError("this command was called without optcloud's own root command")
    return session
