"""What Gurobi Instant Cloud v1 is held to: the vendor has a page and no document, so its fields are written down here.

Source: vendor page "REST API v1"; the page says nothing of types, and numbers may come as strings, so any type passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optcloud.gurobi.models import (
    COMING,
    FAILED,
    LEAVING,
    LICENSE_TYPES,
    MACHINE_TYPES,
    RATE_PLANS,
    READY,
    REGIONS,
    WORKER,
)

_ANY: Mapping[str, Any] = {}


def _words(*words: str) -> dict[str, Any]:
    return {"type": "string", "x-extensible-enum": sorted(words)}


_LICENSE = {
    **dict.fromkeys(("licenseId", "credit", "expiration"), _ANY),
    "ratePlan": _words(*RATE_PLANS),
}
_MACHINE = {
    **dict.fromkeys(("_id", "DNSName", "createTime", "idleShutdown", "licenseId", "userPassword"), _ANY),
    "state": _words(*COMING, *READY, *FAILED, *LEAVING),
    "machineType": _words(*MACHINE_TYPES),
    "region": _words(*REGIONS),
    "licenseType": _words(*LICENSE_TYPES, WORKER),
}


def _operation(method: str, name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    listed = {"type": "array", "items": {"type": "object", "properties": fields}}
    responses = {
        "200": {"description": "OK", "content": {"application/json": {"schema": listed}}},
        "4XX": {"description": "Refused, in words.", "content": {"text/*": {}, "application/json": {}}},
    }
    return {method: {"operationId": name, "responses": responses}}


DOCUMENT: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Gurobi Instant Cloud, from the vendor's page", "version": "v1"},
    "paths": {
        "/licenses": _operation("get", "licenses", _LICENSE),
        "/machines": _operation("get", "machines", _MACHINE),
        "/launch": _operation("post", "launch", _MACHINE),
        "/kill": _operation("post", "kill", _MACHINE),
    },
}
