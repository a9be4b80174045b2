"""What becomes of the corrections here when the vendors' own documents come: each action in words that are true."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from openapi_drift.documents.document import load, whole
from openapi_drift.documents.effective import effective
from openapi_drift.documents.overlay import apply, load_overlay
from openapi_drift.documents.overlay_sorting import SortedAction, sort_actions, sort_and_apply
from openapi_drift.sources import load_sources

SOURCES = load_sources(Path(__file__).parents[2])
OVERLAID = [id_ for id_, source in SOURCES.items() if source.overlay]
Json = Any


def raw(id_: str) -> Json:
    return copy.deepcopy(whole(load(SOURCES[id_].document)))


def overlay(id_: str) -> dict[str, Any]:
    path = SOURCES[id_].overlay
    assert path
    return load_overlay(path)


def about(words: str, actions: list[SortedAction]) -> list[SortedAction]:
    """The actions whose target or update has some words."""
    found = [action for action in actions if words in action.target or words in str(action.action.get("update"))]
    assert found
    return found


def verdicts(words: str, actions: list[SortedAction]) -> list[str]:
    return [action.verdict for action in about(words, actions)]


@pytest.mark.parametrize("id_", OVERLAID)
def test_today_all_actions_are_needed(id_: str) -> None:
    """As a whole, and with or without a look at the document that they were written for: it is the same one."""
    for old in (None, raw(id_)):
        actions, after = sort_and_apply(old, raw(id_), overlay(id_), id_, downloaded=False)
        assert not [str(action) for action in actions if action.remarkable]
        assert after == effective(SOURCES[id_]).document


@pytest.mark.parametrize("id_", OVERLAID)
def test_a_document_that_says_it_all_needs_none(id_: str) -> None:
    """In the vendor's own words and order, without our marks, and with more beside it."""
    new = effective(SOURCES[id_]).document
    new["paths"] = {"/new": {"get": {"responses": {"200": {"description": "OK"}}}}, **new["paths"]}
    for path in new["paths"].values():
        for operation in path.values():
            operation.pop("x-inferred", None)
            operation["description"] = "The vendor's own words."
            operation.get("parameters", []).reverse()
    actions, after = sort_and_apply(raw(id_), new, overlay(id_), id_)
    assert {action.verdict for action in actions} == {"no longer needed"}, list(map(str, actions))
    assert after == new


@pytest.mark.parametrize("id_", OVERLAID)
def test_annotations_of_the_vendor_make_nothing_superseded(id_: str) -> None:
    """New descriptions, examples and sources in all schemas, another patch of OpenAPI: the corrections hold.

    But for the one that is only inferred, and would overwrite what the vendor's own document says.
    """
    new = annotated(raw(id_))
    new["openapi"] = new["openapi"][:4] + "3"
    actions = sort_actions(raw(id_), new, overlay(id_), id_)
    others = [action for action in actions if action.verdict != "needed"]
    assert all(action.verdict == "superseded" and "PROApiKey" in action.target for action in others)
    assert len(others) == (id_ == "aimms-pro-v2")


def annotated(value: Json) -> Json:
    if isinstance(value, list):
        return [annotated(item) for item in value]
    if not isinstance(value, dict):
        return value
    said = {key: annotated(item) for key, item in value.items() if not key.startswith("x-")}
    return {**said, "description": "In other words."} if isinstance(said.get("type"), str) else said


def verdicts_of(old: Json, new: Json, *actions: Json) -> tuple[list[str], Json]:
    found, after = sort_and_apply(old, new, {"actions": list(actions)}, "o")
    return [action.verdict for action in found], after


PUT = {"target": "$.a", "update": {"x": {"p": {"type": "string", "pattern": "^a"}}}}
BELOW = {"target": "$.a.x.p", "update": {"maxLength": 3}}


