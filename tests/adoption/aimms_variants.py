"""What may be different in AIMMS PRO's own document."""

from __future__ import annotations

import re
from typing import Any

from adoption.document_edits import (
    Document,
    add_fields,
    add_formats,
    add_nullable,
    base_in_paths,
    call_operations,
    call_placeholders,
    call_schemas,
    call_tags,
    named,
    operation,
    parameter,
    template_servers,
)

_ABBREVIATIONS = {"Api": "API", "Url": "URL", "Webui": "WebUI", "Openapi": "OpenAPI", "Saml": "SAML"}
_NULLABLE = {
    "Task": ["groupIndex", "scheduleFor", "scheduleInterval", "endedAt", "returnCode", "errorMessage"],
    "PROAppEntry": ["description", "projectCategory"],
    "EntityInfo": ["email", "description", "groups"],
    "PROApiKey": ["secret"],
}
_NAMES_OF_2026 = {
    "getTaskLogs": "fetchTaskLogs",
    "downloadTaskLogs": "fetchTaskLogsFile",
    "getTaskStats": "taskStatistics",
    "getTaskCurrentStats": "currentTaskStatistics",
    "getResourceProfiles": "listResourceProfiles",
}
_SCHEMAS_OF_2026 = {
    "TaskInterrupt": "InterruptRequest",
    "PROEnvironmentPatch": "EnvironmentUpdate",
    "PROGroupPatch": "GroupUpdate",
    "PROUserPatch": "UserUpdate",
}


def other_tags(document: Document) -> None:
    """Tags as plurals; API in capitals; a template as server."""
    call_tags(document, lambda tag: tag if tag.endswith("ing") else f"{tag}s")
    call_operations(document, _capitals)
    template_servers(document)


def _capitals(id_: str) -> str:
    return re.sub("|".join(_ABBREVIATIONS), lambda found: _ABBREVIATIONS[found[0]], id_)


def other_schemas(document: Document) -> None:
    """Data transfer objects, titles of inline schemas, formats, null, further fields and an operation."""
    add_nullable(document, _NULLABLE)
    add_formats(document)
    task = document["components"]["schemas"]["Task"]["properties"]
    task["groupIndex"]["format"], task["runTime"]["format"] = "int32", "double"  # both are numbers
    add_fields(
        document,
        {
            "Task": {
                "priority": {"type": "integer", "format": "int32"},
                "tags": {"type": "array", "items": {"type": "string"}},
            },
            "PROAppPatch": {"owner": {"type": "string", "nullable": True}},
        },
    )
    document["paths"]["/applications"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]["title"] = (
        "PublishForm"
    )
    document["components"]["schemas"]["PROAppMetadata"]["properties"]["attributes"]["title"] = "AppAttributes"
    call_schemas(document, lambda name: f"{name.removeprefix('PRO')}Dto" if name.startswith("PRO") else name)
    document["paths"]["/tasks/{id}/priority"] = {
        "get": operation("getTaskPriority", "Task", {"type": "integer", "format": "int32"}, parameter("id", "path"))
    }


def of_2026(document: Document) -> None:
    """What the overlay adds, with the vendor's names and words; further operations; a place of the overlay is gone."""
    call_operations(document, named(_NAMES_OF_2026))
    call_schemas(document, named(_SCHEMAS_OF_2026))
    paths, schemas = document["paths"], document["components"]["schemas"]
    schemas["InterruptRequest"]["description"] = "Tells how the task is interrupted."
    # The logs have a parameter of their own; figures are objects.
    for path in ("/tasks/{id}/logs", "/tasks/{id}/logs/download"):
        paths[path]["get"]["summary"] = "Task logs"
        paths[path]["get"]["responses"]["200"]["description"] = "The lines of the logs"
        paths[path]["get"]["parameters"].append(parameter("tail", "query", "integer"))
    for path in ("/tasks/stats", "/tasks/stats/current"):
        content = paths[path]["get"]["responses"]["200"]["content"]
        content["application/json"]["schema"] = {"type": "object", "additionalProperties": {"type": ["number", "null"]}}
    schemas["Task"]["properties"] |= {
        "userName": {"type": ["string", "null"]},
        "sessionId": {"type": ["string", "null"]},
    }
    for value in _parameters(document, "prettyFormat"):
        value |= {
            "required": False,
            "description": "Indent the reply.",
            "schema": {"type": "boolean", "default": False},
        }
    for value in _parameters(document, "scheduleFor"):
        value["description"] = "The earliest start of the task, UTC unless an offset is given."
    # The portal has gone to a service of its own.
    del paths["/session/webui/info"], paths["/portal/login-image-url"]
    schemas["ClusterInfo"] = {"type": "object", "properties": {"nodes": {"type": "integer", "format": "int32"}}}
    paths["/clusters/{clusterId}"] = {
        "get": operation(
            "getCluster", "Cluster", {"$ref": "#/components/schemas/ClusterInfo"}, parameter("clusterId", "path")
        )
    }
    document["tags"].append({"name": "Cluster"})
    document["info"]["version"] = "v2.1"


def _parameters(document: Document, name: str) -> list[Any]:
    listed = [
        each
        for item in document["paths"].values()
        for described in item.values()
        if isinstance(described, dict)
        for each in described.get("parameters", [])
    ]
    return [each for each in listed if each.get("name") == name]


def other_placeholders(document: Document) -> None:
    """The task's id says whose it is, applications are called so, and the base path stands in each path."""
    names = {"projectName": "applicationName", "projectVersion": "applicationVersion"}
    call_placeholders(
        document, lambda path, name: "taskId" if path.startswith("/tasks/{id}") else names.get(name, name)
    )
    base_in_paths(document, "/pro-api/v2")


def without_download(document: Document) -> None:
    """An operation that the facade needs is gone."""
    del document["paths"]["/storage/download"]
