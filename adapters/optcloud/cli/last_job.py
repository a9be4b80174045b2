"""``--last``: the job that was submitted last, in place of a reference."""

from __future__ import annotations

from typing import Any

import typer

from optcloud.cli.session import session_of
from optcloud.core.reference import CLOUDS

LAST = "--last"


def with_last_job(ctx: Any, args: list[str]) -> list[str]:
    """Return arguments with the newest job's reference for `LAST`: of the command's cloud, if it is one cloud's.

    Raises `typer.BadParameter` where none is known, `ConfigError` where the history cannot be read.
    """
    count = args.index("--") if "--" in args else len(args)
    if LAST not in args[:count] or {"-h", "--help"}.intersection(args[:count]):
        return args
    session, profile = session_of(ctx), _profile_in(args[:count])
    profile = profile or session.profile
    cloud = next((word for word in ctx.command_path.split() if word in CLOUDS), None)
    found = session.history.jobs(cloud=cloud, profile=profile, limit=1)
    if not found:
        which = "".join(f" of {word}" for word in (cloud, profile) if word)
        off = session.history.path is None
        known = "no history is kept (OPTCLOUD_HISTORY is off)" if off else f"no job{which} was submitted from here"
        raise typer.BadParameter(f"{known}: give its reference", param_hint=LAST, ctx=ctx)
    return [found[0].ref if arg == LAST else arg for arg in args[:count]] + args[count:]


def _profile_in(args: list[str]) -> str | None:
    """Return what ``--profile`` says behind the command: it is not read yet."""
    for name, value in zip(args, [*args[1:], ""], strict=True):
        if name == "--profile":
            return value
        if name.startswith("--profile="):
            return name.partition("=")[2]
    return None
