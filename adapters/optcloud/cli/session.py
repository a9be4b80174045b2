"""One run of the command line: which profile, which form of output, and the facade it opens."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

import typer

import optcloud
from optcloud.cli.messages import Messages
from optcloud.cli.output import Output
from optcloud.cli.prompts import AskAtTerminal, confirm

if TYPE_CHECKING:
    from optcloud.client_setup import OptionWords
    from optcloud.core.settings import AnySettings
    from optcloud.process.job_history import JobHistory

T = TypeVar("T")


class CliSession:
    """What every command is given: the profile, and ways to call the facade, to print data and to say messages."""

    def __init__(self) -> None:
        self.profile: str | None = None
        self.json_in_arguments = False
        self.messages = Messages()
        self.out = Output(self.messages)

    def speak_json(self) -> None:
        """Print JSON from here on: data on stdout, messages on stderr."""
        self.messages.as_json = self.out.as_json = True

    def connect(
        self,
        profile: str | None = None,
        *,
        hear: Callable[[object], None] | None = None,
        **options: Unpack[OptionWords],
    ) -> optcloud.OptCloud:
        """Open the facade, with the profile of a reference or else that of ``--profile``.

        What happens in it is said on stderr (or by ``hear``). Tokens are kept: else each command would sign in, asking
        each time.
        """
        return optcloud.OptCloud(profile or self.profile, **(options | self._terminal(hear)))

    def clients(self, hear: Callable[[object], None]) -> Callable[[], optcloud.AsyncOptCloud]:
        """Return what makes facades for asyncio, as `connect` does."""
        return partial(optcloud.AsyncOptCloud, self.profile, **self._terminal(hear))

    def secrets_from(self, vendor: str) -> tuple[str, ...]:
        """Return which secrets of a vendor are set here, and in which places, in words; what cannot be read is not."""
        from optcloud.core.settings import AdiutaOptSettings, AimmsSettings, GurobiSettings  # noqa: PLC0415 - seldom
        from optcloud.core.settings_sources import Config  # noqa: PLC0415

        kinds: dict[str, type[AnySettings]] = {
            "AIMMS": AimmsSettings,
            "adiutaOpt": AdiutaOptSettings,
            "Amazon Cognito": AdiutaOptSettings,  # where its users sign in
            "Gurobi": GurobiSettings,
        }
        kind = next((kind for name, kind in kinds.items() if vendor.startswith(name)), None)
        try:
            return () if kind is None else Config.load(self.profile).secrets_from(kind)
        except optcloud.ConfigError:
            return ()

    def _terminal(self, hear: Callable[[object], None] | None) -> OptionWords:
        return {
            "on_event": hear or self._hear,
            "adiutaopt_challenge": AskAtTerminal(self.messages),
            "adiutaopt_token_cache": "file",  # a word of the settings  # nosec B105
        }

    @cached_property
    def history(self) -> JobHistory:
        """The history of jobs, which is written as they are submitted and seen."""
        from optcloud.process.job_history import JobHistory  # noqa: PLC0415 - not for a help text

        return JobHistory.of_environment()

    def _hear(self, event: object) -> None:
        try:
            self.history.hear(event)  # first: a terminal may be lost
        finally:
            self.messages.hear(event)

    def call(self, what: str, verb: Callable[[optcloud.OptCloud], T]) -> T:
        """Return what the facade answers; meanwhile the progress line shows ``what``."""
        with self.connect() as oc, self.messages.progress(what):
            return verb(oc)

    def call_job(self, ref: str, verb: Callable[[Any], T]) -> T:
        """Ask the job of a reference, and return what it answers, as `call` does."""
        return self.call(ref, lambda oc: verb(oc.attach(ref)))

    def say_saved(self, file: Path) -> None:
        """Say on stderr that a file was written."""
        self.messages.say(f"saved {file}", event="saved", file=str(file))

    def confirm(self, what: str, *, yes: bool) -> None:
        """Go on when the person says yes, or said ``--yes`` before. Raises `typer.Exit`, `typer.BadParameter`."""
        confirm(self.messages, what, yes=yes)

    def change(self, done: str, verb: Callable[[optcloud.OptCloud], object], **what: str) -> None:
        """Have the facade change something, and print what was done to what."""
        self.call(next(iter(what.values())), verb)
        self.done(done, **what)

    def done(self, done: str, **what: str) -> None:
        """Print that something was done, and to what."""
        self.out.data(what | {"done": done}, " ".join([done, *what.values()]))


def session_of(context: typer.Context) -> CliSession:
    """Return the session of a command's context."""
    session = context.find_object(CliSession)
    if session is None:
        raise RuntimeError("this command was called without optcloud's own root command")
    return session
