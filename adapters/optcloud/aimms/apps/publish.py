"""Publishing an app, in words people use, once or as often as CI runs.

Sources: vendor pages "Managing Apps" and "AIMMS Application Management"; AIMMS facts 4, 6.2 and 8.10.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from aimms_pro.api.application import publish_app
from aimms_pro.models.pro_app_metadata import PROAppMetadata
from aimms_pro.models.publish_app_body import PublishAppBody
from aimms_pro.types import UNSET
from optcloud.aimms.apps.app import App, entry_of, find_app, update_app
from optcloud.aimms.apps.publish_words import ICONS, PublishWords, described
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.replies import AimmsReply, JsonObject
from optcloud.aimms.storage import storage
from optcloud.aimms.uploads import Source, measured, part, picture, plain_metadata, sha256_of
from optcloud.core.errors import (
    Conflict,
    OptCloudError,
    TransportError,
)
from optcloud.core.flow import Call, Flow, Progress, Reply
from optcloud.core.payload import Payload
from optcloud.core.unknown_outcome import may_have_happened, note_instead, tell_how_to_look

HASH = "optcloudSha256"
"""The attribute that keeps the content's hash, with ``if_changed``."""
# What is done to an older version, not what the app is: no part of its hash.
_ABOUT_THE_OLD = frozenset({"publishBehavior", "oldProjectName", "oldProjectVersion"})


@frozen
class Published:
    """The app, and whether this call published it (False: ``if_changed`` found it, the same in content)."""

    app: App
    changed: bool


def publish(
    pack: Source,
    metadata: Mapping[str, Any] | None = None,
    *,
    name: str | None = None,
    version: str | None = None,
    aimms_version: str | None = None,
    description: str | None = None,
    category: str | None = None,
    attributes: Mapping[str, str] | None = None,
    web_ui: bool | None = None,
    icon: Source | None = None,
    icon_label: str | None = None,
    resource_profile: str | None = None,
    keep_old: str | None = None,
    hide_old: str | None = None,
    old_name: str | None = None,
    latest: bool = False,
    if_changed: bool = False,
    progress: Progress | None = None,
) -> Flow[Published]:
    """Publish an ``.aimmspack``, once or as often as CI runs; sent at most once unless it provably never left.

    ``name``, ``version`` and ``aimms_version`` are needed. ``metadata`` is the same in the vendor's words
    (``projectVersion``, ``publishBehavior`` …), also words that are not known here; what is said in both must agree.

    - ``name``, ``version``: together unique. ``aimms_version``: an id of ``oc.aimms.versions()``.
    - ``description``; ``category`` by its name; ``attributes``: text to text; ``web_ui``: the attribute ``isWebUI``.
    - ``icon``: a picture; sent along, or, with ``icon_label``, stored under ``/icons/<icon_label>`` first and referred
      to by the attribute ``iconUrl``.
    - ``resource_profile``: the name of one of ``oc.aimms.apps.resource_profiles()``, ``<account>`` or ``<unknown>``;
      which of these two an app has otherwise, the vendor's pages do not agree on.
    - ``keep_old``, ``hide_old``: the version that this one replaces and whose settings and access it takes over. A
      hidden one is seen by administrators only, its queued tasks go on. ``old_name``: where the old one is called
      otherwise. Needs PRO 24.2.2.
    - ``latest``: give it the latest tag afterwards, by a second request; a new app has none until then.
    - ``if_changed``: look first, and publish only what is not there yet (safe to run again and again in CI).
    - ``progress``: called with `optcloud.core.events.Transferred` as the upload goes on.

    Raises before sending `BadRequest` (something missing, of a wrong type or contradictory). Raises `Conflict` when
    ``if_changed`` finds the version with other content. When the reply is lost or no refusal of AIMMS's own, the app is
    looked for: with ``if_changed`` it is known by its hash and returned, otherwise the error (`TransportError` with
    ``sent="unknown"``) says how to look. When only the latest tag could not be given, the error says so.
    """
    words: PublishWords = {
        "name": name,
        "version": version,
        "aimms_version": aimms_version,
        "description": description,
        "category": category,
        "attributes": attributes,
        "web_ui": web_ui,
        "icon": icon,
        "icon_label": icon_label,
        "resource_profile": resource_profile,
        "keep_old": keep_old,
        "hide_old": hide_old,
        "old_name": old_name,
    }
    body = described(metadata or {}, words)
    file = yield from measured(pack, "pack")
    drawn = None if icon is None else (yield from picture(icon, "icon"))
    mark = None
    if if_changed:
        mark = yield from content_hash(file, body, drawn)
        body["attributes"] = {**body.get("attributes", {}), HASH: mark}
        there = yield from find_app(body["name"], body["projectVersion"])
        if there is not None:
            return (yield from _tagged(_unchanged(there, mark), latest))
    if drawn is not None and icon_label is not None:
        yield from storage.upload_payload(drawn, ICONS + icon_label)
        drawn = None
    app = yield from _send(_call(file, body, drawn, progress), body["name"], body["projectVersion"], mark)
    return (yield from _tagged(Published(app, changed=True), latest))


