"""API keys, and where their secrets are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from optcloud.aimms.keys import flows as keys
from optcloud.aimms.keys.flows import ApiKey, Expiry, Rotation
from optcloud.aimms.keys.scopes import AnyScope
from optcloud.core import secret_store as vault
from optcloud.core.flow import AsyncRunner, Flow, Runner
from optcloud.core.secret import Hide
from optcloud.core.secret_store import AnyPlace, Drawer
from optcloud.core.verbs import AsyncNamespace, Namespace, verb, verb_of


def kept(key: ApiKey, drawer: Drawer) -> ApiKey:
    """Store the secret of a new key and return the key."""
    if key.secret is not None:
        drawer.keep(key.secret)
    return key


class _KeysVerbs:
    _hide: Hide
    list = verb_of(keys.list_keys)
    expiring = verb_of(keys.expiring)
    delete = verb_of(keys.delete)

    @verb
    def create(
        self,
        name: str,
        expires: Expiry,
        scopes: Iterable[AnyScope],
        *,
        account: str | None = None,
        store: AnyPlace | None = None,
        overwrite: bool = False,
    ) -> Flow[ApiKey]:
        """Create a key, at most a year ahead, also for an account (`optcloud.aimms.keys.flows.create`).

        ``overwrite``: ``store`` may have a secret already, which is lost.
        """
        with vault.drawer(store, overwrite=overwrite) as drawer:
            key = yield from keys.create(name, expires, scopes, account=account, hide=self._hide)
            return kept(key, drawer)

    @verb
    def rotate(
        self,
        name: str,
        *,
        expires: Expiry = timedelta(days=365),
        scopes: Iterable[AnyScope] | None = None,
        new_name: str | None = None,
        store: AnyPlace | None = None,
    ) -> Flow[Rotation]:
        """Make a new key, store it in place of the old secret, then delete the old key.

        When storing fails (`SecretNotStored`), the old key is left alone; when deleting fails, the report says that
        both live. Whoever rotates the key in use goes on with a new ``OptCloud``.
        """
        with vault.drawer(store, overwrite=True) as drawer:
            flow = keys.replacement(name, expires=expires, scopes=scopes, new_name=new_name, hide=self._hide)
            key = kept((yield from flow), drawer)
        return (yield from keys.retire(name, key))


class Keys(_KeysVerbs, Namespace):
    """API keys.

    A key's secret is shown once: it is in the `ApiKey` that is returned and, with ``store``, at ``keyring:NAME`` or in
    a new file that only its owner can read (``file:PATH`` or a Path). The place is made ready before the key is asked
    for; should storing fail all the same, `SecretNotStored` has the secret.
    """

    def __init__(self, connection: Runner, hide: Hide) -> None:
        super().__init__(connection)
        self._hide = hide


class AsyncKeys(_KeysVerbs, AsyncNamespace):
    """API keys, as `Keys`; each verb is awaited."""

    def __init__(self, connection: AsyncRunner, hide: Hide) -> None:
        super().__init__(connection)
        self._hide = hide
