"""Options that are taken anywhere on the command line: before a group, between groups and commands, and behind them.

A new one is a parameter of `_common`, with a callback that tells the session of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

import typer

from optcloud.cli.options import flag, option
from optcloud.cli.session import session_of


def profile_names(incomplete: str) -> list[str]:
    """Return the profiles whose names begin like this, for the shell to complete."""
    from optcloud.core.errors import ConfigError  # noqa: PLC0415 - only when something is completed
    from optcloud.core.settings_sources import config_file  # noqa: PLC0415

    try:
        return [name for name in config_file().profiles() if name.startswith(incomplete)]
    except ConfigError:
        return []


def _use_profile(context: typer.Context, name: str | None) -> str | None:
    if name is not None:
        session_of(context).profile = name
    return name


def _log_from(level: int) -> Callable[[typer.Context, bool], bool]:
    def more(context: typer.Context, asked: bool) -> bool:
        if asked:
            session_of(context).messages.say_logs_from(level)
        return asked

    return more


def _common(
    *,
    verbose: Annotated[
        bool,
        flag("-v", "--verbose", "Say each request on stderr.", callback=_log_from(logging.INFO), expose_value=False),
    ] = False,
    debug: Annotated[
        bool,
        flag(
            *("--debug", "Say headers, connections, sign-ins and waits, too; secrets are masked."),
            callback=_log_from(logging.DEBUG),
            expose_value=False,
        ),
    ] = False,
    profile: Annotated[
        str | None,
        option(
            *("--profile", "NAME", "Use this profile, and not the environment."),
            callback=_use_profile,
            autocompletion=profile_names,
            expose_value=False,
        ),
    ] = None,
) -> None:
    """Have these options, and do nothing."""


@cache
def common_options() -> list[Any]:
    """Return the options as click knows them."""
    holder = typer.Typer(add_completion=False, rich_markup_mode=None)
    holder.command()(_common)
    return list(typer.main.get_command(holder).params)


def with_common_options(params: list[Any]) -> list[Any]:
    """Return a command's or a group's parameters, and these behind them."""
    names = {param.name for param in params}
    return [*params, *(each for each in common_options() if each.name not in names)]


def behind_common_options(args: list[str]) -> list[str]:
    """Return arguments without the common options that they begin with."""
    values = {name: not each.is_flag for each in common_options() for name in each.opts}
    while args and (name := args[0].partition("=")[0]) in values:
        args = args[2:] if values[name] and name == args[0] else args[1:]
    return args
