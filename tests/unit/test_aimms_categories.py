"""Categories of apps on scripted replies."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from optcloud.aimms.apps import categories
from optcloud.aimms.apps.categories import Category
from optcloud.core.errors import BadRequest, Conflict, NotFound, ResponseMismatch, TransportError
from unit.script import LOST, json_reply
from unit.test_aimms_tasks import script

TWO = [{"id": "7", "value": "planning"}, {"id": "8", "value": "sales", "newer": 1}]
KNOWN = [Category("7", "planning"), Category("8", "sales")]


@pytest.mark.parametrize("shape", [TWO, {"applications": TWO}, {"application_categories": TWO, "more": 1}])
def test_all_three_shapes_of_the_list_are_read(shape: Any) -> None:
    assert script(json_reply(shape)).run(categories.list_categories()) == KNOWN


@pytest.mark.parametrize("shape", [[], {"applications": None}, {"application_categories": []}])
def test_no_categories(shape: Any) -> None:
    assert script(json_reply(shape)).run(categories.list_categories()) == []


@pytest.mark.parametrize("shape", [7, {}, [7], [{"id": "7"}], {"applications": 7}, "text"])
def test_any_other_shape_is_a_mismatch(shape: Any) -> None:
    with pytest.raises(ResponseMismatch):
        script(json_reply(shape)).run(categories.list_categories())


def test_create_sends_the_name_as_the_vendors_client_does() -> None:
    cloud = script(json_reply({"id": "9", "value": "plans"}))
    assert cloud.run(categories.create("plans")) == Category("9", "plans")
    assert (cloud.sent[0].method, cloud.sent[0].url.path) == ("POST", "/pro-api/v2/applications/categories")
    assert json.loads(cloud.sent[0].content) == {"value": "plans"}


def test_create_is_sent_once_and_a_lost_reply_says_how_to_look() -> None:
    with pytest.raises(TransportError) as caught:
        script(LOST).run(categories.create("plans"))
    assert "categories.ensure('plans') looks first" in caught.value.__notes__[0]


def test_ensure_creates_only_what_is_missing() -> None:
    assert script(json_reply(TWO)).run(categories.ensure("sales")) == KNOWN[1]
    cloud = script(json_reply(TWO), json_reply({"id": "9", "value": "plans"}))
    assert cloud.run(categories.ensure("plans")) == Category("9", "plans")


def test_rename_and_delete_by_name_or_as_listed() -> None:
    cloud = script(json_reply(TWO), httpx.Response(200))
    assert cloud.run(categories.rename("sales", "more")) == Category("8", "more")
    assert (cloud.sent[1].method, cloud.sent[1].url.path) == ("PATCH", "/pro-api/v2/applications/categories/8")
    assert json.loads(cloud.sent[1].content) == {"value": "more"}
    cloud = script(httpx.Response(200))
    cloud.run(categories.delete(KNOWN[0]))
    assert (cloud.sent[0].method, cloud.sent[0].url.path) == ("DELETE", "/pro-api/v2/applications/categories/7")


def test_a_name_that_is_not_there_or_there_twice() -> None:
    with pytest.raises(NotFound, match="no category 'x'; there are: planning, sales"):
        script(json_reply(TWO)).run(categories.delete("x"))
    twice = [*TWO, {"id": "9", "value": "sales"}]
    with pytest.raises(Conflict, match=r"2 categories are called 'sales': give one of the list \(8, 9\)"):
        script(json_reply(twice)).run(categories.rename("sales", "more"))


def test_an_empty_name_is_refused_before_sending() -> None:
    for flow in (categories.create(" "), categories.ensure(""), categories.rename(KNOWN[0], "")):
        with pytest.raises(BadRequest, match="category: a name is needed"):
            script().run(flow)
