"""What the portal shows of an account besides its apps: pictures, contact, launched apps; all the sandbox's own."""

import base64
from typing import Any

from optcloud_sandbox.aimms.apps import PublishedApp
from optcloud_sandbox.aimms.links import Blob
from optcloud_sandbox.aimms.storage import new_id
from optcloud_sandbox.refusal import Refusal

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
LOGO = Blob("sandbox-logo", PIXEL, "image/png")
LOGIN_IMAGE = Blob("sandbox-login-image", PIXEL, "image/png")

CUSTOMIZATION: dict[str, Any] = {
    # CustomizationConfigInfo
    "contactTitle": "Sandbox",
    "contactDetails": "nobody@sandbox.invalid",
    "rightLogo": "logo.png",
    "rightLogoId": LOGO.id,
    "loginImage": "login.png",
    "loginImageId": LOGIN_IMAGE.id,
    "profile": {"canEditLoginImage": True, "profileName": "sandbox"},
}


def portal_app(app: PublishedApp) -> dict[str, Any]:
    """PortalAppInfo."""
    return {
        "aimmsDescription": f"AIMMS {app.aimms_version}",
        "aimmsName": app.aimms_version,
        "attributes": dict(app.attributes),
        "category": app.category,
        "description": app.description,
        "isLatest": app.is_latest,
        "isModifiable": True,
        "name": app.name,
        "storedId": app.stored_id,
        "version": app.version,
    }


class Launches:
    """Apps launched, by the id of the instance; nothing runs behind them."""

    def __init__(self) -> None:
        self._launched: dict[str, PublishedApp] = {}

    def add(self, app: PublishedApp) -> dict[str, str]:
        """LaunchAppResponse."""
        instance = new_id()
        self._launched[instance] = app
        return {"id": instance, "version": app.version}

    def instances(self) -> dict[str, PublishedApp]:
        return dict(self._launched)

    def check(self, instance: str) -> None:
        """Refusal 404 for an instance that was never launched."""
        if instance not in self._launched:
            raise Refusal(404, f"app instance {instance} doesn't exist")
