"""Routers of the vendors: exact paths, refusals in the vendor's own form."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from optcloud.sandbox.refusal import Refusal

Endpoint = Callable[[Request], Awaitable[Response]]
Writer = Callable[[Refusal], Response]


def vendor_app(routes: Sequence[BaseRoute], write: Writer) -> Starlette:
    """Application whose refusals, unknown paths and methods included, `write` puts on the wire."""

    async def refused(_: Request, error: Exception) -> Response:
        if isinstance(error, Refusal):
            return write(error)
        if isinstance(error, HTTPException):
            return write(Refusal(error.status_code, error.detail))
        raise error

    app = Starlette(routes=routes, exception_handlers={Refusal: refused, HTTPException: refused})
    app.router.redirect_slashes = False  # a path with a slash too many is another path
    return app


nowhere = PlainTextResponse(
    "Not Found: the sandbox serves /aimms, /adiutaopt, /cognito, /dex, /gurobi and /sandbox", 404
)
