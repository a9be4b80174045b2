"""Apps and AIMMS versions of AIMMS PRO: publish, list, update, delete.

Sources: vendor page "AIMMS PRO REST API", Managing Apps and Managing AIMMS; facts, section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from aimms_pro.api.application import delete_app, get_all_apps_info, publish_app, update_app
from aimms_pro.api.publishing import get_aimms_versions
from aimms_pro.models.pro_app_metadata import PROAppMetadata
from aimms_pro.models.pro_app_patch import PROAppPatch
from aimms_pro.models.publish_app_body import PublishAppBody
from aimms_pro.types import UNSET, File
from aimms_pro_models import PROAppMetadata as CheckedMetadata
from aimms_pro_models import PROAppPatch as CheckedPatch
from optcloud.clouds.aimms.connection import VENDOR
from optcloud.core.checking import find_fault
from optcloud.core.errors import BadRequest
from optcloud.core.flow import Call, Flow, Reply
from optcloud.core.replies import decode

JsonObject = dict[str, Any]


def _checked(values: Mapping[str, Any], kind: Any, what: str) -> JsonObject:
    body = dict(values)
    if fault := find_fault(body, kind):
        raise BadRequest(f"{what}: {fault}", vendor=VENDOR)
    return body


def publish(
    file: str | Path | bytes, metadata: Mapping[str, Any], *, icon: str | Path | bytes | None = None
) -> Flow[JsonObject]:
    """Publish an .aimmspack with metadata in the vendor's words (``name``, ``projectVersion``, ``aimmsVersionId`` …).

    Returns the app's entry as JSON. Raises `BadRequest` before sending when a field has the wrong type. The metadata
    goes out as a plain form field, as the vendor's own client sends it: whether a part content type would be
    accepted is not published.
    """
    body = PublishAppBody(
        file=_file(file, "app.aimmspack", "application/octet-stream"),
        metadata=PROAppMetadata.from_dict(_checked(metadata, CheckedMetadata, "metadata")),
        icon=UNSET if icon is None else _file(icon, "icon.png", "image/png"),
    )
    arguments = publish_app._get_kwargs(body=body)
    parts = [(name, part[:2] if name == "metadata" else part) for name, part in arguments["files"]]
    reply: Reply = yield Call({**arguments, "files": parts})
    entry: JsonObject = decode(reply, JsonObject, vendor=VENDOR, operation="publishApp")
    return entry


def _file(source: str | Path | bytes, default_name: str, mime_type: str) -> File:
    if isinstance(source, bytes):
        return File(payload=source, file_name=default_name, mime_type=mime_type)
    path = Path(source)
    return File(payload=path.read_bytes(), file_name=path.name, mime_type=mime_type)


def update(name: str, version: str, changes: Mapping[str, Any]) -> Flow[JsonObject]:
    """Change what is given (``description``, ``isLatest``, ``attributes`` …) and nothing else; returns the entry."""
    body = PROAppPatch.from_dict(_checked(changes, CheckedPatch, "changes"))
    reply: Reply = yield Call(update_app._get_kwargs(name, version, body=body))
    entry: JsonObject = decode(reply, JsonObject, vendor=VENDOR, operation="updateApp")
    return entry


def delete(name: str, version: str) -> Flow[None]:
    """Delete one version of an app."""
    yield Call(delete_app._get_kwargs(name, version))


def list_apps() -> Flow[list[JsonObject]]:
    """List all published apps, each as JSON (``project``, ``isLatest``, ``attributes`` …)."""
    reply: Reply = yield Call(get_all_apps_info._get_kwargs())
    listed: _Apps = decode(reply, _Apps, vendor=VENDOR, operation="getAllAppsInfo")
    return listed.applications or []


def list_versions() -> Flow[list[str]]:
    """List the ids of the AIMMS versions that apps can be published for."""
    reply: Reply = yield Call(get_aimms_versions._get_kwargs())
    listed: _Versions = decode(reply, _Versions, vendor=VENDOR, operation="getAimmsVersions")
    return [version.id for version in listed.versions or []]


class _Apps(msgspec.Struct):
    applications: list[JsonObject] | None = None


class _Version(msgspec.Struct):
    id: str


class _Versions(msgspec.Struct):
    versions: list[_Version] | None = None
