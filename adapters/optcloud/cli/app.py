"""The tree of commands."""

from __future__ import annotations

from typing import Annotated

import typer

import optcloud
from optcloud.cli import job
from optcloud.cli.adiutaopt import login, packages, plans, solve
from optcloud.cli.aimms import (
    access,
    apps,
    categories,
    keys,
    people,
    publish,
    run,
    secrets,
    series,
    server,
    sessions,
    storage,
    tasks,
)
from optcloud.cli.batch import app as batch
from optcloud.cli.config import app as config
from optcloud.cli.demo import demo
from optcloud.cli.doctor import cloud_doctor, doctor
from optcloud.cli.group import CommandGroup, Root
from optcloud.cli.gurobi import licenses, machines
from optcloud.cli.gurobi.launch import launch
from optcloud.cli.gurobi.migrate import migrate
from optcloud.cli.gurobi.reap import reap
from optcloud.cli.gurobi.run import run as run_on_machines
from optcloud.cli.options import flag
from optcloud.cli.sandbox.command import sandbox
from optcloud.cli.spec import app as spec

app = CommandGroup(
    cls=Root,
    pretty_exceptions_enable=False,  # they would show local variables, secrets among them
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

ITS_OWN = {"allow_interspersed_args": False}  # what follows COMMAND is COMMAND's


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"optcloud {optcloud.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, flag("--version", "Print the version and leave.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """AIMMS PRO, adiutaOpt and Gurobi Instant Cloud from one command line.

    Data goes to stdout, talk to stderr. Exit codes: 0 done, 1 error, 2 usage, 3 job failed, 4 not authorised, 5 not
    found, 6 drift, 7 drift not checked, 8 still running, 130 interrupted (by another signal: 128 + its number).

    Examples:
        optcloud demo
        optcloud aimms run Scheduling solve --input problem.json
        optcloud job result aimms:default/6f1c -o response.json
    """


_OF_TASKS = ("show", "wait", "logs", "stop", "cancel", "delete", "intermediate", "stats")

aimms = CommandGroup(
    help="""AIMMS PRO: tasks, apps, people, keys and secrets.

    Examples:
        optcloud aimms run Scheduling solve --input problem.json
        optcloud aimms tasks list --app Scheduling
        optcloud aimms apps list
    """,
    aliases={name: f"tasks {name}" for name in _OF_TASKS} | {"versions": "apps aimms-versions"},
)
aimms.include(
    "Tasks",
    run.run,
    tasks=tasks.app,
    series=series.app,
)
aimms.include("Apps", publish.publish, apps=apps.app, categories=categories.app, storage=storage.app)
aimms.include("People, keys and secrets", access=access.app, people=people.app, keys=keys.app, secrets=secrets.app)
aimms.include("When something is wrong", server.server, sessions=sessions.app)

adiutaopt = CommandGroup(
    help="""adiutaOpt: solve planning problems, and look at plans.

    Examples:
        optcloud adiutaopt check problem.json
        optcloud adiutaopt solve problem.json -o plan.json
        optcloud adiutaopt show plan.json --gantt plan.html
    """
)
adiutaopt.include(
    None, login.login, login.logout, solve.check, plans.show, plans.diff, solve.solve, packages=packages.app
)

gurobi = CommandGroup(
    help="""Gurobi Instant Cloud: rent machines.

    By API v1, deprecated by its vendor. Of v2 (OPTCLOUD_GUROBI_API=v2) what is published: machines and licenses.

    Examples:
        optcloud gurobi run -- python plan.py
        optcloud gurobi launch 2 --license-file gurobi.lic
        optcloud gurobi kill --all
    """
)
gurobi.include(None, launch)
gurobi.command(context_settings=ITS_OWN)(run_on_machines)
gurobi.include(None, machines=machines.app, licenses=licenses.app)
gurobi.include(None, machines.kill, reap, migrate)

for cloud, group in {"aimms": aimms, "adiutaopt": adiutaopt, "gurobi": gurobi}.items():
    group.command("doctor", hidden=True)(cloud_doctor(cloud))

app.include(None, demo, doctor)
app.command(context_settings=ITS_OWN)(sandbox)
app.include(None, config=config.app, aimms=aimms, adiutaopt=adiutaopt, gurobi=gurobi)
app.include(None, batch=batch.app, job=job.app, spec=spec.app)