@pytest.mark.parametrize(
    ("old", "actions"),
    [
        ({"a": {"x": {"p": 1}}}, [{"target": "$.a.x", "remove": True}, PUT, BELOW]),
        ({"a": {"x": 1}}, [{"target": "$.a.x", "remove": True}, PUT, BELOW]),
        ({"a": {}}, [PUT, BELOW]),
    ],
)
def test_what_later_actions_do_to_the_vendors_is_superseded_as_well(old: Json, actions: list[Json]) -> None:
    """Also deep inside of it, where the vendor's own word has a place of that name."""
    new = {"a": {"x": {"p": {"type": "integer"}}}}
    assert verdicts_of(old, new, *actions) == (["superseded"] * len(actions), new)


def test_an_item_that_stays_the_vendors_takes_no_later_update() -> None:
    """Found by its name, and not by its place in the list."""
    old = {"a": {"parameters": [{"name": "n", "in": "query", "schema": {"type": "string"}}]}}
    new = {"a": {"parameters": [{"name": "n", "in": "query", "schema": {"type": "integer"}}]}}
    target = "$.a.parameters[?(@.name=='n')]"
    put = {"name": "n", "in": "query", "schema": {"type": "boolean"}}
    actions: list[Json] = [
        {"target": target, "remove": True},
        {"target": "$.a.parameters", "update": put},
        {"target": target, "update": {"required": True}},
    ]
    assert verdicts_of(old, new, *actions) == (["superseded"] * 3, new)


def test_what_is_not_needed_leaves_references_as_they_are() -> None:
    said = {"name": "n", "in": "query", "required": True}
    new = {"a": {"parameters": [{"$ref": "#/said"}]}, "said": said}
    update = {"target": "$.a.parameters[?(@.name=='n')]", "update": {"required": True}}
    old = {"a": {"parameters": [{"name": "n", "in": "query"}]}}
    assert verdicts_of(old, new, update) == (["no longer needed"], new)


def test_what_an_overlay_would_have_put_into_what_is_not_there_is_superseded_too() -> None:
    """The vendor's word is a plain value; it has nothing inside, and that asks nobody."""
    found, after = verdicts_of({"a": {}}, {"a": {"x": 5}}, PUT, BELOW)
    assert (found, after) == (["superseded", "superseded"], {"a": {"x": 5}})


def test_another_kind_of_value_takes_no_update() -> None:
    """An item for a list is merged into no object."""
    found, after = verdicts_of({"a": {"x": []}}, {"a": {"x": {"k": 1}}}, {"target": "$.a.x", "update": {"item": 1}})
    assert (found, after) == (["superseded"], {"a": {"x": {"k": 1}}})


def test_what_the_vendor_took_away_in_part_is_completed() -> None:
    """The old word has gone, nothing else has come: the removal is done, and what was put in its place still counts."""
    old = {"a": {"x": {"type": "string", "format": "date"}}}
    put = {"target": "$.a", "update": {"x": {"type": "string", "pattern": "^2"}}}
    found, after = verdicts_of(old, {"a": {"x": {"type": "string"}}}, {"target": "$.a.x", "remove": True}, put)
    assert found == ["no longer needed", "needed"]
    assert after == {"a": {"x": {"type": "string", "pattern": "^2"}}}


def test_a_vendor_who_says_the_result_and_more_needs_no_removal() -> None:
    old = {"a": {"x": {"oneOf": [{"type": "object"}]}}}
    put = {"target": "$.a", "update": {"x": {"type": "object", "properties": {"p": {"type": "string"}}}}}
    new = {"a": {"x": {"type": "object", "properties": {"p": {"type": "string"}, "q": {"type": "integer"}}}}}
    found = verdicts_of(old, new, {"target": "$.a.x", "remove": True}, put)
    assert found == (["no longer needed", "no longer needed"], new)


