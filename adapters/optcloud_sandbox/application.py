"""The vendors under one root, each by its own prefix."""

from optcloud_sandbox.adiutaopt.routes import adiutaopt_app
from optcloud_sandbox.aimms.routes import aimms_app
from optcloud_sandbox.cognito.routes import cognito_app
from optcloud_sandbox.connections import Connections
from optcloud_sandbox.dex.routes import dex_app
from optcloud_sandbox.gurobi.routes import gurobi_app
from optcloud_sandbox.http_control import control_app
from optcloud_sandbox.messages import Message, Receive, Send
from optcloud_sandbox.routing import no_such_vendor, sent_path
from optcloud_sandbox.wire import Wire
from optcloud_sandbox.world import World


class _Vendors:
    """ASGI application that hands a request to the vendor its path begins with."""

    def __init__(self, world: World) -> None:
        self._apps = {
            "aimms": aimms_app(world),
            "adiutaopt": adiutaopt_app(world),
            "cognito": cognito_app(world),
            "dex": dex_app(world),
            "gurobi": gurobi_app(world),
            "sandbox": control_app(world),
        }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        name, _, rest = sent_path(scope["raw_path"]).removeprefix("/").partition("/")
        app = self._apps.get(name, no_such_vendor)
        # The root of a vendor with and without a slash: boto3 sends "/cognito", Amazon's JavaScript "/cognito/".
        await app({**scope, "root_path": f"/{name}", "path": f"/{name}/{rest}"}, receive, send)


def sandbox_app(world: World, connections: Connections) -> Wire:
    return Wire(_Vendors(world), world, connections)
