"""API keys, and where their secrets are kept."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from datetime import timedelta

from optcloud.clouds.aimms import keys
from optcloud.clouds.aimms.keys import ApiKey, Expiry, Rotation
from optcloud.clouds.aimms.people import Hide
from optcloud.clouds.aimms.scopes import AnyScope
from optcloud.core import vault
from optcloud.core.vault import AnyPlace, Drawer
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection


def kept(key: ApiKey, drawer: Drawer) -> ApiKey:
    """Store the secret of a new key and return the key."""
    if key.secret is not None:
        drawer.keep(key.secret)
    return key


class Keys:
    """API keys.

    A key's secret is shown once: it is in the `ApiKey` that is returned and, with ``store``, at ``keyring:NAME`` or in
    a new file that only its owner can read (``file:PATH`` or a Path). The place is made ready before the key is asked
    for; should storing fail all the same, `SecretNotStored` has the secret.
    """

    def __init__(self, connection: Connection, hide: Hide) -> None:
        self._run = connection.run
        self._hide = hide

    def list(self) -> list[ApiKey]:
        """List the keys."""
        return self._run(keys.list_keys())

    def expiring(self, within: timedelta = timedelta(days=30)) -> builtins.list[ApiKey]:
        """List the keys that end within a time from now or have ended, the soonest first."""
        return self._run(keys.expiring(within))

    def create(
        self,
        name: str,
        expires: Expiry,
        scopes: Iterable[AnyScope],
        *,
        account: str | None = None,
        store: AnyPlace | None = None,
        overwrite: bool = False,
    ) -> ApiKey:
        """Create a key, at most a year ahead, also for an account (`optcloud.clouds.aimms.keys.create`).

        ``overwrite``: ``store`` may have a secret already, which is lost.
        """
        with vault.drawer(store, overwrite=overwrite) as drawer:
            key = self._run(keys.create(name, expires, scopes, account=account, hide=self._hide))
            return kept(key, drawer)

    def delete(self, name: str, *, account: str | None = None) -> None:
        """Delete a key for good: whoever uses it is refused from now on."""
        self._run(keys.delete(name, account=account))

    def rotate(
        self,
        name: str,
        *,
        expires: Expiry = timedelta(days=365),
        scopes: Iterable[AnyScope] | None = None,
        new_name: str | None = None,
        store: AnyPlace | None = None,
    ) -> Rotation:
        """Make a new key, store it in place of the old secret, then delete the old key.

        When storing fails (`SecretNotStored`), the old key is left alone; when deleting fails, the report says that
        both live. Whoever rotates the key in use goes on with a new ``OptCloud``.
        """
        with vault.drawer(store, overwrite=True) as drawer:
            flow = keys.replacement(name, expires=expires, scopes=scopes, new_name=new_name, hide=self._hide)
            key = kept(self._run(flow), drawer)
        return self._run(keys.retire(name, key))


class AsyncKeys:
    """API keys; each verb is awaited.

    A key's secret is shown once: it is in the `ApiKey` that is returned and, with ``store``, at ``keyring:NAME`` or in
    a new file that only its owner can read (``file:PATH`` or a Path). The place is made ready before the key is asked
    for; should storing fail all the same, `SecretNotStored` has the secret.
    """

    def __init__(self, connection: AsyncConnection, hide: Hide) -> None:
        self._run = connection.run
        self._hide = hide

    async def list(self) -> list[ApiKey]:
        """List the keys."""
        return await self._run(keys.list_keys())

    async def expiring(self, within: timedelta = timedelta(days=30)) -> builtins.list[ApiKey]:
        """List the keys that end within a time from now or have ended, the soonest first."""
        return await self._run(keys.expiring(within))

    async def create(
        self,
        name: str,
        expires: Expiry,
        scopes: Iterable[AnyScope],
        *,
        account: str | None = None,
        store: AnyPlace | None = None,
        overwrite: bool = False,
    ) -> ApiKey:
        """Create a key, at most a year ahead, also for an account (`optcloud.clouds.aimms.keys.create`).

        ``overwrite``: ``store`` may have a secret already, which is lost.
        """
        with vault.drawer(store, overwrite=overwrite) as drawer:
            key = await self._run(keys.create(name, expires, scopes, account=account, hide=self._hide))
            return kept(key, drawer)

    async def delete(self, name: str, *, account: str | None = None) -> None:
        """Delete a key for good: whoever uses it is refused from now on."""
        await self._run(keys.delete(name, account=account))

    async def rotate(
        self,
        name: str,
        *,
        expires: Expiry = timedelta(days=365),
        scopes: Iterable[AnyScope] | None = None,
        new_name: str | None = None,
        store: AnyPlace | None = None,
    ) -> Rotation:
        """Make a new key, store it in place of the old secret, then delete the old key.

        When storing fails (`SecretNotStored`), the old key is left alone; when deleting fails, the report says that
        both live. Whoever rotates the key in use goes on with a new ``OptCloud``.
        """
        with vault.drawer(store, overwrite=True) as drawer:
            flow = keys.replacement(name, expires=expires, scopes=scopes, new_name=new_name, hide=self._hide)
            key = kept(await self._run(flow), drawer)
        return await self._run(keys.retire(name, key))
