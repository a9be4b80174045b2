"""The tree of `optcloud aimms`."""

from __future__ import annotations

import typer

from optcloud.cli.aimms import publish, run, tasks
from optcloud.cli.aimms.doctor import doctor
from optcloud.cli.group import Group

app = typer.Typer(cls=Group, help="AIMMS PRO: tasks, apps, people.")

_TASKS = "Tasks"
_APPS = "Apps"
_TROUBLE = "Trouble"

app.command(rich_help_panel=_TASKS)(run.run)
app.command(rich_help_panel=_TASKS)(tasks.tasks)
app.command(rich_help_panel=_TASKS)(tasks.stop)
app.command(rich_help_panel=_TASKS)(tasks.cancel)
app.command(rich_help_panel=_TASKS)(tasks.delete)
app.command(rich_help_panel=_APPS)(publish.publish)
app.command(rich_help_panel=_TROUBLE)(doctor)
