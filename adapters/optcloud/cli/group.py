"""Groups of commands, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from optcloud.cli.exit_codes import INTERRUPTED, KNOWN, exit_code
from optcloud.cli.session import session_of


class Group(TyperGroup):
    """Commands; without one named, the help."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Show the help when nothing was asked."""
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)


class Root(Group):
    """The whole command line."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Note whether JSON is asked for: a usage error may come before that option is read."""
        session_of(ctx).json_in_arguments = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; its errors are told, without a traceback."""
        session = session_of(ctx)
        try:
            return super().invoke(ctx)
        except KNOWN as error:
            if isinstance(error, BrokenPipeError):
                raise  # typer's: the reader of a pipe has gone
            if session.json_in_arguments:
                session.speak_json()
            session.talk.error(error)
            raise typer.Exit(exit_code(error)) from error
        except KeyboardInterrupt as error:
            session.talk.interrupted()
            raise typer.Exit(INTERRUPTED) from error
