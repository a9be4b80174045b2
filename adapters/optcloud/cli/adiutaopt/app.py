"""The tree of `optcloud adiutaopt`."""

from __future__ import annotations

from optcloud.cli.adiutaopt.login import login, logout
from optcloud.cli.adiutaopt.plans import diff, show
from optcloud.cli.adiutaopt.solve import check, solve
from optcloud.cli.group import CommandGroup

app = CommandGroup(help="adiutaOpt: solve planning problems.")

app.command()(login)
app.command()(logout)
app.command()(check)
app.command()(show)
app.command()(diff)
app.command()(solve)
