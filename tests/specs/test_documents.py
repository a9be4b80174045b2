"""The documents in specs/, the registry, and reading a document safely."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from openapi_drift.documents.document import parse, parse_openapi
from openapi_drift.errors import SpecsError
from openapi_drift.sources import load_sources, recorded

REPOSITORY = Path(__file__).parents[2]
SOURCES = load_sources(REPOSITORY)


@pytest.mark.parametrize("id_", SOURCES)
def test_registry_describes_the_document_that_is_there(id_: str) -> None:
    source = SOURCES[id_]
    content = source.document.read_bytes()
    assert hashlib.sha256(content).hexdigest() == source.sha256
    document = parse_openapi(content.decode(), id_, source.format)
    assert str(document["info"]["version"]) == source.version


def test_a_key_given_twice_is_refused_with_its_line() -> None:
    with pytest.raises(SpecsError, match=r"spec\.yaml:3: the key 'a' is given twice"):
        parse("a: 1\nb: 2\na: 3\n", "spec.yaml")
    with pytest.raises(SpecsError, match=r"the key 'a' is given twice"):
        parse('{"a": 1, "a": 2}', "spec.json", "json")


def test_yaml_is_read_safely_and_dates_stay_text() -> None:
    with pytest.raises(SpecsError, match=r"spec\.yaml:1: the tag .*os\.system' is none of those"):
        parse("a: !!python/object/apply:os.system ['true']\n", "spec.yaml")
    assert parse("date: 2026-01-31\n", "spec.yaml") == {"date": "2026-01-31"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html><body>Sign in</body></html>", "is HTML or XML"),
        ("swagger: '2.0'\ninfo: {version: '1'}\npaths: {/: {}}\n", "Swagger 2.0"),
        ("info: {version: '1'}\npaths: {/: {}}\n", "it has no `openapi` field"),
        ("openapi: 3.0.0\npaths: {/: {}}\n", "info.version is missing"),
        ("openapi: 3.0.0\ninfo: {version: '1'}\n", "paths is missing"),
        ("openapi: 3.2.0\ninfo: {version: '1'}\npaths: {/: {}}\n", "is OpenAPI 3.2.0; 3.0 and 3.1 can be read"),
        ("openapi: 3.0.0\ninfo: {version: '1'\n", r"spec:3: is not YAML"),
        (
            "openapi: 3.0.0\ninfo: {version: '1'}\npaths: {/: {$ref: '#/components/pathItems/x'}}\n",
            "the reference '#/components/pathItems/x' leads nowhere",
        ),
    ],
)
def test_what_is_no_whole_openapi_3_document_is_refused(text: str, reason: str) -> None:
    with pytest.raises(SpecsError, match=reason):
        parse_openapi(text, "spec")


def test_references_to_escaped_names_are_found(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Batch"]["properties"]["first"] = {"$ref": "#/paths/~1orders/post"}
    assert parse_openapi(json.dumps(document), "spec", "json") == document


def test_recording_changes_one_entry_and_nothing_else() -> None:
    before = (REPOSITORY / "specs" / "sources.toml").read_text()
    after = recorded(REPOSITORY, "adiutaopt-v6", {"version": "9.9", "provenance": "downloaded"})
    changed = [line for line in after.splitlines() if line not in before.splitlines()]
    assert changed == ['provenance = "downloaded"', 'version = "9.9"']
    assert len(after.splitlines()) == len(before.splitlines())
    with pytest.raises(SpecsError, match="cannot record nothing"):
        recorded(REPOSITORY, "adiutaopt-v6", {"nothing": "there"})
    with pytest.raises(SpecsError, match="cannot record version"):
        recorded(REPOSITORY, "adiutaopt-v6", {"version": 'a"\nurl = "b'})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("format", "xml"), "format is 'xml'"),
        (("provenance", "found"), "provenance is 'found'"),
        (("client", "Not-A-Name"), "must be a package name"),
        (("colour", "red"), r"unknown \['colour'\]"),
    ],
)
def test_a_wrong_entry_is_named(checkout: Path, change: tuple[str, str], reason: str) -> None:
    path = checkout / "specs" / "sources.toml"
    key, value = change
    kept = [line for line in path.read_text().splitlines() if not line.startswith(f"{key} ")]
    path.write_text("\n".join([*kept, f'{key} = "{value}"']))
    with pytest.raises(SpecsError, match=rf"\[orders-v1\].*{reason}"):
        load_sources(checkout)
