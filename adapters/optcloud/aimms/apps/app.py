"""An app of AIMMS PRO: list, look, change, tag as latest, delete. Publishing is in `optcloud.aimms.apps.publish`.

Sources: vendor pages "Managing Apps" and "AIMMS Application Management"; AIMMS facts 4 and 6.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from attrs import field, frozen

from aimms_pro.api.application import check_modifiable, delete_app, get_all_apps_info, get_app_info, get_apps_info
from aimms_pro.api.application import update_app as patch_app
from aimms_pro.models.pro_app_patch import PROAppPatch
from aimms_pro_models import PROAppEntry, PROAppEntryList
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.replies import AimmsReply, ask, body_of
from optcloud.core.errors import BadRequest, NotFound
from optcloud.core.flow import Call, Flow
from optcloud.core.request_checks import check_name
from optcloud.views.notebook import ShownAsTable

WEB_UI = "isWebUI"
ICON_URL = "iconUrl"
CATEGORIES = "categories"  # no app can be reached by this name: its path would be that of the categories


@frozen
class App(ShownAsTable):
    """One version of a published app (PROAppEntry), as AIMMS PRO shows it.

    ``icon`` is the attribute ``iconUrl``, a place in the storage; ``icon_link`` the address to fetch it from, which
    carries a signature of its own and is therefore not shown. ``authorizations`` are in the vendor's form: entity,
    authorization (4 read, 2 write, 1 execute, added up), deny. ``raw`` is the whole entry, unknown fields too.
    """

    name: str
    version: str
    aimms_version: str | None
    description: str
    category: str
    attributes: Mapping[str, str]
    latest: bool
    authorizations: Sequence[Mapping[str, Any]] = field(repr=False)
    stored_id: str | None
    icon_link: str | None = field(repr=False)
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def icon(self) -> str | None:
        """Where the storage has the icon: ``/icons/my_logo``."""
        return self.attributes.get(ICON_URL)

    @property
    def web_ui(self) -> bool | None:
        """Whether it is a WebUI app; None when the attribute is missing or another word."""
        return {"true": True, "false": False}.get(self.attributes.get(WEB_UI, "").lower())


def app_of(entry: Mapping[str, Any], name: str = "", version: str = "") -> App:
    """Read a PROAppEntry; what it does not say of its name and version is as given. A missing field is empty."""
    project, aimms = entry.get("project") or {}, entry.get("aimms") or {}
    return App(
        name=project.get("name") or name,
        version=project.get("version") or version,
        aimms_version=_aimms_version(aimms),
        description=entry.get("description") or "",
        category=entry.get("projectCategory") or "",
        attributes=entry.get("attributes") or {},
        latest=bool(entry.get("isLatest")),
        authorizations=entry.get("authorizations") or [],
        stored_id=entry.get("storedId") or None,
        icon_link=entry.get("appIconSasUrl") or None,
        raw=entry,
    )


def _aimms_version(aimms: Mapping[str, Any]) -> str | None:
    """Find the id of the AIMMS version. Inferred: no page says which of PROAimmsEntry's fields it is."""
    named: str | None = (aimms.get("aimms") or {}).get("name") or aimms.get("storedId") or None
    return named


def list_apps(name: str | None = None) -> Flow[list[App]]:
    """List the published apps, or the versions of one, in the vendor's order."""
    everything = name is None or name == CATEGORIES
    arguments = get_all_apps_info._get_kwargs() if everything else get_apps_info._get_kwargs(name or "")
    listed = (yield from ask(arguments)).checked(PROAppEntryList)
    apps = [app_of(entry) for entry in listed.get("applications") or []]
    return [app for app in apps if name in {None, app.name}]


def get_app(name: str, version: str) -> Flow[App]:
    """Read one version of an app. Raises `NotFound`."""
    answer = yield from ask(get_app_info._get_kwargs(reachable(name), version))
    return app_of(answer.checked(PROAppEntry), name, version)


def find_app(name: str, version: str) -> Flow[App | None]:
    """Look for one version of an app in the list of all apps; None when it is not there.

    The list, because with what status AIMMS PRO answers for an app that is not there is published nowhere.
    """
    listed = yield from list_apps()
    return next((app for app in listed if (app.name, app.version) == (name, version)), None)


def latest_app(name: str) -> Flow[App]:
    """Read the version that carries the latest tag. Raises `NotFound`, saying which versions there are."""
    listed = yield from list_apps(name)
    tagged = next((app for app in listed if app.latest), None)
    if tagged is None:
        raise _not_there(f"no version of {name} has the latest tag", name, listed)
    return tagged


def listed_app(name: str, version: str) -> Flow[App]:
    """Read one version of an app from the list of its versions. Raises `NotFound`, saying which there are."""
    listed = yield from list_apps(name)
    found = next((app for app in listed if app.version == version), None)
    if found is None:
        raise _not_there(f"app {name} has no version {version}", name, listed)
    return found


