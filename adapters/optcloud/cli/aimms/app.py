"""The tree of `optcloud aimms`."""

from __future__ import annotations

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
    sessions,
    storage,
    tasks,
)
from optcloud.cli.aimms.doctor import doctor, server
from optcloud.cli.group import CommandGroup, lazy

_TASKS = "Tasks"
_APPS = "Apps"
_PEOPLE = "People, keys and secrets"
_TROUBLE = "When something is wrong"


app = CommandGroup(help="AIMMS PRO: tasks, apps, people.", order=(_TASKS, _APPS, _PEOPLE, _TROUBLE))

app.command(rich_help_panel=_TASKS)(run.run)
app.command(rich_help_panel=_TASKS)(tasks.tasks)
app.command(rich_help_panel=_TASKS)(tasks.show)
app.command(rich_help_panel=_TASKS)(tasks.wait)
app.command(rich_help_panel=_TASKS)(tasks.logs)
app.command(rich_help_panel=_TASKS)(tasks.stop)
app.command(rich_help_panel=_TASKS)(tasks.cancel)
app.command(rich_help_panel=_TASKS)(tasks.delete)
app.command(rich_help_panel=_TASKS)(tasks.intermediate)
app.command(rich_help_panel=_TASKS)(tasks.stats)
app.add_typer(lazy(series.app), name="series", rich_help_panel=_TASKS)
app.command(rich_help_panel=_APPS)(publish.publish)
app.add_typer(lazy(apps.app), name="apps", rich_help_panel=_APPS)
app.add_typer(lazy(categories.app), name="categories", rich_help_panel=_APPS)
app.command(rich_help_panel=_APPS)(apps.versions)
app.add_typer(lazy(storage.app), name="storage", rich_help_panel=_APPS)
app.add_typer(lazy(access.app), name="access", rich_help_panel=_PEOPLE)
app.add_typer(lazy(people.app), name="people", rich_help_panel=_PEOPLE)
app.add_typer(lazy(keys.app), name="keys", rich_help_panel=_PEOPLE)
app.add_typer(lazy(secrets.app), name="secrets", rich_help_panel=_PEOPLE)
app.add_typer(lazy(sessions.app), name="sessions", rich_help_panel=_TROUBLE)
app.command(rich_help_panel=_TROUBLE)(doctor)
app.command(rich_help_panel=_TROUBLE)(server)
