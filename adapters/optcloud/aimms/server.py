"""Is AIMMS PRO there, is it well, and which version is it? No scope is needed for that, only a key.

Sources: AIMMS facts 1 (tags Server and Portal).
"""

from __future__ import annotations

import msgspec
from attrs import frozen

from aimms_pro.api.portal import get_pro_version
from aimms_pro.api.server import get_version, health_check
from optcloud.aimms.replies import ask
from optcloud.core.errors import BadRequest, Forbidden, NotFound, ServerError
from optcloud.core.flow import Call, Flow


@frozen
class ServerInfo:
    """The server's version and health. ``pro_version`` is the platform's (24.13.1 …), None where it is not told.

    ``trouble`` is what the server says of its health, None when it is well.
    """

    version: str
    pro_version: str | None
    trouble: str | None

    @property
    def healthy(self) -> bool:
        """Whether the health check was passed."""
        return self.trouble is None


def server() -> Flow[ServerInfo]:
    """Ask AIMMS PRO for its version and its health.

    A failed health check is part of the answer; all other errors are raised.
    """
    version = yield from _version()
    pro_version = yield from _pro_version()
    return ServerInfo(version, pro_version, (yield from _trouble()))


def _version() -> Flow[str]:
    found: _VersionReply = (yield from ask(get_version._get_kwargs())).read(_VersionReply)
    return found.version


def _pro_version() -> Flow[str | None]:
    """Ask for the platform's version; who may is not published (AIMMS facts 8.12), so a refusal is no fault."""
    try:
        answer = yield from ask(get_pro_version._get_kwargs())
    except (BadRequest, Forbidden, NotFound):
        return None
    found: _VersionReply = answer.read(_VersionReply)
    return found.version or None


def _trouble() -> Flow[str | None]:
    """Return why the server is not well. It says so with a 5XX, which is asked again a few times as any read is."""
    try:
        yield Call(health_check._get_kwargs())
    except ServerError as error:
        return error.message
    return None


class _VersionReply(msgspec.Struct):
    version: str = ""
