"""Publishing an app, in words people use, once or as often as CI runs.

Sources: vendor pages "Managing Apps" and "AIMMS Application Management"; AIMMS facts 4, 6.2 and 8.10.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from attrs import evolve, frozen

from aimms_pro.api.application import publish_app
from aimms_pro.models.pro_app_metadata import PROAppMetadata
from aimms_pro.models.publish_app_body import PublishAppBody
from aimms_pro.types import UNSET
from aimms_pro_models import PROAppMetadata as CheckedMetadata
from optcloud.aimms.apps.app import ICON_URL, WEB_UI, App, entry_of, find_app, reachable, update_app
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.replies import AimmsReply, JsonObject
from optcloud.aimms.storage import storage
from optcloud.aimms.storage.paths import check_label
from optcloud.aimms.uploads import Source, measured, part, picture, plain_metadata, sha256_of
from optcloud.core.errors import (
    BadRequest,
    Conflict,
    OptCloudError,
    TransportError,
)
from optcloud.core.flow import Call, Flow, Progress, Reply
from optcloud.core.payload import Payload
from optcloud.core.request_checks import find_fault
from optcloud.core.unknown_outcome import may_have_happened, note_instead, tell_how_to_look

HASH = "optcloudSha256"
"""The attribute that keeps the content's hash, with ``if_changed``."""
ICONS = "/icons/"  # a fixed prefix (vendor page "Managing Apps")
KEEP_OLD, HIDE_OLD = 1, 2  # 0, a new app, is left out: it could fail until PRO 24.4.2 (AIMMS facts 4)
# Inferred from the vendor's example and from what the portal's form needs; the document itself requires nothing.
NEEDED = {"name": "name", "projectVersion": "version", "aimmsVersionId": "aimms_version"}
# What is done to an older version, not what the app is: no part of its hash.
_ABOUT_THE_OLD = frozenset({"publishBehavior", "oldProjectName", "oldProjectVersion"})


class PublishWords(TypedDict, total=False):
    """What can be said of an app when it is published. Needed: ``name``, ``version``, ``aimms_version``.

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
    """

    name: str
    version: str
    aimms_version: str
    description: str | None
    category: str | None
    attributes: Mapping[str, str]
    web_ui: bool | None
    icon: Source | None
    icon_label: str | None
    resource_profile: str | None
    keep_old: str | None
    hide_old: str | None
    old_name: str | None
    latest: bool
    if_changed: bool
    progress: Progress | None


@frozen
class Published:
    """The app, and whether this call published it (False: ``if_changed`` found it, the same in content)."""

    app: App
    changed: bool


def publish(pack: Source, metadata: Mapping[str, Any] | None = None, **words: Unpack[PublishWords]) -> Flow[Published]:
    """Publish an ``.aimmspack``, once or as often as CI runs; sent at most once unless it provably never left.

    ``words`` are those of `PublishWords`: ``name``, ``version`` and ``aimms_version`` are needed. ``metadata`` is the
    same in the vendor's words (``projectVersion``, ``publishBehavior`` …), also words that are not known here; what is
    said in both must agree.

    Raises before sending `BadRequest` (something missing, of a wrong type or contradictory). Raises `Conflict` when
    ``if_changed`` finds the version with other content. When the reply is lost or no refusal of AIMMS's own, the app is
    looked for: with ``if_changed`` it is known by its hash and returned, otherwise the error (`TransportError` with
    ``sent="unknown"``) says how to look. When only the latest tag could not be given, the error says so.
    """
    body = described(metadata or {}, words)
    latest = bool(words.get("latest"))
    file = yield from measured(pack, "pack")
    icon = None if (source := words.get("icon")) is None else (yield from picture(source, "icon"))
    mark = None
    if words.get("if_changed"):
        mark = yield from content_hash(file, body, icon)
        body["attributes"] = {**body.get("attributes", {}), HASH: mark}
        there = yield from find_app(body["name"], body["projectVersion"])
        if there is not None:
            return (yield from _tagged(_unchanged(there, mark), latest))
    label = words.get("icon_label")
    if icon is not None and label is not None:
        yield from storage.upload_payload(icon, ICONS + label)
        icon = None
    app = yield from _send(_call(file, body, icon, words.get("progress")), body["name"], body["projectVersion"], mark)
    return (yield from _tagged(Published(app, changed=True), latest))


