"""Groups of commands, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

from typing import Any, ClassVar

import typer
from typer.core import TyperGroup

from optcloud.cli.exit_codes import INTERRUPTED, KNOWN, UsageError, exit_code
from optcloud.cli.logs import spoken
from optcloud.cli.session import Session, session_of
from optcloud.cli.signals import Ended


class Group(TyperGroup):
    """Commands; without one named, the help. ``order``: of the headings, where it is not that of the commands."""

    order: ClassVar[tuple[str, ...]] = ()

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Show the help when nothing was asked."""
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands under the headings that they were given (``rich_help_panel``), else as they are."""
        headings: dict[str, list[tuple[str, Any]]] = {heading: [] for heading in self.order}
        for name in self.list_commands(ctx):
            command: Any = self.get_command(ctx, name)
            if not command.hidden:
                heading = getattr(command, "rich_help_panel", None)
                headings.setdefault(heading if isinstance(heading, str) else "Commands", []).append((name, command))
        longest = max((len(name) for listed in headings.values() for name, _ in listed), default=0)
        for heading, listed in headings.items():  # an empty one is left out by click
            limit = formatter.width - 6 - longest
            with formatter.section(heading):
                formatter.write_dl(
                    [(name.ljust(longest), command.get_short_help_str(limit)) for name, command in listed]
                )


class _Lazy(Group):
    """A group whose commands are built when they are first asked for."""

    source: ClassVar[typer.Typer]
    built: ClassVar[dict[str, Any]]  # once in a process

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands' names."""
        self._build()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, or None."""
        self._build()
        return super().get_command(ctx, cmd_name)

    def _build(self) -> None:
        if not self.built:
            self.built.update(typer.main.get_group(self.source).commands)
        self.commands.update(self.built)


def lazy(group: typer.Typer) -> typer.Typer:
    """Return the same group, to be built when it is first asked for: a command takes typer a millisecond."""
    group.rich_markup_mode = None  # as the root's: typer hands it down only to what it builds at once
    words: dict[str, Any] = {"source": group, "built": {}, "order": getattr(group.info.cls, "order", ())}
    return typer.Typer(cls=type("Lazy", (_Lazy,), words), help=group.info.help)


def _own(args: list[str]) -> list[str]:
    """Leave out what is behind ``--``: options of another command."""
    return args[: args.index("--")] if "--" in args else args


class Root(Group):
    """The whole command line."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Begin a session and read the options before the command."""
        session = Session()
        session.json_in_arguments = "--json" in _own(args)  # a usage error may come before that option is read
        try:
            return super().make_context(info_name, args, parent, **{"obj": session} | extra)
        except UsageError as error:
            raise self._told(session, error) from error

    def invoke(self, ctx: Any) -> Any:
        """Run a command; its errors are told, without a traceback."""
        session = session_of(ctx)
        try:
            with spoken(session.talk):
                return super().invoke(ctx)
        except BrokenPipeError:
            raise  # typer's: the reader of a pipe has gone
        except KNOWN as error:
            raise self._told(session, error) from error
        except KeyboardInterrupt as error:
            session.talk.interrupted(error)
            raise typer.Exit(INTERRUPTED) from error
        except Ended as ended:
            session.talk.interrupted(ended, ended.exit_code)
            raise typer.Exit(ended.exit_code) from ended

    def _told(self, session: Session, error: Exception) -> typer.Exit:
        if session.json_in_arguments:
            session.speak_json()
        session.talk.error(error)
        return typer.Exit(exit_code(error))
