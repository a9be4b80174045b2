"""The vendors under one root, each by its own prefix."""

from starlette.applications import Starlette
from starlette.routing import Mount

from optcloud.sandbox.adiutaopt.routes import adiutaopt_app
from optcloud.sandbox.aimms.routes import aimms_app
from optcloud.sandbox.cognito.routes import cognito_app
from optcloud.sandbox.control import control_app
from optcloud.sandbox.gurobi.routes import gurobi_app
from optcloud.sandbox.wire import Connections, Wire
from optcloud.sandbox.world import World


def sandbox_app(world: World, connections: Connections) -> Wire:
    cognito = cognito_app(world)
    vendors = Starlette(
        routes=[
            Mount("/aimms", aimms_app(world)),
            Mount("/adiutaopt", adiutaopt_app(world)),
            Mount("/cognito", cognito),
            Mount("/gurobi", gurobi_app(world)),
            Mount("/sandbox", control_app(world)),
        ]
    )
    vendors.router.redirect_slashes = False
    return Wire(vendors, world, connections)
