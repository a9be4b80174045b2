"""The caller's API keys by the newer service (user-manager), and the scopes that they can have.

Scope: APIKey. Source: vendor page "Managing API Keys" of 2026.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from aimms_user_manager.api.api_key import create_api_key, delete_api_key, get_authorization_scopes, list_api_keys
from aimms_user_manager.models.new_api_key import NewApiKey
from optcloud.aimms.connection import USER_MANAGER, sibling_vendor
from optcloud.aimms.keys.api_key import ApiKey, stored
from optcloud.aimms.keys.expiry import Expiry, expiration_day, expiry_of, now_by_the_clock
from optcloud.aimms.keys.scopes import AnyScope, KeyScope, key_scopes
from optcloud.aimms.namespaces import NamespaceVerbs
from optcloud.aimms.people.entities import need_name
from optcloud.aimms.replies import JsonObject, array_of, ask
from optcloud.aimms.services.siblings import refused, text_of
from optcloud.core import secret_store as vault
from optcloud.core.flow import Call, Flow
from optcloud.core.secret import Hide, Secret, not_hidden
from optcloud.core.secret_store import AnyPlace
from optcloud.core.verbs import verb, verb_of
from optcloud.handles.creation import created, field_in, object_in


def scopes() -> Flow[list[KeyScope]]:
    """List the scopes that a key can have, in the service's own words.

    Inferred: the reply is a list of words, or of objects that have the word as ``scope`` or ``name``.
    """
    answer = yield from ask(get_authorization_scopes._get_kwargs(), USER_MANAGER)
    listed = array_of(answer.read(Any))
    words = [_word(scope) for scope in listed or ()]
    if listed is None or not all(words):
        raise answer.mismatch("the reply is no list of scopes")
    return [KeyScope(word) for word in words]


def _word(raw: Any) -> str:
    return raw if isinstance(raw, str) else text_of(raw, "scope", "name") if isinstance(raw, dict) else ""


def _key(raw: JsonObject) -> ApiKey:
    text = text_of(raw, "expiration_date")
    listed = raw.get("scopes")
    words = tuple(KeyScope(_word(scope)) for scope in (listed if isinstance(listed, list) else ()))
    value = text_of(raw, "value")
    kept = {name: value for name, value in raw.items() if name != "value"}
    return ApiKey(text_of(raw, "name"), text, expiry_of(text), words, Secret(value) if value else None, kept)


def list_keys() -> Flow[list[ApiKey]]:
    """List the caller's API keys."""
    return [_key(item) for item in (yield from ask(list_api_keys._get_kwargs(), USER_MANAGER)).objects()]


def create_key(name: str, expires: Expiry, given: Iterable[AnyScope], *, hide: Hide = not_hidden) -> Flow[ApiKey]:
    """Create a key for the caller, at most a year ahead (checked before sending); its value comes back once.

    Raises as `optcloud.aimms.keys.keys.create` does.
    """
    now = yield from now_by_the_clock()
    words = [scope.word for scope in key_scopes(given)]
    if not words:
        raise refused("scopes: a key needs one at least", USER_MANAGER)
    day = expiration_day(expires, now)
    body = {"name": need_name(name, "name"), "expiration_date": day.isoformat(), "scopes": words}
    call = Call(create_api_key._get_kwargs(body=NewApiKey.from_dict(body)))
    missing = f"the key {name!r} was created, but its value is not in the reply: delete it and make another"
    vendor = sibling_vendor(USER_MANAGER)
    made = yield from created(call, partial(field_in, name="value"), vendor=vendor, missing=missing)
    hide(Secret(made.found))
    return _key({**body, **object_in(made.body), "value": made.found})


def delete_key(name: str) -> Flow[None]:
    """Delete an API key for good: whoever uses it is refused from now on."""
    yield Call(delete_api_key._get_kwargs(need_name(name, "name")))


# ---------------------------------------------------------------- verbs


class DirectoryKeysVerbs(NamespaceVerbs):
    """The verbs of both forms."""

    scopes = verb_of(scopes)
    list_keys = verb_of(list_keys)
    delete_key = verb_of(delete_key)

    @verb
    def create_key(
        self,
        name: str,
        expires: Expiry,
        scopes: Iterable[AnyScope],
        *,
        store: AnyPlace | None = None,
        overwrite: bool = False,
    ) -> Flow[ApiKey]:
        """Create an API key, at most a year ahead; ``store`` and ``overwrite`` as with `oc.aimms.keys.create`."""
        with vault.drawer(store, overwrite=overwrite) as drawer:
            return stored((yield from create_key(name, expires, scopes, hide=self._hide)), drawer)
