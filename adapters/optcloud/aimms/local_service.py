"""A local AIMMS: the DEX service that a model starts on a developer's desk (``dex::api::StartAPIService``).

Source: AIMMS facts 3 (vendor page on the Data Exchange library, rest-server). It has no key, no apps and no
versions; tasks are created by the service's name alone. Looking, listing, interrupting and deleting are the same
requests as in the cloud, for which the generated functions serve; here is what those do not know.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlsplit

from attrs import frozen

from optcloud.core.errors import AuthError, Unsupported
from optcloud.core.flow import Flow, Request

VENDOR = "AIMMS DEX"
_REFUSALS = {"4XX": ["application/json"], "5XX": ["application/json"]}
_OFFERED = re.compile(r"/echo|/tasks(/[^/]+(/(response|status))?)?")  # below the base of a DEX service
_STATS = ("GET", "/tasks/stats")  # there a task of that id; POST would be a service of that name


@frozen
class NoKey:
    """No credentials: DEX before 23.1.0.13 took a call with an ``apikey`` header for one of the cloud, and failed."""

    base_url: str

    def sign(self, request: Request) -> Flow[None]:
        """Let pass what a DEX service knows. Raises `Unsupported` for everything else, which the cloud alone has."""
        path = urlsplit(str(request.url)).path.removeprefix(urlsplit(self.base_url).path)
        if _OFFERED.fullmatch(path) is None or (request.method, path) == _STATS:
            raise Unsupported(
                f"a local DEX service runs tasks and knows nothing else ({request.method} {path}): "
                "switch off the setting aimms.local to ask the cloud"
            )
        yield from ()

    def reject(self, request: Request, error: AuthError) -> Flow[bool]:
        """There is nothing else to try."""
        yield from ()
        return False


def create_arguments(service: str) -> dict[str, Any]:
    """``POST /tasks/{service}``: creates a task; 403 for a service that the model does not have."""
    return _arguments("post", "/tasks/{service}", service, "createLocalTask", "application/json")


def status_arguments(task: str) -> dict[str, Any]:
    """``GET /tasks/{id}/status``: what the service wrote as its intermediate status; 404 while there is none."""
    return _arguments("get", "/tasks/{task}/status", task, "getLocalTaskStatus", "*/*")


def _arguments(method: str, path: str, name: str, operation: str, media_type: str) -> dict[str, Any]:
    responses = {"200": [media_type], **_REFUSALS}
    quoted = quote(name, safe="", errors="surrogatepass")
    return {
        "method": method,
        "url": path.format(service=quoted, task=quoted),
        "headers": {"Accept": media_type},
        "extensions": {"operation": {"id": operation, "path": path, "responses": responses}},
    }


def refuse_cloud_only(**given: object) -> None:
    """Refuse what a local service does not do (scheduling, hooks) rather than leave it out silently.

    Raises `Unsupported`, before anything is sent.
    """
    asked = [name for name, value in given.items() if value is not None]
    if asked:
        raise Unsupported(
            f"{', '.join(asked)}: a local DEX service runs a task at once and calls nobody; AIMMS PRO in the cloud does"
        )
