"""Operations on apps, their categories, and AIMMS versions."""

import asyncio
from typing import Any

from optcloud_sandbox.aimms.apps import AIMMS_VERSIONS, OFFICIAL_VERSIONS, Pack
from optcloud_sandbox.aimms.links import Blob
from optcloud_sandbox.aimms.multipart import file_of, metadata_of, parts_of
from optcloud_sandbox.aimms.operations.base import Operations
from optcloud_sandbox.aimms.people import ROOT
from optcloud_sandbox.aimms.storage import new_id
from optcloud_sandbox.refusal import Refusal


class AppOperations(Operations):
    scope = "PublishApp"

    def get_all_apps_info(self) -> Any:
        return {"applications": [self.entry(app) for app in self.account.apps.all()]}

    def get_apps_info(self, project_name: str) -> Any:
        return {"applications": [self.entry(app) for app in self.account.apps.named(project_name)]}

    def get_app_info(self, project_name: str, project_version: str) -> Any:
        return self.entry(self.account.apps.get(project_name, project_version))

    def check_modifiable(self, project_name: str, project_version: str) -> Any:
        self.account.apps.get(project_name, project_version)
        return {"modifiable": True}

    async def publish_app(self) -> Any:
        parts = await asyncio.to_thread(parts_of, self.request, "publishing")
        package = file_of(parts, "an .aimmspack")
        if not package.data:
            raise Refusal(400, "the part file (an .aimmspack) is empty")
        # The vendor's client sends the metadata as a plain field, others with a content type of its own.
        metadata = metadata_of(parts)
        pack = Pack(len(package.data), await asyncio.to_thread(package.sha256))
        icon = parts.get("icon")
        blob = Blob(new_id(), icon.data, icon.content_type) if icon is not None and icon.data else None
        return self.entry(self.account.apps.publish(self.checked(metadata, "metadata"), pack, blob))

    def update_app(self, project_name: str, project_version: str) -> Any:
        app = self.account.apps.get(project_name, project_version)
        self.account.apps.patch(app, self.body())
        return self.entry(app)

    def delete_app(self, project_name: str, project_version: str) -> None:
        self.account.apps.delete(self.account.apps.get(project_name, project_version))

    def get_all_application_categories(self) -> Any:
        # A bare array, as the vendor's client says of the real reply; the document says otherwise (AIMMS facts 6.1).
        return [{"id": category_id, "value": value} for category_id, value in self.account.apps.categories.items()]

    def create_application_category(self) -> Any:
        return self.account.apps.add_category(self.body()["value"])

    def update_application_category(self, category_id: str) -> Any:
        self._check_category(category_id)
        value = self.account.apps.categories[category_id] = self.body()["value"]
        return {"id": category_id, "value": value}

    def delete_application_category(self, category_id: str) -> None:
        self._check_category(category_id)
        del self.account.apps.categories[category_id]

    def _check_category(self, category_id: str) -> None:
        if category_id not in self.account.apps.categories:
            raise Refusal(404, f"category {category_id} doesn't exist")


class VersionOperations(Operations):
    scope = "PublishAimms"  # reading AIMMS versions needs it by the older text (inferred)

    def get_aimms_versions(self, dev: str | None) -> Any:
        """The official ones; with dev=true those in development, too."""
        versions = AIMMS_VERSIONS if dev == "true" else OFFICIAL_VERSIONS
        return {"versions": [self._version(version) for version in versions]}

    def get_aimms_version(self, aimms_version_id: str) -> Any:
        if aimms_version_id not in AIMMS_VERSIONS:
            raise Refusal(404, f"AIMMS version {aimms_version_id} doesn't exist")
        return self._version(aimms_version_id)

    def _version(self, version: str) -> dict[str, Any]:
        """AimmsVersion; everybody in ROOT may read and run it (inferred)."""
        root = self.account.people.environment(ROOT)
        return {"id": version, "authorizations": [{"authorization": 5, "deny": False, "entity": root.id}]}
