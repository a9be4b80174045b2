"""Groups of commands, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from optcloud.cli.exit_codes import INTERRUPTED, KNOWN, UsageError, exit_code
from optcloud.cli.session import Session, session_of


class Group(TyperGroup):
    """Commands; without one named, the help."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Show the help when nothing was asked."""
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands under the headings that they were given (``rich_help_panel``), else as they are."""
        headings: dict[str, list[tuple[str, Any]]] = {}
        for name in self.list_commands(ctx):
            command: Any = self.get_command(ctx, name)
            if not command.hidden:
                heading = getattr(command, "rich_help_panel", None)
                headings.setdefault(heading if isinstance(heading, str) else "Commands", []).append((name, command))
        longest = max((len(name) for listed in headings.values() for name, _ in listed), default=0)
        for heading, listed in headings.items():
            limit = formatter.width - 6 - longest
            with formatter.section(heading):
                formatter.write_dl(
                    [(name.ljust(longest), command.get_short_help_str(limit)) for name, command in listed]
                )


class Root(Group):
    """The whole command line."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Begin a session and read the options before the command."""
        session = Session()
        session.json_in_arguments = "--json" in args  # a usage error may come before that option is read
        try:
            return super().make_context(info_name, args, parent, **{"obj": session} | extra)
        except UsageError as error:
            raise self._told(session, error) from error

    def invoke(self, ctx: Any) -> Any:
        """Run a command; its errors are told, without a traceback."""
        session = session_of(ctx)
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # typer's: the reader of a pipe has gone
        except KNOWN as error:
            raise self._told(session, error) from error
        except KeyboardInterrupt as error:
            session.talk.interrupted()
            raise typer.Exit(INTERRUPTED) from error

    def _told(self, session: Session, error: Exception) -> typer.Exit:
        if session.json_in_arguments:
            session.speak_json()
        session.talk.error(error)
        return typer.Exit(exit_code(error))
