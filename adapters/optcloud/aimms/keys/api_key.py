"""An API key as a value, and how it is read: its secret comes with the reply to its creation, and never again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from attrs import field, frozen

from optcloud.aimms.keys.expiry import expiry_of
from optcloud.aimms.keys.scopes import KeyScope
from optcloud.aimms.replies import JsonObject
from optcloud.core.secret import Secret
from optcloud.core.secret_store import Drawer


@frozen
class ApiKey:
    """An API key. ``secret`` is there when it was just created, and never in ``reply`` (the vendor's JSON).

    ``expires`` is the moment it ends, read as UTC and, for a day, as its beginning (both inferred); None when the
    vendor's text (``expiration_date``) is no date that is understood.
    """

    name: str
    expiration_date: str
    expires: datetime | None
    scopes: tuple[KeyScope, ...]
    secret: Secret | None = field(repr=False)
    reply: Mapping[str, Any] = field(repr=False)

    @property
    def unknown_scopes(self) -> tuple[str, ...]:
        """The words among its scopes that are none of the documented ones."""
        return tuple(scope.word for scope in self.scopes if not scope.known)


class KeyInfo(msgspec.Struct):
    """What is read of a key: less than the document has, so that no key is lost for a field of another type."""

    keyName: str  # noqa: N815 - the vendor's word
    expirationDate: str | None = None  # noqa: N815
    scopes: list[dict[str, Any]] | None = None


def key_of(raw: JsonObject) -> ApiKey:
    """Read a key. Raises `msgspec.ValidationError`."""
    info = msgspec.convert(raw, KeyInfo)
    text = info.expirationDate or ""
    scopes = tuple(KeyScope(str(scope.get("scope", ""))) for scope in info.scopes or ())
    secret = raw.get("secret")
    kept = {name: value for name, value in raw.items() if name != "secret"}
    return ApiKey(info.keyName, text, expiry_of(text), scopes, Secret(str(secret)) if secret else None, kept)


def stored(key: ApiKey, drawer: Drawer) -> ApiKey:
    """Store the secret of a new key and return the key."""
    if key.secret is not None:
        drawer.keep(key.secret)
    return key
