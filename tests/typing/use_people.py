"""A user's code on access, people, keys and the sibling services, checked and never run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import assert_type

from aimms_user_manager.api.user import get_current_user
from aimms_user_manager.models import User as UserModel
from optcloud import Access, AsyncOptCloud, OptCloud, Scope, Secret
from optcloud.aimms.apps.access import AccessReport
from optcloud.aimms.apps.access_rules import Rule
from optcloud.aimms.apps.access_tables import Right
from optcloud.aimms.keys.api_key import ApiKey
from optcloud.aimms.keys.keys import Rotation
from optcloud.aimms.people.changes import PeopleChange, PeopleReport
from optcloud.aimms.people.entities import Group, User
from optcloud.aimms.services.directory import ListedUser
from optcloud.aimms.services.secrets import Item
from optcloud.aimms.services.sessions import Session


def access(oc: OptCloud, group: Group, wanted: dict[str, Access]) -> list[Right]:
    for whom in ("ACME", "ACME/user:ada", 16777095, group, group.entity):
        assert_type(oc.aimms.access.grant("App", "1", whom, Access.READ | Access.EXECUTE), AccessReport)
    oc.aimms.access.deny("App", "1", "ACME", "write", dry_run=True)
    oc.aimms.access.replace("App", "1", wanted)
    oc.aimms.access.replace("App", "1", {"ACME": 5, "ACME/user:ada": Rule(Access.READ, Access.WRITE)})
    oc.aimms.access.clear("App", "1")
    return oc.aimms.access.who("App", "1", persons=True) + oc.aimms.access.what("ACME", "ada")


def people(oc: OptCloud) -> PeopleReport:
    ada = oc.aimms.people.create_user("ACME", "ada", full_name="Ada", password=Secret("not-a-real-password"))
    assert_type(ada, User)
    assert_type(oc.aimms.people.ensure_member("ACME", "planners", ada, dry_run=True), PeopleChange)
    oc.aimms.people.apply({"environments": {"ACME": {"users": {"ada": {}}}}})
    return oc.aimms.people.apply(Path("people.yaml"), prune=True)


def keys(oc: OptCloud) -> str:
    for end in (date(2027, 1, 1), datetime(2027, 1, 1), timedelta(days=9), "2027-01-01"):
        key = oc.aimms.keys.create("ci", end, ["Task", Scope.SESSION], store="keyring:ci")
        assert_type(key, ApiKey)
    assert_type(oc.aimms.keys.rotate("ci", store=Path("key")), Rotation)
    assert_type(oc.aimms.keys.expiring(timedelta(days=3)), list[ApiKey])
    return key.secret.reveal() if key.secret else ""


def siblings(oc: OptCloud) -> None:
    assert_type(oc.aimms.sessions.list("task", state=["Running"], sort="-created_at"), Iterator[Session])
    assert_type(oc.aimms.secrets.get("a/b"), Item)
    assert_type(oc.aimms.directory.users(user_name_contain_ci="a", sort=["-user_name"]), Iterator[ListedUser])
    assert_type(get_current_user.sync(client=oc.aimms.directory.client), UserModel)


async def awaited(oc: AsyncOptCloud) -> PeopleChange:
    assert_type(oc.aimms.sessions.list(), AsyncIterator[Session])
    assert_type(await oc.aimms.access.revoke("App", "1", "ACME"), AccessReport)
    assert_type(await oc.aimms.keys.list(), list[ApiKey])
    return await oc.aimms.people.ensure_environment("ACME", description="x")
