"""Everything of the API but tasks."""

from optcloud_sandbox.aimms.access_routes import AccessRoutes
from optcloud_sandbox.aimms.app_routes import AppRoutes
from optcloud_sandbox.aimms.key_routes import KeyRoutes
from optcloud_sandbox.aimms.people_routes import PeopleRoutes
from optcloud_sandbox.aimms.portal_routes import PortalRoutes
from optcloud_sandbox.aimms.scopes import Scoped
from optcloud_sandbox.aimms.server_routes import ServerRoutes
from optcloud_sandbox.aimms.sign_in_routes import SignInRoutes
from optcloud_sandbox.aimms.storage_routes import StorageRoutes
from optcloud_sandbox.world import World


def account_table(world: World) -> list[Scoped]:
    """Operations in the order in which their paths are tried."""
    areas = (AppRoutes, KeyRoutes, PeopleRoutes, AccessRoutes, StorageRoutes, PortalRoutes, SignInRoutes, ServerRoutes)
    return [operation for area in areas for operation in area(world).table()]
