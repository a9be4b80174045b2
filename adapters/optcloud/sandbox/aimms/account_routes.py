"""Everything of the API but tasks."""

from optcloud.sandbox.aimms.access_routes import AccessRoutes
from optcloud.sandbox.aimms.app_routes import AppRoutes
from optcloud.sandbox.aimms.key_routes import KeyRoutes
from optcloud.sandbox.aimms.people_routes import PeopleRoutes
from optcloud.sandbox.aimms.portal_routes import PortalRoutes
from optcloud.sandbox.aimms.scopes import Scoped
from optcloud.sandbox.aimms.server_routes import ServerRoutes
from optcloud.sandbox.aimms.sign_in_routes import SignInRoutes
from optcloud.sandbox.aimms.storage_routes import StorageRoutes
from optcloud.sandbox.world import World


def account_table(world: World) -> list[Scoped]:
    """Operations in the order in which their paths are tried."""
    areas = (AppRoutes, KeyRoutes, PeopleRoutes, AccessRoutes, StorageRoutes, PortalRoutes, SignInRoutes, ServerRoutes)
    return [operation for area in areas for operation in area(world).table()]