class TestAimms:
    id_ = "aimms-pro-v2"
    tasks = "/tasks/{appName}/{appVersion}/{serviceName}"

    def changed(self, change: str, value: Json) -> Json:
        """The raw document with another value at a place, such as "components schemas Task"."""
        new = raw(self.id_)
        *path, last = change.split()
        place = new
        for key in path:
            place = place[key]
        place[last] = value
        return new

    def sorted(self, new: Json) -> tuple[list[SortedAction], Json]:
        return sort_and_apply(raw(self.id_), new, overlay(self.id_), self.id_)

    def test_another_shape_of_a_date_supersedes_the_removal_and_what_was_put_there(self) -> None:
        """In one of two places: the other one is corrected as before."""
        new = raw(self.id_)
        parameters = new["paths"][self.tasks]["post"]["parameters"]
        index = next(index for index, each in enumerate(parameters) if each["name"] == "scheduleFor")
        vendors = {"type": "string", "format": "date-time"}
        parameters[index]["schema"] = dict(vendors)
        actions, after = self.sorted(new)
        both = about("scheduleFor')]", actions)
        assert [action.verdict for action in both] == ["needed", "needed"]
        place = f"/paths/{self.tasks.replace('/', '~1')}/post/parameters/{index}/schema"
        assert all(place in action.places and "date-time" in action.words for action in both)
        assert after["paths"][self.tasks]["post"]["parameters"][index]["schema"] == vendors
        other = after["paths"]["/tasks/{appName}/{serviceName}"]["post"]["parameters"]
        assert "pattern" in next(each for each in other if each["name"] == "scheduleFor")["schema"]

    def test_in_all_places_both_are_superseded_together(self) -> None:
        new = raw(self.id_)
        for path in new["paths"].values():
            for each in path.get("post", {}).get("parameters", []):
                if each.get("name") == "scheduleFor":
                    each["schema"] = {"type": "string", "format": "date-time"}
        actions, after = self.sorted(new)
        assert verdicts("scheduleFor')]", actions) == ["superseded", "superseded"]
        assert (
            after["paths"][self.tasks]["post"]["parameters"] != raw(self.id_)["paths"][self.tasks]["post"]["parameters"]
        )

    def test_what_is_said_of_one_patch_of_three_leaves_the_others(self) -> None:
        vendors = {"type": "object", "properties": {"email": {"type": "string"}, "locale": {"type": "string"}}}
        actions, after = self.sorted(self.changed("components schemas PROUserPatch", vendors))
        [patches] = [action for action in actions if "PROUserPatch" in action.action.get("update", {})]
        assert (patches.verdict, patches.places) == ("needed", ("/components/schemas/PROUserPatch",))
        assert after["components"]["schemas"]["PROUserPatch"] == vendors
        assert "PROGroupPatch" in after["components"]["schemas"]

    def test_what_the_vendor_says_in_part_is_completed(self) -> None:
        """A body without the word that it is required; the rest is what the overlay says, too."""
        body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/TaskInterrupt"}}}}
        new = self.changed(
            "paths /tasks/{id} put", {**raw(self.id_)["paths"]["/tasks/{id}"]["put"], "requestBody": body}
        )
        schema = {
            "type": "object",
            "required": ["setstatus"],
            "properties": {"setstatus": {"type": "string", "enum": ["interrupt-execution", "interrupt-solve"]}},
        }
        new["components"]["schemas"]["TaskInterrupt"] = schema
        actions, after = self.sorted(new)
        assert verdicts("TaskInterrupt'}", actions) == ["needed"]
        assert after["paths"]["/tasks/{id}"]["put"]["requestBody"] == {**body, "required": True}
        [described] = [action for action in actions if "TaskInterrupt" in action.action.get("update", {})]
        assert described.verdict == "no longer needed"

    def test_an_inferred_path_yields_to_the_vendors(self) -> None:
        logs = {
            "get": {
                "operationId": "logsOfTask",
                "responses": {"200": {"description": "OK", "content": {"text/plain": {"schema": {"type": "string"}}}}},
            }
        }
        actions, after = self.sorted(self.changed("paths /tasks/{id}/logs", logs))
        [action] = [action for action in actions if "/tasks/stats" in action.action.get("update", {})]
        assert action.verdict == "needed"
        assert "/paths/~1tasks~1{id}~1logs" in action.places
        assert after["paths"]["/tasks/{id}/logs"] == logs
        assert "/tasks/stats" in after["paths"]

    def test_content_where_there_was_none_is_the_vendors(self) -> None:
        new = raw(self.id_)
        content = {"application/json": {"schema": {"type": "boolean"}}}
        new["paths"]["/customization/portal-mode"]["get"]["responses"]["200"]["content"] = dict(content)
        actions, after = self.sorted(new)
        [action] = about("/customization/portal-mode", actions)
        assert action.verdict == "needed"
        assert after["paths"]["/customization/portal-mode"]["get"]["responses"]["200"]["content"] == content
        assert "*/*" in after["paths"]["/session/webui/info"]["get"]["responses"]["200"]["content"]

    def test_a_parameter_that_is_there_is_not_added_again(self) -> None:
        """Inline or behind a reference; where it is not there, it is added."""
        new = raw(self.id_)
        new["components"].setdefault("parameters", {})["Pretty"] = {
            "name": "prettyFormat",
            "in": "query",
            "schema": {"type": "boolean", "default": False},
        }
        new["paths"]["/tasks"]["get"]["parameters"].append({"$ref": "#/components/parameters/Pretty"})
        actions, after = self.sorted(new)
        [action] = [action for action in actions if action.target == "$.paths['/tasks/{id}','/tasks'].get.parameters"]
        assert action.verdict == "needed"
        assert after["paths"]["/tasks"]["get"]["parameters"][-1] == {"$ref": "#/components/parameters/Pretty"}
        assert after["paths"]["/tasks/{id}"]["get"]["parameters"][-1]["name"] == "prettyFormat"

    def test_a_default_need_not_be_said(self) -> None:
        new = raw(self.id_)
        [parameter] = [each for each in new["paths"]["/tasks"]["get"]["parameters"] if each["name"] == "appName"]
        del parameter["required"]
        actions, _ = self.sorted(new)
        assert verdicts("appName')]", actions) == ["no longer needed"]

    def test_null_in_the_words_of_3_0_is_null(self) -> None:
        """What is told of the user's name is there; types that are not, are still put right."""
        new = raw(self.id_)
        properties = new["components"]["schemas"]["Task"]["properties"]
        properties |= {name: {"type": "string", "nullable": True} for name in ("userName", "userEnvironment")}
        properties["errorMessage"]["nullable"] = True
        actions, after = self.sorted(new)
        assert verdicts("'userName'", actions) == ["no longer needed"]
        assert verdicts("'groupIndex': {", actions) == ["needed"]
        assert after["components"]["schemas"]["Task"]["properties"]["errorMessage"]["type"] == ["string", "null"]

    def test_what_the_vendor_took_away_does_not_come_back_in_parts(self) -> None:
        new = raw(self.id_)
        del new["components"]["schemas"]["Task"]["properties"]["queueTime"]
        actions, after = self.sorted(new)
        [action] = about("'queueTime'", actions)
        assert "queueTime is gone" in action.words
        assert "queueTime" not in after["components"]["schemas"]["Task"]["properties"]

    def test_what_is_nowhere_is_looked_at_and_the_rest_goes_on(self) -> None:
        new = raw(self.id_)
        new["components"]["schemas"]["ApplicationPatch"] = new["components"]["schemas"].pop("PROAppPatch")
        actions, after = self.sorted(new)
        [action] = about("'PROAppMetadata','PROAppPatch'", actions)
        assert action.verdict == "to look at"
        assert "PROAppPatch" in action.words
        assert "resourceProfile" in after["components"]["schemas"]["PROAppMetadata"]["properties"]
        assert action.left_out and action.left_out.places == ("$.components.schemas.PROAppPatch.properties",)

    def test_what_is_behind_references_is_corrected_where_the_overlay_means_it(self) -> None:
        """Parameters and replies that are said once: the corrections are needed as before, and the others stay."""
        new = raw(self.id_)
        parameters = new["components"].setdefault("parameters", {})
        for item in new["paths"].values():
            for operation in item.values():
                for index, each in enumerate(operation.get("parameters", [])):
                    if each["name"] in ("scheduleFor", "appName"):
                        parameters[f"P{len(parameters)}"] = each
                        operation["parameters"][index] = {"$ref": f"#/components/parameters/P{len(parameters) - 1}"}
        replies = new["paths"]["/tasks/{id}/response"]["get"]["responses"]
        new["components"]["responses"] = {"Given": replies["200"]}
        replies["200"] = {"$ref": "#/components/responses/Given"}
        shared = copy.deepcopy([new["components"]["responses"], parameters])
        actions, after = self.sorted(new)
        assert not [str(action) for action in actions if action.verdict not in ("needed", "superseded")]
        assert [action.number for action in actions if action.verdict == "superseded"] == [24]
        assert after["paths"]["/tasks/{id}/response"]["get"]["responses"]["200"]["content"] == {"*/*": {"schema": {}}}
        assert str(after["paths"]).count("(:[0-9]{2}(") == str(effective(SOURCES[self.id_]).document["paths"]).count(
            "(:[0-9]{2}("
        )
        assert [after["components"]["responses"], after["components"]["parameters"]] == shared
        assert (
            apply(new, overlay(self.id_), "o")
            == sort_and_apply(raw(self.id_), new, overlay(self.id_), "o", downloaded=False)[1]
        )

    def test_another_shape_behind_a_reference_is_the_vendors(self) -> None:
        new = raw(self.id_)
        new["components"]["parameters"] = {
            "When": {"name": "scheduleFor", "in": "query", "schema": {"type": "string", "format": "date-time"}}
        }
        for path in new["paths"].values():
            given = path.get("post", {}).get("parameters", [])
            for index, each in enumerate(given):
                if each.get("name") == "scheduleFor":
                    given[index] = {"$ref": "#/components/parameters/When"}
        actions, after = self.sorted(new)
        assert verdicts("scheduleFor')]", actions) == ["superseded", "superseded"]
        assert "date-time" in str(after["paths"][self.tasks]) and "pattern" not in str(after["paths"][self.tasks])