def _call(pack: Payload, body: JsonObject, icon: Payload | None, progress: Progress | None) -> Call:
    form = PublishAppBody(
        file=part(pack, "app.aimmspack"),
        metadata=PROAppMetadata.from_dict(body),
        icon=UNSET if icon is None else part(icon, "icon.png"),
    )
    return Call(plain_metadata(publish_app._get_kwargs(body=form)), progress=progress)


# ---------------------------------------------------------------- once


def content_hash(pack: Payload, body: Mapping[str, Any], icon: Payload | None) -> Flow[str]:
    """Return the SHA-256 of the pack, the icon and what is said of the app, except of its older version."""
    attributes = {key: value for key, value in body.get("attributes", {}).items() if key != HASH}
    said = {key: value for key, value in body.items() if key not in _ABOUT_THE_OLD} | {"attributes": attributes}
    of_icon = None if icon is None else (yield from sha256_of(icon))
    whole = [(yield from sha256_of(pack)), of_icon, said]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def _unchanged(app: App, mark: str) -> Published:
    """Return what is there already. Raises `Conflict` when it is, as far as can be told, something else."""
    kept = app.attributes.get(HASH)
    if kept == mark:
        return Published(app, changed=False)
    why = "with other content" if kept else f"and not with if_changed: it has no attribute {HASH}"
    raise Conflict(
        f"{app.name} {app.version} is published already, {why}. Publish a new version (keep_old={app.version!r} or "
        f"hide_old={app.version!r} takes over its access), or delete this one first",
        vendor=VENDOR,
        operation="publishApp",
    )


def _send(call: Call, name: str, version: str, mark: str | None) -> Flow[App]:
    try:
        reply: Reply = yield call
    except OptCloudError as error:
        if not may_have_happened(error):
            raise
        return (yield from _adopted(name, version, mark, error))
    try:
        return (yield from entry_of(AimmsReply(reply, VENDOR, "publishApp"), name, version))
    except OptCloudError as error:
        error.add_note(f"{name} {version} IS published; only what AIMMS PRO says of it could not be read")
        raise


def _adopted(name: str, version: str, mark: str | None, error: OptCloudError) -> Flow[App]:
    """Look for an app whose publishing had no readable reply: one with our hash is ours, otherwise raise."""
    found, fault = None, None
    if mark is not None:
        try:
            found = yield from find_app(name, version)
        except OptCloudError as another:
            fault = another
    if found is not None and found.attributes.get(HASH) == mark:
        return found
    seen = f"; looking for it failed, too ({fault})" if fault else "; it is not in the list yet" if mark else ""
    again = (
        "publish again with if_changed" if mark else f"look: oc.aimms.apps.list({name!r}); if it is not there, again"
    )
    words = f"whether {name} {version} was published is not known{seen}. It is not sent twice on its own; {again}"
    if isinstance(error, TransportError):
        raise TransportError(
            f"{error}: {words}", sent="unknown", vendor=error.vendor, operation=error.operation
        ) from error
    tell_how_to_look(error, words)
    raise error


def _tagged(published: Published, latest: bool) -> Flow[Published]:
    """Give the latest tag where it is asked for and missing."""
    app = published.app
    if not latest or app.latest:
        return published
    try:
        tagged = yield from update_app(app.name, app.version, latest=True)
    except OptCloudError as error:
        note_instead(
            error,
            f"{app.name} {app.version} IS published; only the latest tag is not known to be given. Give it: "
            f"oc.aimms.apps.update({app.name!r}, {app.version!r}, latest=True)",
        )
        raise
    return evolve(published, app=tagged)
