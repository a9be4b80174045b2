"""Contains all the data models used in inputs/outputs"""

from .aimms_version import AimmsVersion
from .aimms_version_list import AimmsVersionList
from .api_key_list import ApiKeyList
from .app_instance_id import AppInstanceId
from .app_name_version import AppNameVersion
from .application_modifiable import ApplicationModifiable
from .current_user_info import CurrentUserInfo
from .customization_config_info import CustomizationConfigInfo
from .customization_profile import CustomizationProfile
from .entity_authorization import EntityAuthorization
from .entity_info import EntityInfo
from .entity_info_list import EntityInfoList
from .environment_info import EnvironmentInfo
from .environment_list import EnvironmentList
from .error import Error
from .error_message import ErrorMessage
from .launch_app_response import LaunchAppResponse
from .portal_app_access import PortalAppAccess
from .portal_app_access_list import PortalAppAccessList
from .portal_app_info import PortalAppInfo
from .portal_app_info_attributes import PortalAppInfoAttributes
from .portal_app_info_list import PortalAppInfoList
from .pro_aimms import PROAimms
from .pro_aimms_entry import PROAimmsEntry
from .pro_api_key import PROApiKey
from .pro_api_key_scope import PROApiKeyScope
from .pro_app_category import PROAppCategory
from .pro_app_category_list import PROAppCategoryList
from .pro_app_entry import PROAppEntry
from .pro_app_entry_attributes import PROAppEntryAttributes
from .pro_app_entry_list import PROAppEntryList
from .pro_app_launch import PROAppLaunch
from .pro_app_launch_details import PROAppLaunchDetails
from .pro_app_metadata import PROAppMetadata
from .pro_app_metadata_attributes import PROAppMetadataAttributes
from .pro_app_patch import PROAppPatch
from .pro_app_patch_attributes import PROAppPatchAttributes
from .pro_environment import PROEnvironment
from .pro_environment_patch import PROEnvironmentPatch
from .pro_group import PROGroup
from .pro_group_patch import PROGroupPatch
from .pro_login import PROLogin
from .pro_project import PROProject
from .pro_saml_login import PROSamlLogin
from .pro_storage_bucket import PROStorageBucket
from .pro_storage_bucket_info import PROStorageBucketInfo
from .pro_storage_bucket_patch import PROStorageBucketPatch
from .pro_storage_bucket_response import PROStorageBucketResponse
from .pro_storage_object_info import PROStorageObjectInfo
from .pro_storage_object_metadata import PROStorageObjectMetadata
from .pro_storage_object_patch import PROStorageObjectPatch
from .pro_storage_object_response import PROStorageObjectResponse
from .pro_storage_url import PROStorageUrl
from .pro_user import PROUser
from .pro_user_patch import PROUserPatch
from .pro_version import ProVersion
from .publish_app_body import PublishAppBody
from .saml_request_200_response import SamlRequest200Response
from .task import Task
from .task_interrupt import TaskInterrupt
from .task_interrupt_setstatus import TaskInterruptSetstatus
from .tasks import Tasks
from .upload_object_body import UploadObjectBody
from .version import Version

__all__ = (
    "AimmsVersion",
    "AimmsVersionList",
    "ApiKeyList",
    "AppInstanceId",
    "ApplicationModifiable",
    "AppNameVersion",
    "CurrentUserInfo",
    "CustomizationConfigInfo",
    "CustomizationProfile",
    "EntityAuthorization",
    "EntityInfo",
    "EntityInfoList",
    "EnvironmentInfo",
    "EnvironmentList",
    "Error",
    "ErrorMessage",
    "LaunchAppResponse",
    "PortalAppAccess",
    "PortalAppAccessList",
    "PortalAppInfo",
    "PortalAppInfoAttributes",
    "PortalAppInfoList",
    "PROAimms",
    "PROAimmsEntry",
    "PROApiKey",
    "PROApiKeyScope",
    "PROAppCategory",
    "PROAppCategoryList",
    "PROAppEntry",
    "PROAppEntryAttributes",
    "PROAppEntryList",
    "PROAppLaunch",
    "PROAppLaunchDetails",
    "PROAppMetadata",
    "PROAppMetadataAttributes",
    "PROAppPatch",
    "PROAppPatchAttributes",
    "PROEnvironment",
    "PROEnvironmentPatch",
    "PROGroup",
    "PROGroupPatch",
    "PROLogin",
    "PROProject",
    "PROSamlLogin",
    "PROStorageBucket",
    "PROStorageBucketInfo",
    "PROStorageBucketPatch",
    "PROStorageBucketResponse",
    "PROStorageObjectInfo",
    "PROStorageObjectMetadata",
    "PROStorageObjectPatch",
    "PROStorageObjectResponse",
    "PROStorageUrl",
    "PROUser",
    "PROUserPatch",
    "ProVersion",
    "PublishAppBody",
    "SamlRequest200Response",
    "Task",
    "TaskInterrupt",
    "TaskInterruptSetstatus",
    "Tasks",
    "UploadObjectBody",
    "Version",
)
