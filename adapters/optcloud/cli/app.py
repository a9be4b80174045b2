"""The tree of commands."""

from __future__ import annotations

from typing import Annotated

import typer

import optcloud
from optcloud.cli import job
from optcloud.cli.adiutaopt import app as adiutaopt
from optcloud.cli.aimms.app import app as aimms
from optcloud.cli.demo import demo
from optcloud.cli.group import CommandGroup, Root, lazy
from optcloud.cli.gurobi.app import app as gurobi
from optcloud.cli.options import flag, option
from optcloud.cli.sandbox import sandbox
from optcloud.cli.session import session_of
from optcloud.cli.spec import app as spec

app = CommandGroup(
    cls=Root,
    pretty_exceptions_enable=False,  # they would show local variables, secrets among them
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"optcloud {optcloud.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    profile: Annotated[
        str | None, option("NAME", "Profile of the configuration file, instead of the environment.")
    ] = None,
    version: Annotated[
        bool, flag("--version", "Print the version and leave.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """AIMMS PRO, adiutaOpt and Gurobi Instant Cloud from one command line.

    Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 error, 2 usage, 3 job failed, 4 not authorised,
    5 not found, 6 drift, 7 drift not checked, 8 still running, 130 interrupted (by another signal: 128 + its number).
    """
    session_of(context).profile = profile


app.command()(demo)
app.command()(sandbox)
app.add_typer(lazy(aimms), name="aimms")
app.add_typer(lazy(adiutaopt.app), name="adiutaopt")
app.add_typer(lazy(gurobi), name="gurobi")
app.add_typer(lazy(job.app), name="job")
app.add_typer(lazy(spec.app), name="spec")
