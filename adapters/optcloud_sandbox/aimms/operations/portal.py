"""Portal, customization and launching. Of what has no schema in the document, the form of the answers is inferred."""

from typing import Any

from optcloud_sandbox.aimms.apps import ACCOUNT_PROFILE, PROFILES, UNKNOWN_PROFILE
from optcloud_sandbox.aimms.links import Blob
from optcloud_sandbox.aimms.operations.base import Operations
from optcloud_sandbox.aimms.portal import CUSTOMIZATION, LOGIN_IMAGE, LOGO, portal_app
from optcloud_sandbox.refusal import Refusal


class PortalOperations(Operations):
    def get_apps(self) -> Any:
        return {"applications": [portal_app(app) for app in self.account.apps.all()]}

    def get_pro_version(self) -> Any:
        return {"version": "sandbox of optcloud"}

    def get_account_company_logo_url(self, logo_id: str) -> Any:
        return self._picture("logoId", logo_id, LOGO)

    def get_account_login_image_url(self, login_image_id: str) -> Any:
        return self._picture("loginImageId", login_image_id, LOGIN_IMAGE)

    def get_app_icon_url(self, icon_path: str) -> Any:
        """The address, as plain text, of the object that an attribute iconUrl names."""
        icon = self.account.storage.find(icon_path)
        if icon is None:
            raise Refusal(404, f"icon {icon_path} doesn't exist")
        return self.account.links.address(self.request, icon.last.blob)

    def get_customization_config(self) -> Any:
        return CUSTOMIZATION

    def get_account_portal_mode(self) -> Any:
        return "portal"

    def get_resource_profiles(self) -> Any:
        """The page says no more than "the list of profiles": their names in a bare array (inferred)."""
        return [{"name": name} for name in (*PROFILES, ACCOUNT_PROFILE, UNKNOWN_PROFILE)]

    def launch_app(self) -> Any:
        body, apps = self.body(), self.account.apps
        name, version = body["appName"], body.get("appVersion")
        return self.account.launches.add(apps.get(name, version) if version else apps.latest(name))

    def get_launched_app_info(self, app_instance_id: str) -> Any:
        """PROAppLaunchDetails: the sandbox itself, which shows no app."""
        self.account.launches.check(app_instance_id)
        return {"host": self.request.url.hostname, "port": self.request.url.port}

    def _picture(self, name: str, value: str, picture: Blob) -> str:
        if value != picture.id:
            raise Refusal(404, f"{name} {value} doesn't exist")
        return self.account.links.address(self.request, picture)
