"""The documented operations that the sandbox lacks: it says so with a 501, never with an empty 200."""

from typing import NamedTuple


class Lacking(NamedTuple):
    method: str
    path: str
    operation: str
    scope: str | None


LACKING = (
    Lacking("GET", "/", "getOpenapiSpecification", None),
    Lacking("GET", "/api-keys", "getApiKeys", "APIKey"),
    Lacking("POST", "/api-keys", "createApiKey", "APIKey"),
    Lacking("GET", "/customization", "getCustomizationConfig", None),
    Lacking("GET", "/customization/portal-mode", "getAccountPortalMode", None),
    Lacking("GET", "/environments", "getAllEnvironments", "Authentication"),
    Lacking("POST", "/environments", "createEnvironment", "Authentication"),
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
    Lacking("POST", "/api-keys/{accountName}", "createApiKeyForAccount", "APIKey"),
    Lacking("DELETE", "/api-keys/{accountName}/{apiKeyName}", "deleteApiKeyForAccount", "APIKey"),
    Lacking("DELETE", "/api-keys/{apiKeyName}", "deleteApiKey", "APIKey"),
    Lacking("GET", "/app_access/{appName}/{appVersion}", "getAppAccess", None),
    Lacking("GET", "/entity/{entityId}", "getEntityInfo", None),
    Lacking("GET", "/entity/{entityId}/app_access", "getEntityAppAccess", None),
    Lacking("DELETE", "/environments/{environmentName}", "deleteEnvironment", "Authentication"),
    Lacking("GET", "/environments/{environmentName}", "getEnvironment", "Authentication"),
    Lacking("PATCH", "/environments/{environmentName}", "updateEnvironment", "Authentication"),
    Lacking("GET", "/environments/{environmentName}/groups", "getAllGroups", "Authentication"),
    Lacking("POST", "/environments/{environmentName}/groups", "createGroup", "Authentication"),
    Lacking("DELETE", "/environments/{environmentName}/groups/{groupName}", "deleteGroup", "Authentication"),
    Lacking("GET", "/environments/{environmentName}/groups/{groupName}", "getGroup", "Authentication"),
    Lacking("PATCH", "/environments/{environmentName}/groups/{groupName}", "updateGroup", "Authentication"),
    Lacking(
        "GET", "/environments/{environmentName}/groups/{groupName}/app_access", "getGroupAppAccess", "Authentication"
    ),
    Lacking("GET", "/environments/{environmentName}/groups/{groupName}/users", "getUsersInGroup", "Authentication"),
    Lacking(
        "DELETE",
        "/environments/{environmentName}/groups/{groupName}/users/{userId}",
        "removeUserFromGroup",
        "Authentication",
    ),
    Lacking(
        "POST", "/environments/{environmentName}/groups/{groupName}/users/{userId}", "addUserToGroup", "Authentication"
    ),
    Lacking("GET", "/environments/{environmentName}/users", "getAllUsers", "Authentication"),
    Lacking("POST", "/environments/{environmentName}/users", "createUser", "Authentication"),
    Lacking("DELETE", "/environments/{environmentName}/users/{userName}", "deleteUser", "Authentication"),
    Lacking("GET", "/environments/{environmentName}/users/{userName}", "getUser", "Authentication"),
    Lacking("PATCH", "/environments/{environmentName}/users/{userName}", "updateUser", "Authentication"),
    Lacking("GET", "/launching/{appInstanceId}", "getLaunchedAppInfo", None),
)
