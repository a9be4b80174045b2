"""The sibling services under one table, each with its prefix."""

from optcloud_sandbox.aimms.scopes import Scoped
from optcloud_sandbox.aimms.siblings.secret_routes import SecretManager
from optcloud_sandbox.aimms.siblings.session_routes import SessionManager
from optcloud_sandbox.aimms.siblings.users import UserManager
from optcloud_sandbox.world import World


def sibling_table(world: World) -> list[Scoped]:
    """Operations in the order in which their paths are tried; paths are whole."""
    services = {
        "user-manager": UserManager(world).table(),
        "session-manager": SessionManager(world).table(),
        "secret-manager": SecretManager(world).table(),
    }
    return [
        (method, f"/pro/{name}/v1{path}", endpoint, scope)
        for name, table in services.items()
        for method, path, endpoint, scope in table
    ]
