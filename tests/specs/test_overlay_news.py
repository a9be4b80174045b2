"""What a newer document means for its overlays is told at the fetch and by the check of drift; generation obeys."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi_drift.__main__ import main
from openapi_drift.checks.check import Asked, check_document, check_vendor
from openapi_drift.checks.inputs import Reader
from openapi_drift.checks.verdict import DriftVerdict
from openapi_drift.documents.effective import effective
from openapi_drift.documents.overlay import Application, load_overlay
from openapi_drift.documents.overlay_left_out import LeftOut, check_values
from openapi_drift.documents.overlay_news import overlay_lines
from openapi_drift.documents.overlay_sorting import sort_actions, sort_and_apply
from openapi_drift.errors import SpecsError
from openapi_drift.generation.generate import effective_document
from openapi_drift.sources import DocumentSource, load_sources
from specs.test_fetch import serving, text

Json = dict[str, Any]
TARGET = "$.components.schemas.Order.properties"
ACTIONS: list[Json] = [
    {"target": TARGET, "update": {"customer": {"type": "string"}}},
    {"target": "$.components.schemas.Batch.properties.orders", "remove": True},
    {"target": "$.components.schemas['Order','Batch']", "update": {"additionalProperties": False}},
    {"target": TARGET, "update": {"amount": {"type": "integer", "x-inferred": ["that it is there"]}}},
]


ENTRY = {"target": "$", "check": "0", "verdict": "v", "reason": "r"}


def written(path: Path, actions: list[Json], **others: Any) -> None:
    why = {"description": "why", "x-evidence": "page 1"}
    content = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [a | why for a in actions]}
    path.write_text(yaml.safe_dump(content | others))


@pytest.fixture
def source(checkout: Path) -> DocumentSource:
    source = load_sources(checkout)["orders-v1"]
    written(source.folder / "overlay.yaml", ACTIONS)
    return source


@pytest.fixture
def newer(document: Json) -> Json:
    """It says what the first action does, and something else than the second, and has lost what the third wants."""
    schemas = document["components"]["schemas"]
    schemas["Order"]["properties"]["customer"] = {"type": "string", "maxLength": 9}
    schemas["Lot"] = schemas.pop("Batch")
    schemas["Lot"]["properties"]["orders"]["maxItems"] = 100
    document["paths"]["/orders"]["post"]["requestBody"]["content"]["application/vnd.orders+json"]["schema"] = {
        "$ref": "#/components/schemas/Lot"
    }
    return document


def test_all_that_is_stale_is_one_error(source: DocumentSource, newer: Json) -> None:
    """With the numbers of the actions and each name that matches nothing."""
    source.document.write_text(json.dumps(newer))
    with pytest.raises(SpecsError) as caught:
        effective_document(source)
    first, second = str(caught.value).splitlines()
    assert "action 2 ($.components.schemas.Batch.properties.orders): matches nothing" in first
    assert "action 3" in second and "$.components.schemas.Batch: matches nothing" in second


def test_to_go_on_leaves_out_what_is_stale_and_no_more(source: DocumentSource, newer: Json) -> None:
    source.document.write_text(json.dumps(newer))
    outcome = effective(source, keep_going=True)
    assert len(outcome.stale) == 2
    schemas = outcome.document["components"]["schemas"]
    assert schemas["Order"]["additionalProperties"] is False
    assert schemas["Lot"] == newer["components"]["schemas"]["Lot"]


def test_a_fetch_tells_all_and_stores_the_document(
    source: DocumentSource, newer: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    """What generation would refuse first, and the rest after it."""
    root = source.folder.parents[1]
    with serving() as vendor:
        vendor.routes["/spec"] = text(json.dumps(newer), "application/json")
        assert main(["--root", str(root), "fetch", "orders-v1", "--url", f"{vendor.url}/spec"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "overlay.yaml" in line]
    assert [line.split(": ")[2] for line in lines] == ["to look at", "to look at", "no longer needed", "superseded"]
    assert json.loads(source.document.read_text()) == newer


def test_an_overlay_that_cannot_be_read_is_a_line_of_its_own(source: DocumentSource, newer: Json) -> None:
    (source.folder / "overlay.yaml").write_text("overlay: 2.0.0")
    [line] = overlay_lines(source, newer, newer)
    assert "not an Overlay 1.0 document" in line


def test_the_check_of_drift_notes_what_is_redundant(source: DocumentSource, newer: Json) -> None:
    """Of the snapshot, and of what the vendor serves; what is stale is a change."""
    root = source.folder.parents[1]
    served = copy.deepcopy(newer)
    with serving() as vendor:
        vendor.routes["/spec"] = text(json.dumps(served), "application/json")
        asked = Asked(root, urls={"orders-v1": f"{vendor.url}/spec"})
        check = check_vendor(asked, source)
    assert [change.id for change in check.changes].count("overlay-stale") == 1
    assert any("action 1" in note and "no longer needed" in note for note in check.notes)
    written(source.folder / "overlay.yaml", [*ACTIONS[:1], *ACTIONS[:1]])
    source.document.write_text(json.dumps(newer))
    check = check_document(root, replace(source, sha256=hashlib.sha256(source.document.read_bytes()).hexdigest()))
    assert (check.verdict, len(check.notes)) == (DriftVerdict.NO_DRIFT, 2)


def left_out(source: DocumentSource, new: Json) -> list[Json]:
    old = json.loads(source.document.read_text())
    assert source.overlay
    actions = sort_actions(old, new, load_overlay(source.overlay), "overlay.yaml")
    return [action.left_out.as_dict() for action in actions if action.left_out]


def test_what_is_left_out_is_not_applied_until_it_is_edited(source: DocumentSource, newer: Json) -> None:
    """Then it counts again, and the entry that leaves nothing out is noted."""
    entries = left_out(source, newer)
    assert [entry.get("places") for entry in entries] == [None, None, ["$.components.schemas.Batch"], None]
    source.document.write_text(json.dumps(newer))
    written(source.folder / "adopted.yaml", [], **{"x-left-out": entries})
    outcome = effective(source)
    assert (outcome.stale, outcome.notes) == ((), ())
    schemas = outcome.document["components"]["schemas"]
    assert schemas["Order"] == {**newer["components"]["schemas"]["Order"], "additionalProperties": False}
    assert overlay_lines(source, None, newer) == []

    written(
        source.folder / "overlay.yaml", [{"target": TARGET, "update": {"customer": {"minLength": 1}}}, *ACTIONS[1:]]
    )
    outcome = effective(source)
    assert outcome.document["components"]["schemas"]["Order"]["properties"]["customer"]["minLength"] == 1
    [note] = outcome.notes
    assert "x-left-out 1" in note and "names no action" in note
    assert any("names no action" in line for line in overlay_lines(source, None, newer))


def test_names_of_our_own_come_before_the_corrections(source: DocumentSource) -> None:
    """Generation, comparison and the fingerprint have both files, and a place knows which of them wrote it."""
    adopted = {"target": "$.components.schemas", "update": {"Extra": {"type": "object"}}}
    written(source.folder / "adopted.yaml", [adopted])
    written(source.folder / "overlay.yaml", [{"target": "$.components.schemas.Extra", "update": {"minProperties": 1}}])
    assert effective_document(source)["components"]["schemas"]["Extra"] == {"type": "object", "minProperties": 1}
    found, _ = Reader(source.folder.parents[1]).pair(str(source.folder), str(source.document))
    assert found.document.content == effective_document(source)
    assert found.document.position("/components/schemas/Extra").file.endswith("adopted.yaml")
    assert found.document.position("/components/schemas/Extra/minProperties").file.endswith("overlay.yaml")


def test_what_is_inferred_depends_on_where_the_document_is_from(source: DocumentSource) -> None:
    """A guess corrects our own reconstruction, and yields to a download; comparison sees what generation sees."""
    written(source.folder / "overlay.yaml", ACTIONS[3:])
    root = source.folder.parents[1]

    def types() -> list[Any]:
        found, _ = Reader(root).pair(str(source.folder), str(source.document))
        documents = [effective_document(load_sources(root)["orders-v1"]), found.document.content]
        return [each["components"]["schemas"]["Order"]["properties"]["amount"]["type"] for each in documents]

    assert types() == ["integer", "integer"]
    registry = root / "specs" / "sources.toml"
    registry.write_text(registry.read_text().replace('"reconstructed"', '"downloaded"'))
    assert types() == [["integer", "null"], ["integer", "null"]]


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ("all", "must be a list"),
        (["one"], "x-left-out 1: must have target, check, verdict, reason"),
        ([{"target": "$", "check": "0"}], "lacks verdict, reason"),
        ([{"target": "$", "check": "0", "verdict": "v", "reason": "r", "place": "/a"}], "unknown place"),
        (
            [{"target": "$", "check": "0", "verdict": "v", "reason": "r", "places": "/a"}],
            "places must be a list of texts",
        ),
    ],
)
def test_entries_of_another_form_are_refused(source: DocumentSource, entries: Any, reason: str) -> None:
    written(source.folder / "adopted.yaml", [], **{"x-left-out": entries})
    with pytest.raises(SpecsError, match=reason):
        effective(source)


def test_what_an_action_does_is_hashed_and_nothing_else() -> None:
    action = {"target": "$", "update": {"b": 1, "a": 2}}
    same = {"description": "why", "x-evidence": "e", "update": {"a": 2, "b": 1}, "target": "$"}
    others: list[Json] = [{**action, "target": "$.a"}, {**action, "update": {"b": 1}}, {"target": "$", "remove": True}]
    [check] = check_values([action])
    assert check_values([same]) == [check]
    assert check not in check_values(others)
    assert check_values([action, same, *others, action]) == [check, f"{check}-2", *check_values(others), f"{check}-3"]
    assert LeftOut("$", check, "v", "r").as_dict()["check"] == check


def test_of_two_equal_actions_one_can_be_left_out_alone() -> None:
    """The first brings a parameter, so the second is no longer needed: what generation applies is the same."""
    parameters = [{"name": name, "in": "query"} for name in ("o", "n")]
    action = {"target": "$.a.parameters", "update": parameters}
    overlay = {"actions": [action, action]}
    document = {"a": {"parameters": parameters[1:]}}
    actions, after = sort_and_apply(None, document, overlay, "o")
    assert [action.verdict for action in actions] == ["needed", "no longer needed"]
    left_out = [action.left_out for action in actions if action.left_out]
    application = Application(copy.deepcopy(document), overlay, "o", left_out, yielding=True)
    for _written in application.run():
        pass
    assert application.document == after
    assert len(after["a"]["parameters"]) == 2
