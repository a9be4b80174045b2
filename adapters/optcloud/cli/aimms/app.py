"""The tree of `optcloud aimms`."""

from __future__ import annotations

import typer

from optcloud.cli.aimms import apps, categories, publish, run, storage, tasks
from optcloud.cli.aimms.doctor import doctor
from optcloud.cli.aimms.versions import versions
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
app.add_typer(apps.app, name="apps", rich_help_panel=_APPS)
app.add_typer(categories.app, name="categories", rich_help_panel=_APPS)
app.command(rich_help_panel=_APPS)(versions)
app.add_typer(storage.app, name="storage", rich_help_panel=_APPS)
app.command(rich_help_panel=_TROUBLE)(doctor)
