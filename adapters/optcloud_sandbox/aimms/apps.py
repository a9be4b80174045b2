"""Published apps, their categories, and the AIMMS versions to publish with."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from optcloud_sandbox.aimms.entities import Authorization
from optcloud_sandbox.aimms.links import Blob
from optcloud_sandbox.refusal import Refusal

OFFICIAL_VERSIONS = (
    "4.84.1.5-linux64-x64-vc141",  # the vendor's publish example
    "4.89.2.10-linux64-x64-vc143",
    "24.6.1.6-linux64-x64-vc143",
)
DEVELOPMENT_VERSIONS = ("24.7.0.77-linux64-x64-vc143",)  # the sandbox's own: how such ids look is not published
AIMMS_VERSIONS = OFFICIAL_VERSIONS + DEVELOPMENT_VERSIONS

# Resource profiles: the two words are documented, the names and the default are not, or twice (AIMMS facts 4).
PROFILES = ("small", "large")
ACCOUNT_PROFILE, UNKNOWN_PROFILE = "<account>", "<unknown>"
DEFAULT_PROFILE = ACCOUNT_PROFILE  # as the portal's page says; the API's page says <unknown>

NEW, KEEP_OLD, HIDE_OLD = 0, 1, 2  # publishBehavior (AIMMS facts 4); left out is new (inferred)


@dataclass(frozen=True)
class Pack:
    """The .aimmspack as it came, by size in bytes and SHA-256."""

    size: int = 0
    sha256: str = ""


@dataclass
class PublishedApp:
    number: int
    name: str
    version: str
    aimms_version: str
    description: str = ""
    category: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    authorizations: list[Authorization] = field(default_factory=list)
    is_latest: bool = False
    hidden: bool = False
    profile: str = DEFAULT_PROFILE
    pack: Pack = Pack()
    icon: Blob | None = None
    stored_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def as_json(self) -> dict[str, Any]:
        """PROAppEntry without appIconSasUrl; that it tells the resource profile is inferred."""
        return {
            "aimms": {
                "aimms": {"name": self.aimms_version, "serviceName": ""},
                "architecture": "x64",
                "clientStoredId": "",
                "description": f"AIMMS {self.aimms_version}",
                "publishedDate": "2024-01-15",
                "storedId": self.aimms_version,
            },
            "attributes": dict(self.attributes),
            "authorizations": list(self.authorizations),
            "description": self.description,
            "existing": 0,
            "isLatest": self.is_latest,
            "project": {"name": self.name, "serviceName": "", "version": self.version},
            "projectCategory": self.category,
            "resourceProfile": self.profile,
            "storedId": self.stored_id,
        }


class PublishedApps:
    """Apps by name and version; the pair is unique, and one version of a name may carry the latest tag."""

    def __init__(self) -> None:
        self._apps: dict[tuple[str, str], PublishedApp] = {}
        self._numbers = count(1)
        self.categories: dict[str, str] = {}

    def ensure(self, name: str) -> None:
        """An app of this name, published as version 1.0 with the latest tag when there is none."""
        if not self.named(name):
            description = f"{name}, from the start"
            number, aimms_version = next(self._numbers), OFFICIAL_VERSIONS[0]
            self._apps[name, "1.0"] = PublishedApp(number, name, "1.0", aimms_version, description, is_latest=True)

    def all(self) -> list[PublishedApp]:
        return [app for app in self._apps.values() if not app.hidden]

    def named(self, name: str) -> list[PublishedApp]:
        return [app for app in self.all() if app.name == name]

    def get(self, name: str, version: str) -> PublishedApp:
        app = self._apps.get((name, version))
        if app is None:
            raise Refusal(404, f"App {name} with version {version} doesn't exist")
        return app

    def numbered(self, number: int) -> PublishedApp:
        """By the app_id of the portal's rows."""
        app = next((app for app in self._apps.values() if app.number == number), None)
        if app is None:
            raise Refusal(404, f"App with id {number} doesn't exist")
        return app

    def packs(self) -> list[dict[str, str | int]]:
        """Name, version, size in bytes and SHA-256 of what was uploaded, hidden apps included."""
        return [
            {"name": app.name, "version": app.version, "size": app.pack.size, "sha256": app.pack.sha256}
            for app in self._apps.values()
            if app.pack.size
        ]

    def latest(self, name: str) -> PublishedApp:
        app = next((app for app in self._apps.values() if app.name == name and app.is_latest), None)
        if app is None:
            raise Refusal(404, f"App {name} with latest tag doesn't exist")  # message as known; status inferred
        return app

    def publish(self, metadata: Mapping[str, Any], pack: Pack, icon: Blob | None) -> PublishedApp:
        """Publish by PROAppMetadata. A new app carries no latest tag until a PATCH gives it (portal documentation)."""
        if metadata["aimmsVersionId"] not in AIMMS_VERSIONS:
            raise Refusal(400, f"metadata/aimmsVersionId: AIMMS version {metadata['aimmsVersionId']} doesn't exist")
        key = (metadata["name"], metadata["projectVersion"])
        if key in self._apps:
            raise Refusal(409, f"App {key[0]} with version {key[1]} already exists")  # status inferred
        app = PublishedApp(
            next(self._numbers),
            *key,
            metadata["aimmsVersionId"],
            metadata.get("description", ""),
            metadata.get("projectCategory", ""),
            dict(metadata.get("attributes", {})),
            profile=metadata.get("resourceProfile", DEFAULT_PROFILE),
            pack=pack,
            icon=icon,
        )
        self._replace_old(app, metadata)
        self._apps[key] = app
        return app

    def patch(self, app: PublishedApp, changes: Mapping[str, Any]) -> None:
        """By PROAppPatch: what is left out stays (AIMMS facts 4)."""
        if changes.get("isLatest") is False:
            raise Refusal(400, "body/isLatest: the latest tag cannot be disabled, only given to another version")
        app.description = changes.get("description", app.description)
        app.category = changes.get("projectCategory", app.category)
        app.attributes = dict(changes.get("attributes", app.attributes))
        app.authorizations = list(changes.get("authorizations", app.authorizations))
        profile = changes.get("resourceProfile", UNKNOWN_PROFILE)
        if profile != UNKNOWN_PROFILE:  # which keeps the limits that the app has
            app.profile = profile
        if changes.get("isLatest"):
            self._tag(app)

    def delete(self, app: PublishedApp) -> None:
        del self._apps[app.name, app.version]

    def forget(self, entity: int) -> None:
        """Drop the rights that a deleted entity had on apps."""
        for app in self._apps.values():
            app.authorizations = [entry for entry in app.authorizations if entry["entity"] != entity]

    def add_category(self, value: str) -> dict[str, str]:
        category_id = str(uuid.uuid4())
        self.categories[category_id] = value
        return {"id": category_id, "value": value}

    def _replace_old(self, app: PublishedApp, metadata: Mapping[str, Any]) -> None:
        """Take over from the version that is named; without a name nothing is (whether one is needed is not known)."""
        behavior, old_version = metadata.get("publishBehavior", NEW), metadata.get("oldProjectVersion")
        if behavior == NEW or not old_version:
            return
        old = self.get(metadata.get("oldProjectName", app.name), old_version)
        # The portal copies "all the settings and app access"; of the settings, those that nobody else can give.
        app.authorizations = list(old.authorizations)
        app.profile = metadata.get("resourceProfile", old.profile)
        app.icon = app.icon or old.icon
        if behavior == HIDE_OLD:
            old.hidden = True
            if old.is_latest:
                self._tag(app)
                old.is_latest = False

    def _tag(self, app: PublishedApp) -> None:
        for other in self._apps.values():
            if other.name == app.name:
                other.is_latest = False
        app.is_latest = True