def _call(pack: Payload, body: JsonObject, icon: Payload | None, progress: Progress | None) -> Call:
    form = PublishAppBody(
        file=part(pack, "app.aimmspack"),
        metadata=PROAppMetadata.from_dict(body),
        icon=UNSET if icon is None else part(icon, "icon.png"),
    )
    return Call(plain_metadata(publish_app._get_kwargs(body=form)), progress=progress)


# ---------------------------------------------------------------- what is said of the app


def described(metadata: Mapping[str, Any], words: PublishWords) -> JsonObject:
    """Return the metadata in the vendor's words. Raises `BadRequest`, naming the word."""
    said: JsonObject = {
        "name": words.get("name"),
        "projectVersion": words.get("version"),
        "aimmsVersionId": words.get("aimms_version"),
        "description": words.get("description"),
        "projectCategory": words.get("category"),
        "resourceProfile": words.get("resource_profile"),
        **_replacement(words, words.get("name") or metadata.get("name")),
    }
    body = _merged(metadata, {key: value for key, value in said.items() if value is not None}, "metadata")
    attributes = _merged(_mapping(body.get("attributes")), words.get("attributes") or {}, "attributes")
    attributes = _merged(attributes, _said_by_attributes(words), "attributes")
    if attributes or "attributes" in body or "attributes" in words:
        body["attributes"] = attributes
    _check(body)
    return body


def _mapping(attributes: Any) -> Mapping[str, Any]:
    if attributes is not None and not isinstance(attributes, Mapping):
        raise BadRequest("metadata: attributes: a mapping of text to text is needed", vendor=VENDOR)
    return attributes or {}


def _replacement(words: PublishWords, name: Any) -> JsonObject:
    keep, hide, old_name = words.get("keep_old"), words.get("hide_old"), words.get("old_name")
    if keep is not None and hide is not None:
        raise BadRequest("keep_old, hide_old: give one of them, the old version is kept or hidden", vendor=VENDOR)
    old = hide if keep is None else keep
    if old is None:
        if old_name is not None:
            raise BadRequest("old_name: says nothing without keep_old or hide_old", vendor=VENDOR)
        return {}
    behavior = KEEP_OLD if hide is None else HIDE_OLD
    return {"publishBehavior": behavior, "oldProjectName": old_name or name, "oldProjectVersion": old}


def _said_by_attributes(words: PublishWords) -> dict[str, str]:
    said: dict[str, str] = {}
    web_ui, label = words.get("web_ui"), words.get("icon_label")
    if web_ui is not None:
        said[WEB_UI] = "true" if web_ui else "false"
    if label is not None:
        if words.get("icon") is None:
            raise BadRequest(
                f"icon_label: says nothing without icon; for one that is stored already, give attributes "
                f"{{{ICON_URL!r}: {ICONS + label!r}}}",
                vendor=VENDOR,
            )
        check_label(label)
        said[ICON_URL] = ICONS + label
    return said


def _merged(first: Mapping[str, Any], second: Mapping[str, Any], where: str) -> JsonObject:
    """Merge what is said twice, when it agrees."""
    for key in sorted(first.keys() & second.keys()):
        if first[key] != second[key]:
            raise BadRequest(f"{where}: {key} is said to be {first[key]!r} and {second[key]!r}; say one", vendor=VENDOR)
    return {**first, **second}


def _check(body: JsonObject) -> None:
    if fault := find_fault(body, CheckedMetadata):
        raise BadRequest(f"metadata: {fault}", vendor=VENDOR)
    try:
        json.dumps(body)
    except (TypeError, ValueError) as error:  # in a field that the document does not know
        raise BadRequest(f"metadata: not JSON: {error}", vendor=VENDOR) from error
    missing = [f"{word} ({theirs})" for theirs, word in NEEDED.items() if not body.get(theirs)]
    if missing:
        raise BadRequest(f"metadata: needed, and not given: {', '.join(missing)}", vendor=VENDOR)
    reachable(body["name"])
    if body.get("publishBehavior") not in {None, 0, KEEP_OLD, HIDE_OLD}:
        raise BadRequest("metadata: publishBehavior: 0 (new), 1 (keep the old) or 2 (hide the old)", vendor=VENDOR)


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
