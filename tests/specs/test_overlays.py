"""Overlays: each action applies and changes something; what cannot apply is an error."""

import re
from pathlib import Path
from typing import Any

import oas_patch  # type: ignore[import-untyped]
import ply.yacc  # type: ignore[import-untyped]
import pytest

from openapi_drift.documents.document import parse_openapi
from openapi_drift.documents.overlay import apply, load_overlay
from openapi_drift.errors import SpecsError
from openapi_drift.generation.generate import effective_document
from openapi_drift.sources import load_sources

SOURCES = load_sources(Path(__file__).parents[2])
OVERLAID = [id_ for id_, source in SOURCES.items() if source.overlay]


@pytest.mark.parametrize("id_", OVERLAID)
def test_every_action_changes_something(id_: str) -> None:
    source = SOURCES[id_]
    assert source.overlay
    overlay = load_overlay(source.overlay)
    document = parse_openapi(source.document.read_text(), id_, source.format)
    for number, action in enumerate(overlay["actions"], start=1):
        before, document = document, apply(document, {"actions": [action]}, id_)
        assert document != before, f"action {number} ({action['target']}) changes nothing"
    assert document == effective_document(source)


@pytest.mark.parametrize("id_", OVERLAID)
def test_overlays_are_overlay_1_0(id_: str) -> None:
    path = SOURCES[id_].overlay
    assert path
    assert oas_patch.validate(load_overlay(path), "log") == "[INFO] Validation successful"


@pytest.mark.parametrize("id_", OVERLAID)
def test_another_implementation_gives_the_same(id_: str) -> None:
    """oas-patch, which applies overlays too, comes to the same documents."""
    source = SOURCES[id_]
    assert source.overlay
    document = parse_openapi(source.document.read_text(), id_, source.format)
    assert oas_patch.apply_overlay(document, load_overlay(source.overlay)) == effective_document(source)


