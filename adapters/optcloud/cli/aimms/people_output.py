"""What the commands of `optcloud aimms people` share: names, fields, and how people and changes are printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from optcloud.aimms.people.changes import PeopleChange
    from optcloud.aimms.people.entities import AnyEntity, Entity
    from optcloud.cli.session import Session


Whom = Annotated[str, typer.Argument(metavar="WHOM", help="ENV, ENV/group:NAME or ENV/user:NAME.")]

_ALLOWED = {
    "environment": ("description", "domain", "saml_metadata_url", "is_default"),
    "group": ("description", "max_users"),
    "user": ("full_name", "email", "password"),
}
_OPTIONS = {"is_default": "--default", "password": "--password-file"}  # names of options  # nosec B105


def named(text: str, *kinds: str) -> Entity:
    """Read a name. Raises `typer.BadParameter`."""
    from optcloud.aimms.people.entities import Entity  # noqa: PLC0415 - only when it is run
    from optcloud.core.errors import BadRequest  # noqa: PLC0415

    try:
        entity = Entity.parse(text)
    except BadRequest as error:
        raise typer.BadParameter(error.message) from error
    if kinds and entity.kind not in kinds:
        raise typer.BadParameter(f"{text} is the name of a {entity.kind}; here it is of a {' or '.join(kinds)}")
    return entity


def fields_of(entity: Entity, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, if it can be said of this kind. Raises `typer.BadParameter`."""
    said = {name: value for name, value in given.items() if value is not None}
    for name in said:
        if name not in (*_ALLOWED[entity.kind], "name"):
            option = _OPTIONS.get(name, "--" + name.replace("_", "-"))
            raise typer.BadParameter(f"it says nothing of a {entity.kind}", param_hint=option)
    return said


def password_of(file: Path | None) -> str | None:
    """Read a password, without the blanks and line ends around it."""
    if file is None:
        return None
    text = sys.stdin.read() if file == Path("-") else file.read_text(encoding="utf-8")
    return text.strip()


def record_of(one: AnyEntity) -> dict[str, Any]:
    """What is told of an environment, a group or a user."""
    names = ("description", "domain", "saml_metadata_url", "is_default", "full_name", "email", "users", "max_users")
    more = {name: getattr(one, name) for name in names if hasattr(one, name)}
    called = more.get("full_name") or more.get("description")
    return {"name": str(one.entity), "kind": one.entity.kind, "id": one.id, "called": called} | more


def print_changes(session: Session, changes: Iterable[PeopleChange]) -> None:
    """Print what was changed, or would be."""
    told = list(changes)
    records = [
        {"kind": one.kind, "name": one.name, "action": one.action, "done": one.done}
        | {"fields": {name: {"before": before, "after": after} for name, (before, after) in one.fields.items()}}
        for one in told
    ]
    lines = [f"{'' if one.done else 'would '}{one}" for one in told if one.differs]
    session.out.data(records, *(lines or ["nothing to change"]))
