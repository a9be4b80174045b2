"""Checks of request bodies: the document's schemas, and what the sandbox demands beyond them, each with its source."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from optcloud_sandbox.aimms.apps import ACCOUNT_PROFILE, HIDE_OLD, KEEP_OLD, NEW, PROFILES, UNKNOWN_PROFILE
from optcloud_sandbox.aimms.keys import SPELLINGS
from optcloud_sandbox.documents import DocumentedOperation, Schema, document, inlined
from optcloud_sandbox.json_schemas import as_json_schema
from optcloud_sandbox.refusal import Refusal

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

NAME = {"type": "string", "minLength": 1, "pattern": "^[^/]+$"}  # a slash could not be written in a path (inferred)
STRING = {"type": "string"}
LABEL = {"properties": {"label": NAME}}
PROFILE = {"enum": [*PROFILES, ACCOUNT_PROFILE, UNKNOWN_PROFILE]}
ENTITY = {
    # Who has access to a secret; that all are required is inferred.
    "required": ["type", "environment_name", "name"],
    "properties": {"type": {"enum": ["user", "group"]}, "environment_name": NAME, "name": NAME},
}

# By the name of a schema of the documents or, where one schema serves several operations, by an operationId.
BEYOND_THE_DOCUMENT: Mapping[str, Schema] = {
    # A sum of read 4, write 2, execute 1 (AIMMS facts 4).
    "EntityAuthorization": {"properties": {"authorization": {"minimum": 1, "maximum": 7}}},
    "PROEnvironment": {"properties": {"name": NAME}},
    "PROEnvironmentPatch": {"properties": {"name": NAME}},
    "PROGroup": {"properties": {"groupname": NAME, "maxUsers": {"minimum": 0}}},
    "PROGroupPatch": {"properties": {"groupname": NAME, "maxUsers": {"minimum": 0}}},
    "PROUser": {"properties": {"username": NAME}},
    "PROUserPatch": {"properties": {"username": NAME}},
    # A secret that is sent is ignored; that a key needs a scope is the portal's rule, here too (inferred).
    "PROApiKey": {
        "required": ["expirationDate", "keyName", "scopes"],
        "properties": {"keyName": NAME, "scopes": {"minItems": 1}},
    },
    "PROApiKeyScope": {"properties": {"scope": {"enum": list(SPELLINGS)}}},
    # Required is what the vendor's publish example and its uniqueness rule need (inferred).
    "PROAppMetadata": {
        "required": ["name", "projectVersion", "aimmsVersionId"],
        "properties": {
            "name": {"minLength": 1},
            "projectVersion": {"minLength": 1},
            "publishBehavior": {"enum": [NEW, KEEP_OLD, HIDE_OLD]},
            "resourceProfile": PROFILE,
        },
    },
    "PROAppPatch": {"properties": {"resourceProfile": PROFILE}},
    "PROAppCategory": {"required": ["value"]},
    # The app and the entity are needed, each by its id or by its names (inferred).
    "PortalAppAccess": {
        "allOf": [
            {"anyOf": [{"required": ["app_id"]}, {"required": ["app_name", "app_version"]}]},
            {"anyOf": [{"required": ["entity_id"]}, {"required": ["entity_name", "env_name"]}]},
        ],
    },
    "PROAppLaunch": {"required": ["appName"]},  # without a version the latest one is launched (inferred)
    "PROLogin": {"required": ["username", "password"]},  # without an environment it is the default one (inferred)
    # That label and path are needed is inferred.
    "PROStorageBucket": LABEL | {"required": ["label", "path"]},
    "PROStorageObjectMetadata": LABEL | {"required": ["label", "path"]},
    "PROStorageBucketPatch": LABEL,
    "PROStorageObjectPatch": LABEL,
    "NewApiKey": {"properties": {"name": NAME, "scopes": {"items": {"enum": list(SPELLINGS)}}}},
    # secret-manager publishes no fields: all of these are inferred.
    "createItem": {
        "required": ["type"],
        "properties": {"type": {"enum": ["directory", "secret"]}, "content": STRING},
        "if": {"properties": {"type": {"const": "secret"}}},
        "then": {"required": ["content"]},
        "else": {"not": {"required": ["content"]}},
    },
    "updateItem": {"minProperties": 1, "properties": {"name": NAME, "content": STRING}},
    "setAccess": {
        "allOf": [ENTITY],
        "required": ["access"],
        "properties": {"access": {"enum": ["read", "read_write"]}},
    },
    "removeAccess": ENTITY,
}


def check(data: dict[str, Any], operation: DocumentedOperation, what: str) -> None:
    """Refusal 400 naming the field when `data` violates the schema of the operation's body."""
    from jsonschema.exceptions import best_match  # noqa: PLC0415 - a tenth of a second, only for those who send bodies

    error = best_match(_validator(operation.package, operation.id, operation.body).iter_errors(data))
    if error is not None:
        raise Refusal(400, f"{what}{''.join(f'/{step}' for step in error.absolute_path)}: {error.message[:300]}")


@cache
def _validator(package: str, operation_id: str, name: str) -> "Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - as above

    documented = document(package)["components"]["schemas"]
    schemas = {key: _merged(schema, BEYOND_THE_DOCUMENT.get(key, {})) for key, schema in documented.items()}
    schema = _merged(schemas[name], BEYOND_THE_DOCUMENT.get(operation_id, {}))
    return Draft202012Validator(as_json_schema(inlined(schema, schemas)))


def _merged(schema: Mapping[str, Any], addition: Mapping[str, Any]) -> Schema:
    """`schema` with the keywords of `addition`, which win, on all levels."""
    merged = dict(schema)
    for key, value in addition.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = _merged(merged[key], value) if both else value
    return merged
