"""`optcloud gurobi`: machines of Gurobi Instant Cloud (API v1, deprecated by its vendor)."""

from __future__ import annotations

from optcloud.cli.group import CommandGroup
from optcloud.cli.gurobi.launch import launch
from optcloud.cli.gurobi.machines import kill, licenses, machines
from optcloud.cli.gurobi.migrate import migrate
from optcloud.cli.gurobi.reap import reap
from optcloud.cli.gurobi.run import run

_HELP = """Gurobi Instant Cloud: rent machines.

By API v1, deprecated by its vendor. Of v2 (OPTCLOUD_GUROBI_API=v2) what is published: machines and licenses.
"""
app = CommandGroup(help=_HELP)

app.command()(launch)
app.command(context_settings={"allow_interspersed_args": False})(run)  # what follows COMMAND is its own
app.command()(machines)
app.command()(licenses)
app.command()(kill)
app.command()(reap)
app.command()(migrate)
