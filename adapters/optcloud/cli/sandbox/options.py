"""Options that say what a sandbox serves, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.options import option
from optcloud.cli.sandbox.services import AppService
from optcloud.cli.times import duration

if TYPE_CHECKING:
    from optcloud.sandbox import Pace, Sandbox


@dataclass(frozen=True)
class ServedOptions:
    """What a sandbox serves, and for how long."""

    port: Annotated[int, option("N", "Port; 0 takes a free one.", min=0, max=65535)] = 0
    pace: Annotated[str, option("PACE", "How fast jobs move: at-once, after-polls:N or after-seconds:S.")] = "at-once"
    app: Annotated[
        list[str] | None, option("APP", "Publish an app, version 1.0, with echo, solve and bytes; may be repeated.")
    ] = None
    service: Annotated[
        list[str] | None,
        option(
            "APP:SERVICE=ANSWER",
            "Publish a service that answers with a file, or by FILE.py:FUNCTION, which takes the data and its content "
            "type; may be repeated.",
        ),
    ] = None
    idle: Annotated[
        str | None, option("TIME", "End after so long without a request, such as 8h; off: never [with --detach: 1h].")
    ] = None

    def check(self) -> None:
        """Refuse what cannot be served. Raises `typer.BadParameter`."""
        self._pace()
        self._seconds()
        self._services()

    def serve(self, ready: Callable[[Sandbox], None]) -> None:
        """Serve until KeyboardInterrupt or `Ended` is raised, or nobody asks any more."""
        from optcloud_sandbox.server import serve  # noqa: PLC0415 - needs the extra sandbox

        services = self._services()

        def published(running: Sandbox) -> None:
            self._publish(running, services)
            ready(running)

        serve(published, port=self.port, pace=self._pace(), idle=self._seconds())

    def sandbox(self) -> Sandbox:
        """Return the sandbox, to be begun."""
        from optcloud_sandbox.server import Sandbox  # noqa: PLC0415 - needs the extra sandbox

        services = self._services()
        running = Sandbox(port=self.port, pace=self._pace())
        self._publish(running, services)
        return running

    def arguments(self, *, idle: str) -> list[str]:
        """Return the words for another process that serves the same; ``idle`` counts where none is given."""
        arguments = ["--port", str(self.port), "--pace", self.pace, "--idle", self.idle or idle]
        for name, values in (("--app", self.app), ("--service", self.service)):
            arguments += [word for value in values or () for word in (name, value)]
        return arguments

    def _publish(self, running: Sandbox, services: list[AppService]) -> None:
        running.register_samples()
        for app in self.app or ():
            running.publish_app(app)
        for service in services:
            running.register(service.app, service.name, service.answer)

    def _services(self) -> list[AppService]:
        return [AppService.read(text) for text in self.service or ()]

    def _pace(self) -> Pace:
        """Read `at-once`, `after-polls:2` or `after-seconds:1.5`."""
        from optcloud_sandbox.pace import pace_from  # noqa: PLC0415 - only for this command

        kind, _, value = self.pace.partition(":")
        try:
            number = None if not value else int(value) if kind == "after-polls" else float(value)
            return pace_from({"kind": kind, "value": number})
        except ValueError as error:
            words = f"{self.pace!r} is none of at-once, after-polls:2, after-seconds:1.5 (numbers above 0)"
            raise typer.BadParameter(words, param_hint="--pace") from error

    def _seconds(self) -> float | None:
        if self.idle in (None, "off"):
            return None
        time = duration(self.idle)
        if not isinstance(time, timedelta) or not time:
            raise typer.BadParameter(f"{self.idle!r} is no time such as 30s or 8h, and not off", param_hint="--idle")
        return time.total_seconds()