class TestAdiutaOpt:
    id_ = "adiutaopt-v6"

    def test_a_document_of_one_planner(self) -> None:
        """Schemas of the other planners are nowhere: told by name, and the rest of the action is applied."""
        new = raw(self.id_)
        new["components"]["schemas"] = {
            name: schema for name, schema in new["components"]["schemas"].items() if not name.startswith("Mixed")
        }
        actions, after = sort_and_apply(raw(self.id_), new, overlay(self.id_), self.id_)
        told = [action for action in actions if action.verdict == "to look at"]
        assert [action.number for action in told] == [7]
        assert told[0].words.count("matches nothing") == 7
        assert after["components"]["schemas"]["VersionInfo"]["additionalProperties"] == {}

    def test_another_union_supersedes_what_replaced_it(self) -> None:
        new = raw(self.id_)
        union = {"oneOf": [{"$ref": "#/components/schemas/ErrorPlan"}], "discriminator": {"propertyName": "kind"}}
        new["components"]["schemas"]["Solution"] = dict(union)
        actions, after = sort_and_apply(raw(self.id_), new, overlay(self.id_), self.id_)
        assert [action.verdict for action in actions[:3]] == ["needed", "superseded", "needed"]
        assert actions[0].places == ("/components/schemas/Solution",)
        assert after["components"]["schemas"]["Solution"] == union
