"""Secrets that AIMMS PRO keeps (the sibling service secret-manager)."""

from __future__ import annotations

from aimms_secret_manager.client import AuthenticatedClient
from optcloud.aimms.services import secret_manager as secrets
from optcloud.aimms.services.common import Sort
from optcloud.aimms.services.secret_manager import Holder, Item, ItemAccess, ItemRight
from optcloud.core.secret import Hide, Secret, as_secret
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection
from optcloud.transport.httpx_mapping import SIGNED_BY_TRANSPORT


class Secrets:
    """Secrets and directories that AIMMS PRO keeps (secret-manager).

    A path is ``"databases/production"``, the root ``"/"``. Contents are `Secret`: hidden until revealed.
    """

    def __init__(self, connection: Connection, hide: Hide) -> None:
        self._run = connection.run
        self._hide = hide
        self.client = AuthenticatedClient(base_url=str(connection.client.base_url), token=SIGNED_BY_TRANSPORT)
        """The generated client of secret-manager, signed, retried and raising our errors."""
        self.client.set_httpx_client(connection.client)

    def get(self, path: str = secrets.ROOT, *, sort: Sort | None = None) -> Item:
        """Return a secret with its content, or a directory with what is in it. Raises `NotFound`."""
        return self._run(secrets.get(path, sort=sort, hide=self._hide))

    def create(self, path: str, content: Secret | str) -> None:
        """Create a secret; it starts with the access of its directory. Raises `Conflict` (status inferred)."""
        content = as_secret(content)
        self._run(secrets.create(path, content, hide=self._hide))

    def create_directory(self, path: str) -> None:
        """Create a directory; it starts with the access of the one that it is in."""
        self._run(secrets.create_directory(path))

    def update(self, path: str, *, content: Secret | str | None = None, name: str | None = None) -> None:
        """Change a secret's content, or the name of an item (inferred); what is not given stays."""
        content = as_secret(content)
        self._run(secrets.change(path, content=content, name=name, hide=self._hide))

    def delete(self, path: str) -> None:
        """Delete a secret or an empty directory."""
        self._run(secrets.delete(path))

    def access(self, path: str = secrets.ROOT) -> list[ItemAccess]:
        """List who has access to an item; for admins."""
        return self._run(secrets.access(path))

    def grant(self, path: str, whom: Holder, right: ItemRight = "read") -> None:
        """Give ``"ACME/user:ada"`` or ``"ACME/group:planners"`` access to an item, or change it."""
        self._run(secrets.grant(path, whom, right))

    def revoke(self, path: str, whom: Holder) -> None:
        """Take a user's or a group's access to an item."""
        self._run(secrets.revoke(path, whom))


class AsyncSecrets:
    """Secrets and directories that AIMMS PRO keeps (secret-manager); each verb is awaited.

    A path is ``"databases/production"``, the root ``"/"``. Contents are `Secret`: hidden until revealed.
    """

    def __init__(self, connection: AsyncConnection, hide: Hide) -> None:
        self._run = connection.run
        self._hide = hide
        self.client = AuthenticatedClient(base_url=str(connection.client.base_url), token=SIGNED_BY_TRANSPORT)
        """The generated client of secret-manager, signed, retried and raising our errors."""
        self.client.set_async_httpx_client(connection.client)

    async def get(self, path: str = secrets.ROOT, *, sort: Sort | None = None) -> Item:
        """Return a secret with its content, or a directory with what is in it. Raises `NotFound`."""
        return await self._run(secrets.get(path, sort=sort, hide=self._hide))

    async def create(self, path: str, content: Secret | str) -> None:
        """Create a secret; it starts with the access of its directory. Raises `Conflict` (status inferred)."""
        content = as_secret(content)
        await self._run(secrets.create(path, content, hide=self._hide))

    async def create_directory(self, path: str) -> None:
        """Create a directory; it starts with the access of the one that it is in."""
        await self._run(secrets.create_directory(path))

    async def update(self, path: str, *, content: Secret | str | None = None, name: str | None = None) -> None:
        """Change a secret's content, or the name of an item (inferred); what is not given stays."""
        content = as_secret(content)
        await self._run(secrets.change(path, content=content, name=name, hide=self._hide))

    async def delete(self, path: str) -> None:
        """Delete a secret or an empty directory."""
        await self._run(secrets.delete(path))

    async def access(self, path: str = secrets.ROOT) -> list[ItemAccess]:
        """List who has access to an item; for admins."""
        return await self._run(secrets.access(path))

    async def grant(self, path: str, whom: Holder, right: ItemRight = "read") -> None:
        """Give ``"ACME/user:ada"`` or ``"ACME/group:planners"`` access to an item, or change it."""
        await self._run(secrets.grant(path, whom, right))

    async def revoke(self, path: str, whom: Holder) -> None:
        """Take a user's or a group's access to an item."""
        await self._run(secrets.revoke(path, whom))
