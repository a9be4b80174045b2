"""The routes of the AIMMS services, as their documents have them: each operation behind its scope."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.links import PATH as LINKS
from optcloud_sandbox.aimms.operations.access import AccessOperations
from optcloud_sandbox.aimms.operations.apps import AppOperations, VersionOperations
from optcloud_sandbox.aimms.operations.base import Operations, endpoint
from optcloud_sandbox.aimms.operations.keys import KeyOperations
from optcloud_sandbox.aimms.operations.people import CurrentUserOperations, PeopleOperations
from optcloud_sandbox.aimms.operations.portal import PortalOperations
from optcloud_sandbox.aimms.operations.secret_manager import SecretOperations
from optcloud_sandbox.aimms.operations.server import ServerOperations
from optcloud_sandbox.aimms.operations.session_manager import SessionOperations
from optcloud_sandbox.aimms.operations.sign_in import PORTAL, SignInOperations, portal_page
from optcloud_sandbox.aimms.operations.storage import StorageOperations
from optcloud_sandbox.aimms.operations.tasks import TaskOperations
from optcloud_sandbox.aimms.operations.user_manager import CallerOperations, CallersKeyOperations, DirectoryOperations
from optcloud_sandbox.documents import DocumentedOperation, operations
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.routing import PathRoute, vendor_app
from optcloud_sandbox.urls import AIMMS_BASES
from optcloud_sandbox.world import World

API_V2 = (
    *(TaskOperations, AppOperations, VersionOperations, KeyOperations, PeopleOperations, CurrentUserOperations),
    *(AccessOperations, StorageOperations, PortalOperations, SignInOperations, ServerOperations),
)
SERVICES: dict[str, tuple[type[Operations], ...]] = {
    "aimms_pro": API_V2,
    "aimms_user_manager": (CallerOperations, DirectoryOperations, CallersKeyOperations),
    "aimms_session_manager": (SessionOperations,),
    "aimms_secret_manager": (SecretOperations,),
}


def aimms_app(world: World) -> Starlette:
    async def linked(request: Request) -> Response:
        return await world.aimms.links.serve(request)

    documented = [
        route
        for package, areas in SERVICES.items()
        for operation in operations(package)
        for route in _routes(world, areas, operation)
    ]
    # Addresses that need no key.
    links = PathRoute(f"{LINKS}/{{blob}}", linked, methods=["GET"])
    return vendor_app([*documented, links, PathRoute(PORTAL, portal_page, methods=["GET"])], _refusal_response)


def _refusal_response(refusal: Refusal) -> Response:
    """Error and ErrorMessage have the same three fields; the vendor publishes no codes: these are the sandbox's."""
    content = {"errorId": f"sandbox-{refusal.status}", "errorCode": refusal.status, "message": refusal.message}
    return JSONResponse(content, refusal.status)


def _routes(world: World, areas: tuple[type[Operations], ...], operation: DocumentedOperation) -> list[PathRoute]:
    area = next((area for area in areas if hasattr(area, area.handler(operation))), None)
    carry_out = _not_yet if area is None else endpoint(world, area, operation)
    # The path of an item of secret-manager has slashes in it, escaped or not.
    path = AIMMS_BASES[operation.package] + operation.path.replace("{path}", "{path:path}")
    paths = [path, path.removesuffix("/")] if operation.path == "/" else [path]
    return [PathRoute(spelling, carry_out, methods=[operation.method]) for spelling in paths]


async def _not_yet(_: Request) -> Response:
    """An operation of a newer document than this sandbox knows."""
    raise Refusal(501, "the sandbox does not carry this operation out")
