"""The list of tasks: pages, filters, and what an entry tells."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optcloud.aimms.tasks import listing
from optcloud.aimms.tasks.newest import newest_tasks
from optcloud.aimms.tasks.pages import Page
from optcloud.core.errors import BadRequest, ResponseMismatch
from optcloud.core.flow import Flow
from optcloud.core.states import State
from unit.script import Script, json_reply
from unit.test_aimms_tasks import script


def page(first: int, size: int, total: int | None) -> httpx.Response:
    batch = [{"id": f"t{number}", "state": "queued"} for number in range(first, first + size)]
    return json_reply({"total_tasks": total, "current_batch": batch})


def queries(cloud: Script) -> list[dict[str, str]]:
    return [dict(request.url.params) for request in cloud.sent]


def test_the_list_is_read_page_by_page() -> None:
    cloud = script(page(0, 100, 250), page(100, 100, 250), page(200, 50, 250))
    listed = cloud.run(listing.list_tasks("prod", app="app"))
    assert [str(ref) for ref, _ in listed] == [f"aimms:prod/t{number}" for number in range(250)]
    assert queries(cloud) == [{"appName": "app", "offset": str(at), "limit": "100"} for at in (0, 100, 200)]


def test_pages_smaller_than_asked_for_are_followed() -> None:
    cloud = script(page(0, 30, 70), page(30, 30, 70), page(60, 10, 70))
    assert len(cloud.run(listing.list_tasks("prod"))) == 70
    assert [query["offset"] for query in queries(cloud)] == ["0", "30", "60"]


def test_a_limit_is_kept_and_asked_for() -> None:
    cloud = script(page(0, 100, 250), page(100, 20, 250))
    assert len(cloud.run(listing.list_tasks("prod", app="a", version="1", limit=120))) == 120
    assert [query["limit"] for query in queries(cloud)] == ["100", "20"]
    assert len(script(page(0, 100, 250)).run(listing.list_tasks("prod", limit=5))) == 5  # a vendor that ignores it
    assert script().run(listing.list_tasks("prod", limit=0)) == []


def test_without_a_total_the_list_goes_on_to_an_empty_page() -> None:
    cloud = script(page(0, 100, None), page(100, 3, None), page(103, 0, None))
    assert len(cloud.run(listing.list_tasks("prod"))) == 103


def test_a_total_that_promises_too_much_ends_with_an_empty_page() -> None:
    assert len(script(page(0, 3, 9), page(3, 0, 9)).run(listing.list_tasks("prod"))) == 3
    assert script(json_reply({"total_tasks": 0, "current_batch": None})).run(listing.list_tasks("prod")) == []


def test_a_list_of_another_shape_is_a_mismatch() -> None:
    with pytest.raises(ResponseMismatch, match="current_batch"):
        script(json_reply({"current_batch": [7]})).run(listing.list_tasks("prod"))


def entry(created: Any, **more: Any) -> dict[str, Any]:
    return {"id": "t", "state": "queued", "createdAt": created} | more


def only(cloud: Script, **filters: Any) -> list[listing.ListedTask]:
    return cloud.run(listing.list_tasks("prod", **filters))


@pytest.mark.parametrize(
    "body",
    [
        {"statuses": [{"id": "t", "status": "finished"}], "total_size": 1},
        [{"id": "t", "state": "completed"}],
        {"current_batch": [{"id": "t", "state": "completed"}], "total_tasks": 1.0},
    ],
)
def test_names_of_v1_and_the_bare_array_of_a_local_service_are_read(body: Any) -> None:
    ((reference, status),) = only(script(json_reply(body)))
    assert (str(reference), status.state) == ("aimms:prod/t", State.SUCCEEDED)


def test_a_list_that_is_none_is_a_mismatch() -> None:
    with pytest.raises(ResponseMismatch, match="no list of tasks"):
        only(script(json_reply({"current_batch": {"id": "t"}})))


def test_an_entry_of_a_series_is_that_run() -> None:
    (one,) = only(script(json_reply({"total_tasks": 1, "current_batch": [entry(None, groupIndex=3)]})))
    assert str(one.reference) == "aimms:prod/t/3"
    assert one.view.run == 3


def test_days_go_out_as_they_are() -> None:
    cloud = script(page(0, 0, 0))
    only(cloud, after=date(2026, 1, 31), before=date(2026, 2, 1))
    assert queries(cloud) == [{"after": "2026-01-31", "before": "2026-02-01", "offset": "0", "limit": "100"}]


def test_moments_ask_for_the_days_around_and_leave_out_the_rest_here() -> None:
    batch = [entry(f"2026-01-31 {hour:02}:00:00.000000") for hour in range(24)] + [entry("soon"), entry(None)]
    cloud = script(json_reply({"total_tasks": 26, "current_batch": batch}))
    found = only(
        cloud, after=datetime(2026, 1, 31, 8, tzinfo=UTC), before=datetime(2026, 1, 31, 10, tzinfo=UTC), limit=9
    )
    assert [status.reply["createdAt"] for _reference, status in found] == [
        "2026-01-31 08:00:00.000000",
        "2026-01-31 09:00:00.000000",
        "soon",
        None,
    ]
    assert queries(cloud) == [{"after": "2026-01-30", "before": "2026-02-01", "offset": "0", "limit": "100"}]


def test_a_moment_without_a_zone_is_refused_before_sending() -> None:
    with pytest.raises(BadRequest, match="before: 2026-01-31T08:00:00 has no time zone"):
        only(script(), before=datetime(2026, 1, 31, 8))


# ---------------------------------------------------------------- the newest


class Tasks:
    """A list of tasks in some order, of which no page has more than ``largest``."""

    def __init__(self, order: list[int], *, largest: int = 100, total: bool = True) -> None:
        self._order, self._largest, self._total = order, largest, total
        self.asked = 0

    def page(self, offset: int, limit: int) -> Flow[Page]:
        self.asked += 1
        numbers = self._order[offset : offset + min(limit, self._largest)]
        made = [{"id": str(number), "createdAt": str(datetime(2026, 1, 1) + timedelta(number))} for number in numbers]
        return Page(made, len(self._order) if self._total else None)
        yield


@settings(max_examples=60)
@given(
    count=st.integers(0, 60),
    limit=st.integers(1, 70) | st.none(),
    order=st.sampled_from(["first", "last", "mixed"]),
    largest=st.integers(1, 70),
    total=st.booleans(),
    every=st.integers(1, 4),
)
def test_the_newest_of_any_order(
    count: int, limit: int | None, order: str, largest: int, total: bool, every: int
) -> None:
    """Whatever order the vendor has, and whichever tasks pass."""
    numbers = list(range(count))
    if order == "first":
        numbers.reverse()
    if order == "mixed":
        numbers = numbers[1::2] + numbers[::2]
    cut = largest if order != "mixed" else max(largest, 3)
    tasks = Tasks(numbers, largest=cut, total=total)
    found = Script().run(newest_tasks(tasks, lambda entry: int(entry["id"]) % every == 0, limit))
    expected = [number for number in range(count - 1, -1, -1) if number % every == 0][:limit]
    first = numbers[:cut]
    if order == "mixed" and first in (sorted(first), sorted(first, reverse=True)):
        return  # its first page tells an order that is not the list's
    assert [int(entry["id"]) for entry in found] == expected


@pytest.mark.parametrize("order", [list(range(1000)), list(range(999, -1, -1))])
def test_the_newest_take_two_requests_at_most(order: list[int]) -> None:
    tasks = Tasks(order)
    found = Script().run(newest_tasks(tasks, lambda entry: True, 51))
    assert [entry["id"] for entry in found] == [str(number) for number in range(999, 948, -1)]
    assert tasks.asked <= 2


def test_services_and_states_are_looked_at_here() -> None:
    entries = [
        {"id": "1", "state": "running", "serviceName": "solve"},
        {"id": "2", "state": "queued", "serviceName": "solve"},
        {"id": "3", "status": "executing", "service": "solve"},
        {"id": "4", "state": "running", "serviceName": "other"},
    ]
    reply = json_reply({"current_batch": entries, "total_tasks": 4})
    found = only(script(reply), service="solve", states=["running"], limit=5)
    assert [str(task.reference) for task in found] == ["aimms:prod/1", "aimms:prod/3"]
    assert [str(task.reference) for task in only(script(reply), states=[State.QUEUED])] == ["aimms:prod/2"]
    with pytest.raises(BadRequest, match="'done' is none of queued, running, succeeded"):
        only(script(reply), states=["done"])
