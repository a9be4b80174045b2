"""`optcloud aimms publish`: an .aimmspack becomes a version of an app."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.aimms.apps import app_record
from optcloud.cli.options import argument, flag, option, read_pairs
from optcloud.cli.session import CliSession

if TYPE_CHECKING:
    from optcloud.aimms.apps.publish_words import PublishWords


def publish(
    session: CliSession,
    *,
    pack: Annotated[Path, argument("PACK", "The .aimmspack.", exists=True, dir_okay=False)],
    name: Annotated[str | None, option("NAME", "Name of the app.")] = None,
    version: Annotated[str | None, option("VERSION", "Version of the app.")] = None,
    aimms_version: Annotated[str | None, option("ID", "One of `aimms apps aimms-versions`.")] = None,
    description: Annotated[str | None, option("TEXT", "What people read.")] = None,
    category: Annotated[str | None, option("NAME", "One of `aimms categories list`.")] = None,
    attributes: Annotated[
        list[str] | None, option("--attribute", "KEY=VALUE", "An attribute; may be repeated.")
    ] = None,
    web_ui: Annotated[
        bool | None, flag("--web-ui/--no-web-ui", "Whether it is a WebUI app.", show_default=False)
    ] = None,
    icon: Annotated[Path | None, option("FILE", "Picture of the app.", exists=True, dir_okay=False)] = None,
    icon_label: Annotated[str | None, option("LABEL", "Store the picture as /icons/LABEL, for other apps too.")] = None,
    resource_profile: Annotated[str | None, option("NAME", "One of `aimms apps profiles`.")] = None,
    keep_old: Annotated[str | None, option("VERSION", "Take over settings and access of this version.")] = None,
    hide_old: Annotated[str | None, option("VERSION", "The same, and hide it from all but administrators.")] = None,
    old_name: Annotated[str | None, option("NAME", "The old version's app [default: the same].")] = None,
    latest: Annotated[bool, flag("Give it the latest tag afterwards.")] = False,
    if_changed: Annotated[bool, flag("Publish only what is not there yet: safe to run again and again in CI.")] = False,
    metadata: Annotated[
        Path | None,
        option(
            "FILE",
            "The same in JSON and in the vendor's words: name, projectVersion, aimmsVersionId, …",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Publish an app.

    Name, version and AIMMS version are needed, as options or in --metadata.
    """
    described = None if metadata is None else read_object(metadata, "--metadata")
    words: PublishWords = {"latest": latest, "if_changed": if_changed}
    given = {"name": name, "version": version, "aimms_version": aimms_version, "description": description}
    given |= {"category": category, "resource_profile": resource_profile, "icon_label": icon_label}
    given |= {"keep_old": keep_old, "hide_old": hide_old, "old_name": old_name}
    more: Any = {key: value for key, value in given.items() if value is not None} | {"web_ui": web_ui, "icon": icon}
    if attributes:
        more["attributes"] = read_pairs(attributes, "--attribute")
    look = session.messages.submitting("optcloud aimms apps list")
    with session.connect() as oc, look, session.messages.progress(f"publishing {pack.name}"):
        published = oc.aimms.apps.publish(pack, described, **words, **more)
    app = published.app
    done = "published" if published.changed else "unchanged"
    session.out.data({"changed": published.changed, **app_record(app)}, f"{done} {app.name} {app.version}")


def read_object(path: Path, option: str) -> dict[str, Any]:
    """Read a JSON object from a file. Raises `typer.BadParameter`."""
    try:
        found = json.loads(path.read_bytes())
    except ValueError as error:
        raise typer.BadParameter(f"{path}: not JSON: {error}", param_hint=option) from error
    if not isinstance(found, dict):
        raise typer.BadParameter(f"{path}: a JSON object is needed", param_hint=option)
    return found
