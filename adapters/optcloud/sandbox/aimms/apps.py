"""Published apps, their categories, and the AIMMS versions to publish with."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optcloud.sandbox.aimms.schemas import AUTHORIZATIONS, STRING, Authorization, check
from optcloud.sandbox.refusal import Refusal

AIMMS_VERSIONS = (
    "4.84.1.5-linux64-x64-vc141",  # the vendor's publish example
    "4.89.2.10-linux64-x64-vc143",
    "24.6.1.6-linux64-x64-vc143",
)

ATTRIBUTES = {"type": "object", "additionalProperties": STRING}
METADATA = {
    # PROAppMetadata; required is what the vendor's publish example and its uniqueness rule need (inferred).
    "type": "object",
    "required": ["name", "projectVersion", "aimmsVersionId"],
    "properties": {
        "aimmsVersionId": STRING,
        "attributes": ATTRIBUTES,
        "description": STRING,
        "name": STRING | {"minLength": 1},
        "oldProjectName": STRING,
        "oldProjectVersion": STRING,
        "projectCategory": STRING,
        "projectVersion": STRING | {"minLength": 1},
        "publishBehavior": {"enum": [0, 1, 2]},  # new, keep the old version, hide it (facts, section 4)
    },
}
PATCH = {
    # PROAppPatch
    "type": "object",
    "properties": {
        "attributes": ATTRIBUTES,
        "authorizations": AUTHORIZATIONS,
        "description": STRING,
        "isLatest": {"type": "boolean"},
        "projectCategory": STRING,
    },
}
HIDE_OLD = 2


@dataclass
class App:
    name: str
    version: str
    aimms_version: str
    description: str = ""
    category: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    authorizations: list[Authorization] = field(default_factory=list)
    is_latest: bool = False
    hidden: bool = False
    size: int = 0
    stored_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def shown(self) -> dict[str, Any]:
        """PROAppEntry."""
        return {
            "aimms": {
                "aimms": {"name": self.aimms_version, "serviceName": ""},
                "architecture": "x64",
                "clientStoredId": "",
                "description": f"AIMMS {self.aimms_version}",
                "publishedDate": "2024-01-15",
                "storedId": self.aimms_version,
            },
            "appIconSasUrl": "",
            "attributes": dict(self.attributes),
            "authorizations": list(self.authorizations),
            "description": self.description,
            "existing": 0,
            "isLatest": self.is_latest,
            "project": {"name": self.name, "serviceName": "", "version": self.version},
            "projectCategory": self.category,
            "storedId": self.stored_id,
        }


class Apps:
    """Apps by name and version; the pair is unique, and one version of a name may carry the latest tag."""

    def __init__(self) -> None:
        self._apps: dict[tuple[str, str], App] = {}
        self.categories: dict[str, str] = {}

    def ensure(self, name: str) -> None:
        """An app of this name, published as version 1.0 with the latest tag when there is none."""
        if not self.named(name):
            self._apps[name, "1.0"] = App(name, "1.0", AIMMS_VERSIONS[0], f"{name}, from the start", is_latest=True)

    def all(self) -> list[App]:
        return [app for app in self._apps.values() if not app.hidden]

    def named(self, name: str) -> list[App]:
        return [app for app in self.all() if app.name == name]

    def get(self, name: str, version: str) -> App:
        app = self._apps.get((name, version))
        if app is None:
            raise Refusal(404, f"App {name} with version {version} doesn't exist")
        return app

    def latest(self, name: str) -> App:
        app = next((app for app in self._apps.values() if app.name == name and app.is_latest), None)
        if app is None:
            raise Refusal(404, f"App {name} with latest tag doesn't exist")  # message as known; status inferred
        return app

    def publish(self, metadata: Mapping[str, Any], size: int) -> App:
        """Publish by PROAppMetadata. A new app carries no latest tag until a PATCH gives it (portal documentation)."""
        check(metadata, METADATA, "metadata")
        if metadata["aimmsVersionId"] not in AIMMS_VERSIONS:
            raise Refusal(400, f"metadata/aimmsVersionId: AIMMS version {metadata['aimmsVersionId']} doesn't exist")
        key = (metadata["name"], metadata["projectVersion"])
        if key in self._apps:
            raise Refusal(409, f"App {key[0]} with version {key[1]} already exists")  # status inferred
        app = App(
            *key,
            metadata["aimmsVersionId"],
            metadata.get("description", ""),
            metadata.get("projectCategory", ""),
            dict(metadata.get("attributes", {})),
            size=size,
        )
        self._replace_old(app, metadata)
        self._apps[key] = app
        return app

    def patch(self, app: App, changes: Mapping[str, Any]) -> None:
        """What is left out stays (facts, section 4)."""
        check(changes, PATCH, "body")
        if changes.get("isLatest") is False:
            raise Refusal(400, "body/isLatest: the latest tag cannot be disabled, only given to another version")
        app.description = changes.get("description", app.description)
        app.category = changes.get("projectCategory", app.category)
        app.attributes = dict(changes.get("attributes", app.attributes))
        app.authorizations = list(changes.get("authorizations", app.authorizations))
        if changes.get("isLatest"):
            self._tag(app)

    def delete(self, app: App) -> None:
        del self._apps[app.name, app.version]

    def forget(self, entity: int) -> None:
        """Drop the rights that a deleted entity had on apps."""
        for app in self._apps.values():
            app.authorizations = [one for one in app.authorizations if one["entity"] != entity]

    def add_category(self, value: str) -> dict[str, str]:
        category_id = str(uuid.uuid4())
        self.categories[category_id] = value
        return {"id": category_id, "value": value}

    def _replace_old(self, app: App, metadata: Mapping[str, Any]) -> None:
        old_name, old_version = metadata.get("oldProjectName", app.name), metadata.get("oldProjectVersion")
        if not old_version:
            return
        old = self.get(old_name, old_version)
        app.authorizations = list(old.authorizations)  # "will already copy all the settings and app access" (portal)
        if metadata.get("publishBehavior") == HIDE_OLD:
            old.hidden = True
            if old.is_latest:
                self._tag(app)
                old.is_latest = False

    def _tag(self, app: App) -> None:
        for other in self._apps.values():
            if other.name == app.name:
                other.is_latest = False
        app.is_latest = True
