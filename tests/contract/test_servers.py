"""Where the documents say that the services are, in whatever way they say it, is where the client asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from contract.answers import document_of
from contract.requests import BASES

VERSION = {"default": "v2", "enum": ["v1", "v2"]}
TEMPLATE = {
    "url": "{protocol}://{hostname}/pro-api/{version}",
    "variables": {"protocol": {"default": "http"}, "hostname": {"default": "localhost"}, "version": VERSION},
}


def server_paths(servers: Iterable[Mapping[str, Any]]) -> set[str]:
    """Where the paths of a document begin by its servers: each variable's default, then each of its other values.

    An address relative to the document's own says nothing, since a package does not have that.
    """
    found = set()
    for server in servers:
        variables = server.get("variables", {})
        defaults = {name: variable["default"] for name, variable in variables.items()}
        others = [{name: value} for name, variable in variables.items() for value in variable.get("enum", [])]
        for values in (defaults | one for one in [{}, *others]):
            url = server["url"]
            for name, value in values.items():
                url = url.replace(f"{{{name}}}", value)
            parts = urlsplit(url)
            if parts.netloc or parts.path.startswith("/"):
                found.add(parts.path.rstrip("/"))
    return found


@pytest.mark.parametrize("package", BASES)
def test_the_client_asks_where_the_document_says(package: str) -> None:
    said = server_paths(document_of(package).get("servers", [])) - {""}
    assert not said or BASES[package] in said


@pytest.mark.parametrize(
    ("servers", "paths"),
    [
        ([{"url": "https://a.example/pro-api/v2/"}], {"/pro-api/v2"}),
        ([TEMPLATE], {"/pro-api/v2", "/pro-api/v1"}),
        ([{"url": "{all}", "variables": {"all": {"default": "https://a.example/b"}}}], {"/b"}),
        ([{"url": "/pro-api/v2"}, {"url": "//a.example"}], {"/pro-api/v2", ""}),
        ([{"url": "./"}, {"url": "v2"}], set()),
        ([], set()),
    ],
)
def test_paths_of_servers(servers: list[dict[str, Any]], paths: set[str]) -> None:
    assert server_paths(servers) == paths
