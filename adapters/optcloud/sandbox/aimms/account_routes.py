"""Everything of the API but tasks: people, keys."""

from optcloud.sandbox.aimms.key_routes import KeyRoutes
from optcloud.sandbox.aimms.people_routes import PeopleRoutes
from optcloud.sandbox.aimms.scopes import Scoped
from optcloud.sandbox.world import World


def account_table(world: World) -> list[Scoped]:
    """Operations in the order in which their paths are tried."""
    return [*KeyRoutes(world).table(), *PeopleRoutes(world).table()]