def test_the_grammar_of_targets_is_worked_out_once(document: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser costs more than all else in an overlay, so that all actions share one."""
    made: list[object] = []
    build = ply.yacc.yacc

    def counting(**options: Any) -> Any:
        made.append(options)
        return build(**options)

    monkeypatch.setattr(ply.yacc, "yacc", counting)
    actions: list[dict[str, Any]] = [{"target": "$.info", "update": {f"x-{number}": {}}} for number in range(9)]
    actions += [{"target": f"$.info.x-{number}", "remove": True} for number in range(9)]
    apply(document, overlay_of(*actions), "o.yaml")
    assert len(made) <= 1


def test_what_is_removed_from_a_list_leaves_the_others(document: dict[str, Any]) -> None:
    """Indices are those of the document before the action."""
    document["servers"] = [{"url": f"/{number}"} for number in range(5)]
    changed = apply(document, overlay_of({"target": "$.servers[?(@.url != '/2')]", "remove": True}), "o.yaml")
    assert changed["servers"] == [{"url": "/2"}]


def test_a_list_in_a_list_takes_an_entry(document: dict[str, Any]) -> None:
    """An update of an array is appended, wherever the array stands."""
    document["x-lists"] = [["a"], ["b"]]
    changed = apply(document, overlay_of({"target": "$.x-lists[*]", "update": "c"}), "o.yaml")
    assert changed["x-lists"] == [["a", "c"], ["b", "c"]]


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ({"target": "$", "remove": True}, "removes the whole document"),
        ({"target": "$.info", "update": "New"}, "the update of an object must be an object"),
        ({"target": "$.info[", "update": {}}, "the target is no JSONPath"),
    ],
)
def test_what_overlay_1_0_cannot_do_is_named(document: dict[str, Any], action: dict[str, Any], reason: str) -> None:
    """The message names the action and its target."""
    with pytest.raises(SpecsError, match=rf"o.yaml: action 1 \(.*\): {reason}"):
        apply(document, overlay_of(action), "o.yaml")


def overlay_of(*actions: dict[str, Any]) -> dict[str, Any]:
    return {"actions": list(actions)}


def test_a_stale_action_is_named(document: dict[str, Any]) -> None:
    good = {"target": "$.info", "update": {"title": "New"}}
    stale = {"target": "$.paths['/gone'].get", "update": {"summary": "x"}}
    reason = re.escape("o.yaml: action 2 ($.paths['/gone'].get): matches nothing, so it is stale")
    with pytest.raises(SpecsError, match=reason):
        apply(document, overlay_of(good, stale), "o.yaml")


def test_one_stale_name_of_several_is_named(document: dict[str, Any]) -> None:
    partly = {"target": "$.components.schemas['Order','Gone']", "update": {"x-note": "x"}}
    with pytest.raises(SpecsError, match=r"action 1 .*schemas\.Gone: matches nothing, so it is stale"):
        apply(document, overlay_of(partly), "o.yaml")


def test_a_plain_value_cannot_be_targeted(document: dict[str, Any]) -> None:
    with pytest.raises(SpecsError, match="matches a plain value"):
        apply(document, overlay_of({"target": "$.info.title", "update": "New"}), "o.yaml")


def test_the_document_given_stays_as_it_was(document: dict[str, Any]) -> None:
    changed = apply(document, overlay_of({"target": "$.info", "update": {"title": "New"}}), "o.yaml")
    assert (document["info"]["title"], changed["info"]["title"]) == ("Orders", "New")


def test_places_updated_together_do_not_stay_tied(document: dict[str, Any]) -> None:
    both = {"target": "$.components.schemas.*", "update": {"x-note": {"seen": False}}}
    one = {"target": "$.components.schemas.Order.x-note", "update": {"seen": True}}
    schemas = apply(document, overlay_of(both, one), "o.yaml")["components"]["schemas"]
    assert (schemas["Order"]["x-note"], schemas["Batch"]["x-note"]) == ({"seen": True}, {"seen": False})


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        ("{target: $.info, update: {}, x-evidence: p1}", "description is missing"),
        ("{target: $.info, update: {}, description: why}", "x-evidence is missing"),
        ("{target: $.info, description: why, x-evidence: p1}", "either update or remove"),
        ("{target: $.info, update: {}, remove: true, description: why, x-evidence: p1}", "either update or remove"),
        ("{target: $.info, updates: {}, description: why, x-evidence: p1}", "unknown updates"),
        ("{update: {}, description: why, x-evidence: p1}", "target is missing"),
    ],
)
def test_an_action_must_say_what_and_why(tmp_path: Path, action: str, reason: str) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text(f"overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n- {action}\n")
    with pytest.raises(SpecsError, match=f"action 1.*{reason}"):
        load_overlay(path)


class TestAimms:
    """What the AIMMS overlay mends, seen in the effective document."""

    document = effective_document(SOURCES["aimms-pro-v2"])

    def parameter(self, path: str, method: str, name: str) -> Any:
        return next(each for each in self.document["paths"][path][method]["parameters"] if each["name"] == name)

    @pytest.mark.parametrize(
        ("value", "fits"),
        [
            ("2026-03-01 06:30", True),
            ("2026-03-01 06:30:15.250 +01:00", True),
            ("2026-03-01 06:30 -05:30", True),
            ("2026-03-01", False),
            ("2026-03-01T06:30:00Z", False),
        ],
    )
    def test_schedule_for_has_the_vendors_shape(self, value: str, fits: bool) -> None:
        for path in ("/tasks/{appName}/{appVersion}/{serviceName}", "/tasks/{appName}/{serviceName}"):
            schema = self.parameter(path, "post", "scheduleFor")["schema"]
            assert "format" not in schema
            assert bool(re.search(schema["pattern"], value)) is fits

    def test_patches_require_and_default_nothing(self) -> None:
        for name in ("PROEnvironmentPatch", "PROGroupPatch", "PROUserPatch", "PROAppPatch"):
            schema = self.document["components"]["schemas"][name]
            assert "required" not in schema
            assert not any("default" in value for value in schema["properties"].values())
            created = self.document["components"]["schemas"].get(name.removesuffix("Patch"))
            assert created is None or set(created["properties"]) == set(schema["properties"])

    def test_input_is_anything_on_both_calls(self) -> None:
        for path in ("/tasks/{appName}/{appVersion}/{serviceName}", "/tasks/{appName}/{serviceName}"):
            body = self.document["paths"][path]["post"]["requestBody"]
            assert list(body["content"]) == ["application/json", "*/*"]
            assert body["content"]["application/json"]["schema"] == {}
            assert body["required"] is False

    def test_app_name_is_optional(self) -> None:
        assert self.parameter("/tasks", "get", "appName")["required"] is False
