"""Commands, groups of them, and the one place where an error becomes a line and an exit code.

A command is a function of a `CliSession` and of its options. `CommandGroup.command` registers it:

    app = CommandGroup(help="Apps.")

    @app.command()
    def show(session: CliSession, *, name: Name) -> None:
        session.out.fields(session.call(name, lambda oc: oc.aimms.apps.latest(name)))
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import is_dataclass
from functools import cached_property, update_wrapper
from typing import Annotated, Any, ClassVar, TypeVar, get_args, get_type_hints

import typer

from optcloud.cli.click_commands import ClickCommand, ClickGroup
from optcloud.cli.exit_codes import INTERRUPTED, KNOWN, UsageError, exit_code
from optcloud.cli.last_job import LAST
from optcloud.cli.logs import say_log_entries
from optcloud.cli.options import flag
from optcloud.cli.session import CliSession, session_of
from optcloud.core.errors import JobGone
from optcloud.process.exit_guard import Ended

F = TypeVar("F", bound=Callable[..., None])


def _speak_json(context: typer.Context, asked: bool) -> bool:
    if asked:
        session_of(context).speak_json()
    return asked


Json = Annotated[
    bool,
    flag("--json", "Print JSON; messages on stderr are JSON, one object a line.", callback=_speak_json, is_eager=True),
]
_CONTEXT = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
_JSON = inspect.Parameter("json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Json)
Last = Annotated[bool, flag(LAST, "In place of a reference: the job that was submitted last.")]
_LAST = inspect.Parameter("last", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Last)
_NO_DEFAULT = inspect.Parameter.empty


class Command:
    """A function of a session and options, as typer takes it: of a context, the options and ``--json``.

    A command that takes references takes ``--last`` in place of one (`optcloud.cli.last_job`). An option whose
    type is a dataclass stands for the options that are its fields: several commands may share them.
    """

    def __init__(self, function: Callable[..., None]) -> None:
        update_wrapper(self, function)
        self.__annotations__ = function.__annotations__
        self._function = function

    @cached_property
    def __signature__(self) -> inspect.Signature:
        """What typer reads, when the command is first asked for."""
        options = [_CONTEXT]
        for parameter in self._parameters:
            options += _fields(parameter.annotation) if is_dataclass(parameter.annotation) else [parameter]
        last = [_LAST] if self._takes_references else []
        return inspect.Signature([*map(_with_name, options), *last, _JSON])

    @cached_property
    def _parameters(self) -> list[inspect.Parameter]:
        return list(inspect.signature(self._function, eval_str=True).parameters.values())[1:]

    @cached_property
    def _takes_references(self) -> bool:
        return any(map(_is_reference, self._parameters))

    def __call__(self, context: typer.Context, *, json: bool, **options: Any) -> None:
        """Run the command; what ``json`` and ``last`` change has been done when the options were read."""
        if self._takes_references:
            del options["last"]  # else it is an option of the command's own, such as the last day of a picture
        for parameter in self._parameters:
            if is_dataclass(parameter.annotation):
                bundle: Any = parameter.annotation
                given = {field.name: options.pop(field.name) for field in _fields(bundle)}
                options[parameter.name] = bundle(**given)
        session = session_of(context)
        of_command: Any = context.command
        named = [each for each in of_command.params if each.param_type_name == "option"]
        session.messages.options = {each.name: each.opts[-1] for each in named}
        self._function(session, **options)


def _is_reference(parameter: inspect.Parameter) -> bool:
    """Say whether it is an argument for references of jobs, by its metavar."""
    described = get_args(parameter.annotation)[-1:]
    return (
        bool(described)
        and isinstance(described[0], typer.models.ArgumentInfo)
        and ((described[0].metavar or "").startswith("REF"))
    )


def _with_name(parameter: inspect.Parameter) -> inspect.Parameter:
    """Name an option after its parameter, where it has no name: typer would add a ``--no-`` to a flag."""
    described = get_args(parameter.annotation)[-1:]
    if not described or not isinstance(described[0], typer.models.OptionInfo) or described[0].default is not ...:
        return parameter
    named = copy(described[0])
    named.param_decls = (f"--{parameter.name.replace('_', '-')}",)
    return parameter.replace(annotation=Annotated[get_args(parameter.annotation)[0], named])


def _fields(bundle: Any) -> list[inspect.Parameter]:
    """Return a dataclass's fields as options."""
    return [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=getattr(bundle, name, _NO_DEFAULT), annotation=annotation
        )
        for name, annotation in get_type_hints(bundle, include_extras=True).items()
    ]


class CommandGroup(typer.Typer):
    """A group of commands, each a function of a session and its options.

    ``default`` names the command that is meant where none is named; ``aliases``: see `optcloud.cli.aliases`.
    """

    def __init__(
        self, *, default: str | None = None, aliases: Mapping[str, str] | None = None, **settings: Any
    ) -> None:
        # plain help: the same on every terminal and in every pipe
        super().__init__(**({"cls": ClickGroup, "rich_markup_mode": None} | settings))
        self.headings: list[str] = []
        self.default, self.aliases = default, aliases or {}

    def command(self, name: str | None = None, **settings: Any) -> Callable[[F], F]:
        """Register a command."""
        register = super().command(name, **({"cls": ClickCommand} | settings))

        def decorate(function: F) -> F:
            register(Command(function))
            return function

        return decorate

    def include(self, heading: str | None, *commands: Callable[..., None], **groups: CommandGroup) -> None:
        """List commands, and groups under their names, below a heading of the help (None: below the usual one)."""
        self.headings += [heading] if heading else []
        for command in commands:
            self.command(rich_help_panel=heading)(command)
        for name, group in groups.items():
            self.add_typer(lazy(group), name=name, rich_help_panel=heading)


class _Lazy(ClickGroup):
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


def lazy(group: CommandGroup) -> typer.Typer:
    """Return the same group, to be built when it is first asked for: a command takes typer a millisecond."""
    words: dict[str, Any] = {"source": group, "built": {}, "headings": group.headings}
    words |= {"default": group.default, "aliases": group.aliases}
    return typer.Typer(cls=type("Lazy", (_Lazy,), words), help=group.info.help)


def _own(args: list[str]) -> list[str]:
    """Leave out what is behind ``--``: options of another command."""
    return args[: args.index("--")] if "--" in args else args


class Root(ClickGroup):
    """The whole command line."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Begin a session and read the options before the command."""
        session = CliSession()
        session.json_in_arguments = "--json" in _own(args)  # a usage error may come before that option is read
        try:
            return super().make_context(info_name, args, parent, **{"obj": session} | extra)
        except UsageError as error:
            raise self._exit(session, error) from error

    def invoke(self, ctx: Any) -> Any:
        """Run a command; its errors are said without a traceback."""
        session = session_of(ctx)
        try:
            with say_log_entries(session.messages):
                return super().invoke(ctx)
        except BrokenPipeError:
            raise  # typer's: the reader of a pipe has gone
        except KNOWN as error:
            if isinstance(error, JobGone):
                session.history.gone(error.ref)
            raise self._exit(session, error) from error
        except KeyboardInterrupt as error:
            session.messages.interrupted(error)
            raise typer.Exit(INTERRUPTED) from error
        except Ended as ended:
            session.messages.interrupted(ended, ended.exit_code)
            raise typer.Exit(ended.exit_code) from ended

    def _exit(self, session: CliSession, error: Exception) -> typer.Exit:
        if session.json_in_arguments:
            session.speak_json()
        session.messages.error(error)
        return typer.Exit(exit_code(error))