def _not_there(what: str, name: str, listed: Sequence[App]) -> NotFound:
    if not listed:
        return NotFound(f"there is no app {name}, or none that this account may see", vendor=VENDOR)
    return NotFound(f"{what}; its versions: {', '.join(app.version for app in listed)}", vendor=VENDOR)


def is_modifiable(name: str, version: str) -> Flow[bool]:
    """Tell whether the key's owner may change this version. Raises `NotFound`."""
    answer = yield from ask(check_modifiable._get_kwargs(reachable(name), version))
    found: _Modifiable = answer.read(_Modifiable)
    return found.modifiable


def update_app(
    name: str,
    version: str,
    changes: Mapping[str, Any] | None = None,
    *,
    description: str | None = None,
    category: str | None = None,
    latest: bool | None = None,
    attributes: Mapping[str, str] | None = None,
    authorizations: Sequence[Mapping[str, Any]] | None = None,
    resource_profile: str | None = None,
) -> Flow[App]:
    """Change what is given of an app, and nothing else; returns the app.

    ``category`` by its name. ``attributes`` replace the whole map (`set_attributes` merges), ``authorizations`` the
    whole list: an empty one takes everybody's access. ``changes``: the same in the vendor's words, also words that
    are not known here. Sent once: when the reply is lost, `TransportError`, and the same change may be sent again.
    Raises `BadRequest` before sending: nothing given, a wrong type, ``latest=False``.
    """
    given = {
        "description": description,
        "projectCategory": category,
        "isLatest": latest,
        "attributes": None if attributes is None else dict(attributes),
        "authorizations": None if authorizations is None else [dict(entry) for entry in authorizations],
        "resourceProfile": resource_profile,
    }
    patch = _patch({**(changes or {}), **{key: value for key, value in given.items() if value is not None}})
    answer = yield from ask(patch_app._get_kwargs(reachable(name), version, body=patch))
    return (yield from entry_of(answer, name, version))


def _patch(changes: Mapping[str, Any]) -> PROAppPatch:
    if not changes:
        raise BadRequest("changes: nothing was given to change", vendor=VENDOR)
    body = body_of(PROAppPatch, "changes", changes)
    if changes.get("isLatest") is False:
        raise BadRequest(
            "isLatest: the latest tag cannot be taken off; give it to another version of the app, which moves it",
            vendor=VENDOR,
        )
    return body


def entry_of(answer: AimmsReply, name: str, version: str) -> Flow[App]:
    """Read the entry that publishing and updating answer; before PRO 24.2.2 the reply is empty: then ask for it."""
    if not answer.content.strip():
        return (yield from get_app(name, version))
    return app_of(answer.checked(PROAppEntry), name, version)


def set_attributes(name: str, version: str, attributes: Mapping[str, str | None]) -> Flow[App]:
    """Set some attributes and leave the others; None removes one. Nothing is sent when all is so already.

    Reads first, since AIMMS PRO replaces the whole map: a change of somebody else's in between is lost.
    """
    app = yield from get_app(name, version)
    merged = {key: value for key, value in {**app.attributes, **attributes}.items() if value is not None}
    if merged == app.attributes:
        return app
    return (yield from update_app(name, version, attributes=merged))


def delete(name: str, version: str) -> Flow[None]:
    """Delete one version of an app; tasks that are queued for it may fail. Raises `NotFound`."""
    yield Call(delete_app._get_kwargs(reachable(name), version))


def link(base_url: str, name: str, version: str | None = None, *, page: str | None = None) -> str:
    """Return the address that starts an app in a browser, of the latest-tagged version unless one is given.

    ``page``: where to begin, such as ``Main Project/Production Planning``, capitals as in the app. Source: vendor
    page "AIMMS Application Management", Direct App Launch, Set as latest Version. No request is made. Raises
    `BadRequest` for a name that would lead elsewhere.
    """
    for parameter, value in (("name", name), ("version", version), ("page", page)):
        if value is not None:
            check_name(parameter, value, vendor=VENDOR)
    parts = urlsplit(base_url)
    which = "tag/latest" if version is None else quote(version, safe="")
    address = f"{parts.scheme}://{parts.netloc}/launch/{quote(name, safe='')}/{which}"
    if page is None:
        return address
    return f"{address}?page={quote(page)}" if version is None else f"{address}/{quote(page)}"


def reachable(name: str) -> str:
    """Return the name of an app. Raises `BadRequest` for the one by which no app can be reached."""
    if name == CATEGORIES:
        raise BadRequest(
            f"name: an app called {CATEGORIES!r} cannot be reached, since its path is that of the categories; use the "
            "portal, and another name",
            vendor=VENDOR,
        )
    return name


class _Modifiable(msgspec.Struct):
    modifiable: bool
