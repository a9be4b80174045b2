"""Routers of the vendors: exact paths, refusals in the vendor's own form."""

import re
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote, unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import Receive, Scope, Send

from optcloud_sandbox.messages import BODY_KEY
from optcloud_sandbox.refusal import Refusal

Endpoint = Callable[[Request], Awaitable[Response]]
Writer = Callable[[Refusal], Response]

_IN_SEGMENT = "-._~!$&'()*+,;=:@"  # what need not be escaped there (RFC 3986, 3.3)
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.~-]+)(?::(\d{1,5}))?", re.ASCII)
_MOST_PORT = 65535


def sent_path(raw: bytes) -> str:
    """A path as it was sent, each segment in one spelling: a slash inside a name stays %2F, inside its segment."""
    return "/".join(quote(unquote(segment), safe=_IN_SEGMENT) for segment in raw.decode("ascii").split("/"))


class PathRoute(Route):
    """A route over a path by `sent_path`, behind the checks of every request; its parameters are names as meant."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        if "path_params" in found:
            names = {name: unquote(found["path_params"][name]) for name in self.param_convertors}
            found["path_params"] = found["path_params"] | names
        return match, found

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        _check(Request(scope))
        await super().handle(scope, receive, send)


class _Router(Router):
    """Tells with a 405 all methods that the path has."""

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().app(scope, receive, send)
        except HTTPException as error:
            if error.status_code != 405:
                raise
            routes = [route for route in self.routes if route.matches(scope)[0] is not Match.NONE]
            methods = {method for route in routes if isinstance(route, Route) for method in route.methods or ()}
            raise HTTPException(405, headers={"allow": ", ".join(sorted(methods))}) from error


def vendor_app(routes: Sequence[BaseRoute], write: Writer, unusable: Sequence[type[Exception]] = ()) -> Starlette:
    """Application whose refusals, unknown paths and methods included, `write` puts on the wire.

    An error of the classes `unusable` is a 400 with its words.
    """

    async def refused(_: Request, error: Exception) -> Response:
        refusal = _refusal(error)
        response = write(refusal)
        response.headers.update(refusal.headers or {})
        return response

    app = Starlette(exception_handlers=dict.fromkeys((Refusal, HTTPException, *unusable), refused))
    app.router = _Router(routes, redirect_slashes=False)  # a path with a slash too many is another path
    return app


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HTTPException):
        return Refusal(error.status_code, error.detail, headers=error.headers)
    return Refusal(400, str(error))


def _check(request: Request) -> None:
    """Refusal for what no vendor takes (statuses by RFC 9110 and 9112)."""
    host = _HOST.fullmatch(request.headers.get("host", "sandbox"))
    if host is None or int(host[1] or 0) > _MOST_PORT:
        raise Refusal(400, "the header Host is no name or address with a port")
    body = request.scope[BODY_KEY]
    if body.size > body.limit:
        raise Refusal(
            413, f"a body must not exceed {body.limit} bytes here, got {body.size}{'' if body.whole else '…'}"
        )
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if body.size and coding != "identity":
        raise Refusal(
            415, f"content-encoding must be identity, got {coding!r}", headers={"accept-encoding": "identity"}
        )


no_such_vendor = PlainTextResponse(
    "Not Found: the sandbox serves /aimms, /adiutaopt, /cognito, /dex, /gurobi and /sandbox", 404
)
