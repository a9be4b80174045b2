"""What is said of an app when it is published: in words people use, and in the vendor's.

Sources: vendor pages "Managing Apps" and "AIMMS Application Management"; AIMMS facts 4, 6.2 and 8.10.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypedDict

from aimms_pro_models import PROAppMetadata as CheckedMetadata
from optcloud.aimms.apps.app import ICON_URL, WEB_UI, reachable
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.replies import JsonObject
from optcloud.aimms.storage.paths import check_label
from optcloud.aimms.uploads import Source
from optcloud.core.errors import BadRequest
from optcloud.core.flow import Progress
from optcloud.core.request_checks import find_fault

ICONS = "/icons/"  # a fixed prefix (vendor page "Managing Apps")
KEEP_OLD, HIDE_OLD = 1, 2  # 0, a new app, is left out: it could fail until PRO 24.4.2 (AIMMS facts 4)
# Inferred from the vendor's example and from what the portal's form needs; the document itself requires nothing.
NEEDED = {"name": "name", "projectVersion": "version", "aimmsVersionId": "aimms_version"}


class PublishWords(TypedDict, total=False):
    """What can be said of an app when it is published: the keyword arguments of `publish`, where each is explained."""

    name: str | None
    version: str | None
    aimms_version: str | None
    description: str | None
    category: str | None
    attributes: Mapping[str, str] | None
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
    if attributes or "attributes" in body or words.get("attributes") is not None:
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
