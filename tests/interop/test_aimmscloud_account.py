"""The vendor's own generated client (PyPI: AIMMScloud 0.1.2.2) takes the account's answers into its strict models.

Left out is what that client cannot do: replies of 302, and the bare array of categories.
"""

import time
import warnings
from typing import Any

import pytest

from optcloud.sandbox import Sandbox

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def vendor() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its imports, not ours
        return pytest.importorskip(
            "aimms_openapi_client", reason="the vendor's client is not installed: pip install AIMMScloud"
        )


@pytest.fixture
def api(vendor: Any, sandbox: Sandbox) -> Any:
    configuration = vendor.Configuration(host=sandbox.urls.aimms)
    return vendor.ApiClient(configuration, header_name="apikey", header_value=sandbox.credentials.aimms_api_key)


def test_people(vendor: Any, api: Any) -> None:
    authentication = vendor.AuthenticationApi(api)
    lab = authentication.create_environment(pro_environment=vendor.PROEnvironment(name="Lab"))
    group = authentication.create_group("Lab", pro_group=vendor.PROGroup(groupname="planners"))
    user = authentication.create_user("Lab", pro_user=vendor.PROUser(username="ada"))
    authentication.add_user_to_group("Lab", "planners", user.entity)
    assert [one.name for one in authentication.get_users_in_group("Lab", "planners").entities] == ["ada"]
    assert authentication.get_entity_info(user.entity).groups == [group.entity]
    # Its changes send the name, and isDefault, with everything.
    change = vendor.PROEnvironment(name="Lab", description="new")
    assert authentication.update_environment("Lab", pro_environment=change).id == lab.id
    authentication.remove_user_from_group("Lab", "planners", user.entity)
    authentication.delete_user("Lab", "ada")
    authentication.delete_group("Lab", "planners")
    authentication.delete_environment("Lab")
    assert [one.name for one in authentication.get_all_environments().environments] == ["ROOT"]


def test_keys(vendor: Any, api: Any, sandbox: Sandbox) -> None:
    authentication = vendor.AuthenticationApi(api)
    day = time.strftime("%Y-%m-%d", time.gmtime(sandbox.now() + 7 * 86_400))
    scopes = [vendor.PROApiKeyScope(scope="Tasks")]
    key = vendor.PROApiKey(keyName="ci", expirationDate=day, scopes=scopes)
    assert authentication.create_api_key(pro_api_key=key).secret
    assert [one.secret for one in authentication.get_api_keys().keys] == [None, None]
    authentication.delete_api_key("ci")


def test_access(vendor: Any, api: Any) -> None:
    authentication, portal = vendor.AuthenticationApi(api), vendor.PortalApi(api)
    users = authentication.get_group("ROOT", "Users")
    access = vendor.PortalAppAccess(app_id=1, entity_id=users.entity)
    portal.add_group_app_access(portal_app_access=access)
    assert portal.get_app_access_groups_by_app("Sandbox", "1.0").app_access_list[0].entity_name == "Users"
    assert portal.get_app_access_users_by_app("Sandbox", "1.0").app_access_list[0].entity_name == "sandbox-user"
    assert authentication.get_app_access("Sandbox", "1.0").entities[0].entity == users.entity
    assert authentication.get_entity_app_access(users.entity).applications[0].project.name == "Sandbox"
    portal.remove_group_app_access(portal_app_access=access)
    assert portal.get_app_access_apps_by_group("ROOT", "Users").app_access_list == []


def test_storage(vendor: Any, api: Any) -> None:
    storage = vendor.StorageApi(api)
    storage.upload_bucket(pro_storage_bucket=vendor.PROStorageBucket(path="/", label="data"))
    metadata = vendor.PROStorageObjectMetadata(path="/data", label="file")
    storage.upload_object(file=("f.bin", b"123"), metadata=metadata)
    storage.update_object("/data", "file", pro_storage_object_patch=vendor.PROStorageObjectPatch(label="renamed"))
    [child] = storage.get_bucket_info("/", "data").child_objects
    assert (child.label, child.size) == ("renamed", 3)
    assert "/storage-links/" in storage.download_object(child.object_id).file
    storage.delete_object("/data", "renamed")
    storage.delete_bucket("/", "data")


def test_portal(vendor: Any, api: Any) -> None:
    assert vendor.PortalApi(api).get_apps().applications[0].name == "Sandbox"
    assert vendor.PortalApi(api).get_pro_version().version
    assert vendor.CustomizationApi(api).get_customization_config().profile.can_edit_login_image is True
    launching = vendor.LaunchingApi(api)
    launched = launching.launch_app(pro_app_launch=vendor.PROAppLaunch(appName="Sandbox"))
    assert launching.get_launched_app_info(launched.id).port
    assert "openapi" in vendor.ServerApi(api).get_openapi_specification()
