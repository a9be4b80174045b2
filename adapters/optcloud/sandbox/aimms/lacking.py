"""The documented operations that the sandbox lacks: it says so with a 501, never with an empty 200."""

from typing import NamedTuple


class Lacking(NamedTuple):
    method: str
    path: str
    operation: str
    scope: str | None


LACKING = (
    Lacking("GET", "/", "getOpenapiSpecification", None),
    Lacking("GET", "/customization", "getCustomizationConfig", None),
    Lacking("GET", "/customization/portal-mode", "getAccountPortalMode", None),
    Lacking("POST", "/launching", "launchApp", None),
    Lacking("POST", "/login", "login", None),
    Lacking("POST", "/logout", "logout", None),
    Lacking("GET", "/portal/app-icon-url", "getAppIconUrl", None),
    Lacking("GET", "/portal/app_access/apps_by_group", "getAppAccessAppsByGroup", None),
    Lacking("DELETE", "/portal/app_access/group", "removeGroupAppAccess", None),
    Lacking("POST", "/portal/app_access/group", "addGroupAppAccess", None),
    Lacking("GET", "/portal/app_access/groups_by_app", "getAppAccessGroupsByApp", None),
    Lacking("DELETE", "/portal/app_access/user", "removeUserAppAccess", None),
    Lacking("GET", "/portal/app_access/users_by_app", "getAppAccessUsersByApp", None),
    Lacking("GET", "/portal/apps", "getApps", None),
    Lacking("GET", "/portal/company-logo-url", "getAccountCompanyLogoUrl", None),
    Lacking("GET", "/portal/login-image-url", "getAccountLoginImageUrl", None),
    Lacking("GET", "/portal/pro_version", "getProVersion", None),
    Lacking("POST", "/saml/assertion", "samlAssertion", None),
    Lacking("POST", "/saml/request", "samlRequest", None),
    Lacking("GET", "/session/authorize", "authorizeSession", None),
    Lacking("GET", "/session/webui/info", "getWebuiSessionInfo", None),
    Lacking("DELETE", "/storage/bucket", "deleteBucket", None),
    Lacking("GET", "/storage/bucket", "getBucketInfo", None),
    Lacking("PATCH", "/storage/bucket", "updateBucket", None),
    Lacking("POST", "/storage/bucket", "uploadBucket", None),
    Lacking("GET", "/storage/download", "downloadObject", None),
    Lacking("DELETE", "/storage/object", "deleteObject", None),
    Lacking("GET", "/storage/object", "getObjectInfo", None),
    Lacking("PATCH", "/storage/object", "updateObject", None),
    Lacking("POST", "/storage/object", "uploadObject", None),
    Lacking("GET", "/app_access/{appName}/{appVersion}", "getAppAccess", None),
    Lacking("GET", "/entity/{entityId}/app_access", "getEntityAppAccess", None),
    Lacking(
        "GET", "/environments/{environmentName}/groups/{groupName}/app_access", "getGroupAppAccess", "Authentication"
    ),
    Lacking("GET", "/launching/{appInstanceId}", "getLaunchedAppInfo", None),
)
