"""Commands and groups as click knows them: how their help looks, and which words they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

from optcloud.cli.aliases import EarlierNames, command_words
from optcloud.cli.common_options import behind_common_options, with_common_options
from optcloud.cli.last_job import LAST, with_last_job
from optcloud.cli.session import session_of

_EXAMPLES = "\n\nExamples:\n"


class _WithExamples:
    """What a help ends in: the section ``Examples:`` of the docstring, one command a line."""

    help: str | None
    examples: list[str]

    def take_examples(self) -> None:
        """Take the examples out of the help, whose paragraphs are folded anew."""
        text, _, lines = (self.help or "").partition(_EXAMPLES)
        self.help, self.examples = text, [line.strip() for line in lines.splitlines() if line.strip()]

    def format_epilog(self, _ctx: Any, formatter: Any) -> None:
        """Write the examples as they are: they can be copied."""
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")


class ClickCommand(_WithExamples, TyperCommand):
    """A command. It takes its options' earlier names, and says how they are called now."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params = with_common_options(self.params)
        self.take_examples()
        self._takes_last = any(LAST in each.opts and getattr(each, "is_flag", False) for each in self.params)
        self._earlier = EarlierNames(each for each in self.params if each.param_type_name == "option")

    def make_parser(self, ctx: Any) -> Any:
        """Return what reads the arguments."""
        with self._earlier.known():
            return super().make_parser(ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments."""
        if self._takes_last and not ctx.resilient_parsing:
            args = with_last_job(ctx, args)
        given = tuple(args)
        rest = super().parse_args(ctx, args)
        if not ctx.allow_interspersed_args:  # from its one argument on, which is a list, the words are another's
            (argument,) = (each.name for each in self.params if each.param_type_name == "argument")
            given = given[: len(given) - len(ctx.params[argument] or ())]
        for name, now in () if ctx.resilient_parsing else self._earlier.used(given).items():
            session_of(ctx).messages.say(f"{name} is called {now} now", event="renamed", option=name, now=now)
        return rest

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the parts of the usage line; an argument that is needed is its bare name: REF, not {REF}."""
        needed = {
            f"{{{each.metavar}}}": str(each.metavar) for each in self.params if each.param_type_name == "argument"
        }
        return [needed.get(piece, piece) for piece in super().collect_usage_pieces(ctx)]


class ClickGroup(_WithExamples, TyperGroup):
    """Commands; without one named, the help, or the command that is the ``default``.

    ``headings``: in the order of the help, where it is not the commands'. ``aliases``: see `optcloud.cli.aliases`.
    """

    headings: ClassVar[Sequence[str]] = ()
    aliases: ClassVar[Mapping[str, str]] = {}
    default: ClassVar[str | None] = None

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params = with_common_options(self.params)
        self.take_examples()

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Show the help when nothing was asked; with a default command, that is what options alone are for."""
        if self.default is not None and self._names_no_command(ctx, args):
            args = [self.default, *args]
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def _names_no_command(self, ctx: Any, args: list[str]) -> bool:
        if not args:
            return not ctx.resilient_parsing  # what is completed may become a command's name
        first = (behind_common_options(args) or args)[0]
        return first.startswith("-") and first not in ctx.help_option_names

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the arguments name, or one of its aliases."""
        words = command_words(args[0], self.list_commands(ctx), self.aliases)
        return super().resolve_command(ctx, [*words, *args[1:]])

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands under the headings that they were given (``rich_help_panel``), else as they are."""
        listed_under: dict[str, list[tuple[str, Any]]] = {heading: [] for heading in self.headings}
        for name in self.list_commands(ctx):
            command: Any = self.get_command(ctx, name)
            if not command.hidden:
                heading = getattr(command, "rich_help_panel", None)
                listed_under.setdefault(heading if isinstance(heading, str) else "Commands", []).append((name, command))
        longest = max((len(name) for listed in listed_under.values() for name, _ in listed), default=0)
        for heading, listed in listed_under.items():  # an empty one is left out by click
            limit = formatter.width - 6 - longest
            with formatter.section(heading):
                formatter.write_dl(
                    [(name.ljust(longest), command.get_short_help_str(limit)) for name, command in listed]
                )
