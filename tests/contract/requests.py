"""Judges a request by a vendor's OpenAPI document (3.1, JSON Schema 2020-12): address, parameters, media type, body."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Mapping
from email.parser import BytesParser
from email.policy import HTTP
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import optcloud
from openapi_drift.checks.contract.table import NAME, read_contract
from optcloud_sandbox.json_schemas import as_json_schema
from optcloud_sandbox.urls import AIMMS_BASES

# What HTTP itself needs; everything else must be a documented parameter or the documented credentials.
OF_HTTP = {"host", "accept", "accept-encoding", "connection", "user-agent", "content-type", "content-length"}
OPEN: dict[str, Callable[[bytes], bytes]] = {"+gzip": gzip.decompress, "+deflate": zlib.decompress}
# Where the paths of a document begin, below the host that the tests ask.
BASES = {**AIMMS_BASES, "adiutaopt": ""}


class Document:
    """One effective document, as the installed package carries it."""

    def __init__(self, package: str) -> None:
        self._package = package
        text = (files(package) / "openapi.json").read_text(encoding="utf-8")
        self.content: dict[str, Any] = as_json_schema(json.loads(text))
        self._registry = Registry().with_resource("urn:document", DRAFT202012.create_resource(self.content))

    def judge(self, request: httpx.Request) -> tuple[str, list[str]]:
        """Return the operation that the request asks for, and what is wrong with it."""
        path, item, values = self._find(request)
        operation = item[request.method.lower()]
        pointer = ["paths", path, request.method.lower()]
        parameters = [self._resolved(one) for one in [*item.get("parameters", []), *operation.get("parameters", [])]]
        faults = [*self._parameters(request, parameters, values, operation), *self._body(request, operation, pointer)]
        return str(operation["operationId"]), faults

    def _resolved(self, part: Any) -> Any:
        """Follow a reference, where there is one."""
        if "$ref" not in part:
            return part
        return self._registry.resolver("urn:document").lookup(part["$ref"]).contents

    def _find(self, request: httpx.Request) -> tuple[str, Mapping[str, Any], dict[str, str]]:
        base = BASES[self._package]
        asked = request.url.raw_path.decode().partition("?")[0]
        assert asked.startswith(base), asked
        # As RFC 6570 and servers do it: a template without variables goes first, then the one with the fewest.
        for path, item in sorted(self.content["paths"].items(), key=lambda pair: pair[0].count("{")):
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
            match = re.fullmatch(pattern, asked.removeprefix(base))
            if match and request.method.lower() in item:
                return path, item, {name: unquote(value) for name, value in match.groupdict().items()}
        raise AssertionError(f"no operation is at {request.method} {asked}")

    def _parameters(
        self, request: httpx.Request, parameters: list[Any], path: dict[str, str], operation: Mapping[str, Any]
    ) -> list[str]:
        given = {
            "path": path,
            "query": dict(request.url.params),
            "header": {name: value for name, value in request.headers.items() if name not in OF_HTTP},
        }
        faults = []
        known: dict[str, set[str]] = {place: set() for place in given}
        known["header"] |= self._credentials(operation)
        for parameter in parameters:
            name = parameter["name"].lower() if parameter["in"] == "header" else parameter["name"]
            known[parameter["in"]].add(name)
            values = request.headers if parameter["in"] == "header" else given[parameter["in"]]
            if name in values:
                faults += self._text(values[name], parameter)
            elif parameter["in"] == "query" and self._resolved(parameter["schema"]).get("type") == "object":
                known["query"] |= set(given["query"])  # each property is a parameter of its own
            elif parameter.get("required"):
                faults.append(f"{parameter['in']} {name} is missing")
        for place, values in given.items():
            faults += [f"{place} {name} is not documented" for name in values if name not in known[place]]
        return faults

    def _credentials(self, operation: Mapping[str, Any]) -> set[str]:
        schemes = self.content["components"]["securitySchemes"]
        required = operation.get("security", self.content.get("security", []))
        used = [schemes[name] for one in required for name in one]
        return {str(one.get("name", "authorization")).lower() for one in used}

    def _text(self, value: str, parameter: Mapping[str, Any]) -> list[str]:
        kind = parameter["schema"].get("type")
        typed: Any = int(value) if kind == "integer" and value.lstrip("-").isdigit() else value
        if kind == "boolean":
            typed = {"true": True, "false": False}.get(value, value)
        return [f"{parameter['name']}: {fault}" for fault in self._errors(typed, parameter["schema"])]

    def _body(self, request: httpx.Request, operation: Mapping[str, Any], pointer: list[str]) -> list[str]:
        described = operation.get("requestBody")
        if described is None:
            return ["a body is not documented"] if request.content else []
        if "content-type" not in request.headers:
            return ["the body is missing"] if described.get("required") or request.content else []
        sent = request.headers["content-type"].partition(";")[0].strip().lower()
        name = next((one for one in described["content"] if _covers(one, sent)), None)
        if name is None:
            return [f"{sent} is not documented"]
        schema = self._at([*pointer, "requestBody", "content", name, "schema"])
        if sent == "multipart/form-data":
            return self._parts(request, described["content"][name]["schema"], schema)
        if name == "*/*":
            return []  # bytes of any kind
        unpack = next((way for end, way in OPEN.items() if sent.endswith(end)), None)
        if unpack is None:
            return self._errors(json.loads(request.content), schema)
        # A packed body is bytes to the document; what is inside is what goes plain as JSON.
        plain = self._at([*pointer, "requestBody", "content", "application/json", "schema"])
        return self._errors(json.loads(unpack(request.content)), plain)

    def _parts(self, request: httpx.Request, described: Mapping[str, Any], schema: Any) -> list[str]:
        head = b"content-type: " + request.headers["content-type"].encode() + b"\r\n\r\n"
        message = BytesParser(policy=HTTP).parsebytes(head + request.content)
        parts = {str(part.get_param("name", header="content-disposition")): part for part in message.iter_parts()}
        properties = described["properties"]
        value: dict[str, Any] = {}
        for name, part in parts.items():
            if name not in properties:
                return [f"part {name} is not documented"]
            text = part.get_payload(decode=True)
            assert isinstance(text, bytes)
            value[name] = "bytes" if properties[name].get("format") == "binary" else json.loads(text)
        return self._errors(value, schema)

    def _at(self, pointer: list[str]) -> dict[str, str]:
        steps = "/".join(step.replace("~", "~0").replace("/", "~1") for step in pointer)
        return {"$ref": f"urn:document#/{steps}"}

    def _errors(self, value: Any, schema: Any) -> list[str]:
        validator = Draft202012Validator(schema, registry=self._registry)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _covers(documented: str, sent: str) -> bool:
    return documented in {"*/*", sent} or (documented.endswith("/*") and sent.startswith(documented[:-1]))


def used_modules(cloud: str) -> set[str]:
    """Find the generated endpoint modules that the flows of a cloud use, by their dotted names."""
    contract = read_contract(Path(optcloud.__file__).parent / NAME)
    start = f"adapters/optcloud/{cloud}/"
    return {
        name
        for name, place in contract.modules.items()
        if ".api." in name and any(file.startswith(start) for file in place.files)
    }
