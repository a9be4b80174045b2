"""What the doctor says of an account, by scripted replies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from optcloud.aimms.connection import policy, sibling
from optcloud.aimms.doctor import account_doctor
from optcloud.aimms.doctor_checks import operations_in
from optcloud.core.diagnosis import Diagnosis, Health
from optcloud.core.errors import TransportError
from optcloud.core.settings import AimmsSettings
from unit.script import EPOCH, RETRY, Script, Scripted, json_reply

ROAD = policy(AimmsSettings(url="https://acme.aimms.test/pro-api/v2", api_key="not-a-real-key"), RETRY)  # type: ignore[arg-type]
PATHS = {
    "host": "/health-check",
    "version": "/version",
    "key": "/users/current",
    "tasks": "/tasks",
    "apps": "/applications",
    "versions": "/aimms-versions",
    "people": "/environments",
    "keys": "/api-keys",
    "document": "/",
}
WELL: Mapping[str, Scripted] = {
    "host": httpx.Response(200, headers={"date": "Sat, 07 Nov 2026 09:05:03 GMT"}),
    "version": json_reply({"version": "25.1"}),
    "key": json_reply({"name": "ada", "environment_name": "ROOT", "isAdmin": True}),
    "tasks": json_reply({"total_tasks": 0, "current_batch": []}),
    "apps": json_reply({"applications": [{"project": {"name": "A", "version": "1"}, "isLatest": True}]}),
    "versions": json_reply({"versions": []}),
    "people": json_reply({"environments": []}),
    "keys": json_reply({"keys": [{"keyName": "ci", "expirationDate": "2027-06-01T00:00"}]}),
    "document": httpx.Response(200, text="operationId: nothingKnown", headers={"content-type": "text/plain"}),
}


class Account(Script):
    """Answers by what is asked, as often as it is asked."""

    def __init__(self, replies: Mapping[str, Scripted]) -> None:
        super().__init__(policy=ROAD)
        self._by_path = {PATHS[name]: reply for name, reply in replies.items()}

    def _next(self, asked: Any) -> httpx.Response:
        reply = self._by_path[asked.url.path.removeprefix("/pro-api/v2")]
        if isinstance(reply, BaseException):
            raise reply
        assert isinstance(reply, httpx.Response)
        return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)


def findings(**replies: Scripted) -> dict[str, Diagnosis]:
    """Run all checks on replies by what is asked; those not named are well."""
    account, doctor, found = Account({**WELL, **replies}), account_doctor(ROAD.base_url), {}
    while doctor.coming and not doctor.coming[0].service:
        diagnosis = account.run(doctor.check(doctor.coming[0]))
        found[diagnosis.check] = diagnosis
    return found


def task(state: str, created: str) -> dict[str, Any]:
    return {"id": "1", "state": state, "createdAt": created, "scheduleFor": None}


def test_a_healthy_account_has_only_the_new_document_to_tell() -> None:
    found = findings()
    assert {name for name, one in found.items() if one.verdict is not Health.FINE} == {"document"}
    assert "ada of ROOT (admin)" in found["key"].words
    assert "25.1" in found["host"].words


def test_an_address_that_does_not_answer_is_told_with_its_mend() -> None:
    fault = TransportError("could not connect", sent="no", hint="nothing listens there")
    found = findings(host=fault)
    assert (found["host"].verdict, found["host"].hint) == (Health.FAULT, "nothing listens there")
    others = {one.verdict for name, one in found.items() if name not in {"connection", "host"}}
    assert others == {Health.NOT_CHECKED}


@pytest.mark.parametrize(
    ("date", "verdict"),
    [
        ("Sat, 07 Nov 2026 09:05:20 GMT", Health.FINE),
        ("Sat, 07 Nov 2026 09:15:01 GMT", Health.WARNING),
        ("Sat, 07 Nov 2026 08:05:01 GMT", Health.WARNING),
        ("yesterday", Health.NOT_CHECKED),
    ],
)
@pytest.mark.parametrize("status", [200, 401])
def test_a_clock_that_is_off_is_told_also_by_a_refusal(date: str, verdict: Health, status: int) -> None:
    found = findings(host=httpx.Response(status, headers={"date": date}))["clock"]
    assert found.verdict is verdict
    assert ("behind" in found.words) == (date.startswith("Sat, 07 Nov 2026 09:15"))


def test_a_page_in_place_of_the_vendor_is_a_fault_of_the_address() -> None:
    page = httpx.Response(200, text="<html>sign in</html>", headers={"content-type": "text/html"})
    assert findings(host=page, version=page)["host"].verdict is Health.FAULT


def test_a_refused_key_is_a_fault_and_the_rest_is_not_checked() -> None:
    found = findings(key=httpx.Response(401, json={"message": "key expired"}))
    assert (found["key"].verdict, found["key"].words) == (Health.FAULT, "key expired")
    assert found["queue"].verdict is Health.NOT_CHECKED
    assert "not-a-real-key" not in repr(found)


def test_a_missing_scope_is_told_and_what_needs_it_is_not_checked() -> None:
    found = findings(apps=httpx.Response(403, json={"message": "lacks PublishApp"}))
    assert found["scope PublishApp"].verdict is Health.WARNING
    assert "publish and list apps" in str(found["scope PublishApp"].hint)
    assert found["tags"].verdict is Health.NOT_CHECKED
    assert found["scope Tasks"].verdict is Health.FINE


@pytest.mark.parametrize("day", ["2026-11-20", "2026-12-01T00:00"])
def test_keys_that_expire_soon_are_named(day: str) -> None:
    assert EPOCH == 1_794_042_301.0  # 7 November 2026
    found = findings(keys=json_reply({"keys": [{"keyName": "ci", "expirationDate": day}, {"keyName": "x"}]}))
    assert found["expiry"].verdict is Health.WARNING
    assert f"ci on {day[:10]}" in found["expiry"].words


@pytest.mark.parametrize(
    ("tasks", "verdict"),
    [
        ([task("queued", "2026-11-07 08:00:00.000000")], Health.WARNING),
        ([task("queued", "2026-11-07 09:04:00.000000")], Health.FINE),
        ([task("queued", "2026-11-07 08:00:00"), task("running", "2026-11-07 08:00:00")], Health.FINE),
        ([task("queued", "2026-11-07 08:00:00") | {"scheduleFor": "2027-01-01 00:00"}], Health.FINE),
        ([task("queued", "not a time")], Health.FINE),
    ],
)
def test_tasks_that_never_leave_the_queue_point_to_the_rest_profile(tasks: Any, verdict: Health) -> None:
    found = findings(tasks=json_reply({"current_batch": tasks}))["queue"]
    assert found.verdict is verdict
    assert verdict is Health.FINE or "REST profile" in str(found.hint)


def test_apps_without_the_latest_tag_are_named() -> None:
    apps = [{"project": {"name": "A", "version": "1"}, "isLatest": False}, {"project": {"name": "B"}, "isLatest": True}]
    found = findings(apps=json_reply({"applications": apps}))["tags"]
    assert (found.verdict, found.words) == (Health.WARNING, "no version is tagged latest: A")


def test_a_document_is_compared_by_its_operations() -> None:
    from optcloud.aimms.doctor_checks import _own_operations

    known = _own_operations()
    assert len(known) >= 81
    lines = "\n".join(f"operationId: {name}" for name in known)
    plain = {"content-type": "text/plain"}
    assert findings(document=httpx.Response(200, text=lines, headers=plain))["document"].verdict is Health.FINE
    changed = lines.replace("operationId: getTasks\n", "operationId: listTasks\n")
    found = findings(document=httpx.Response(200, text=changed, headers=plain))["document"]
    assert found.words == "gone: getTasks; new: listTasks"
    empty = findings(document=httpx.Response(200, text="nothing", headers=plain))["document"]
    assert empty.verdict is Health.NOT_CHECKED
    assert operations_in('{"operationId": "a", "operationId":"b"}') == {"a", "b"}


@pytest.mark.parametrize(("status", "verdict"), [(200, Health.FINE), (403, Health.WARNING), (404, Health.NOT_CHECKED)])
@pytest.mark.parametrize(("service", "scope"), [("session-manager", "Session"), ("user-manager", "User")])
def test_the_scopes_of_sibling_services(status: int, verdict: Health, service: str, scope: str) -> None:
    doctor = account_doctor(ROAD.base_url)
    [check] = [coming for coming in doctor.coming if coming.service == service]
    script = Script([httpx.Response(status, json=[])], policy=sibling(ROAD, service))
    finding = script.run(doctor.check(check))
    assert (finding.check, finding.verdict) == (f"scope {scope}", verdict)
    assert check not in doctor.coming


def test_the_siblings_are_asked_after_a_round_that_came_to_its_end() -> None:
    def asked(account: Account) -> list[str]:
        doctor = account_doctor(ROAD.base_url)
        while doctor.coming and not doctor.coming[0].service:
            account.run(doctor.check(doctor.coming[0]))
        return [check.service for check in doctor.coming]

    assert asked(Account(WELL)) == ["session-manager", "secret-manager", "user-manager"]
    assert asked(Account({**WELL, "key": httpx.Response(401, json={"message": "no"})})) == []
