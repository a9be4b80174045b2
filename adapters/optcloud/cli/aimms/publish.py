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
    pack: Annotated[Path, argument("PACK", "The file .aimmspack.", exists=True, dir_okay=False)],
    name: Annotated[str | None, option("NAME", "Name of the app.")] = None,
    version: Annotated[str | None, option("VERSION", "Version of the app.")] = None,
    aimms_version: Annotated[str | None, option("ID", "One of `aimms apps aimms-versions`.")] = None,
    description: Annotated[str | None, option("TEXT", "What people read about the app.")] = None,
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
    keep_old: Annotated[str | None, option("VERSION", "Take over the settings and rights of this version.")] = None,
    hide_old: Annotated[
        str | None, option("VERSION", "Like --keep-old, and hide that version from all but administrators.")
    ] = None,
    old_name: Annotated[str | None, option("NAME", "App of the old version [default: the same app].")] = None,
    latest: Annotated[bool, flag("Tag it as the latest version afterwards.")] = False,
    if_changed: Annotated[bool, flag("Publish only if it differs from what is there: can be repeated in CI.")] = False,
    metadata: Annotated[
        Path | None,
        option(
            "FILE",
            "JSON file with these, in the vendor's words: name, projectVersion, aimmsVersionId, …",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Publish a file .aimmspack as a version of an app.

    Name, version and AIMMS version are needed, as options or in --metadata.

    Examples:
        optcloud aimms publish plan.aimmspack --metadata app.json --latest
        optcloud aimms publish plan.aimmspack --metadata app.json --hide-old 1.0
        optcloud aimms publish plan.aimmspack --metadata app.json --if-changed
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
