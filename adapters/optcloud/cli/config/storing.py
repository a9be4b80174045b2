"""Storing settings: what is secret apart, the rest in the configuration file, whose other lines stay as they are."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from attrs import frozen

from optcloud.core import secret_store
from optcloud.core.errors import ConfigError
from optcloud.core.secret import Secret
from optcloud.core.secret_store import FilePlace, KeyringPlace, SecretNotStored

if TYPE_CHECKING:
    from optcloud.core.settings import AnySettings
    from optcloud.core.settings_sources import Config


@frozen
class StoredSettings:
    """Where settings went: the configuration file, and the place of each secret."""

    file: Path
    secrets: dict[str, str]


def store_settings(
    config: Config, kind: type[AnySettings], values: Mapping[str, Secret], *, place: str | None, replace: bool
) -> StoredSettings:
    """Store what was found of a cloud as a section of the profile.

    Secrets that are not places go to ``place``, or else to the keyring or a file beside the configuration file. Places
    are made ready, and the file is, before a secret is kept. ``replace``: what is at ``place`` may be lost. Raises
    `ConfigError`.
    """
    written: dict[str, str | bool | int] = {}
    kept: dict[str, str] = {}
    file = Path(os.path.realpath(config.path))  # a link to it stays one
    with ExitStack() as opened:
        drawers = []
        for setting in kind.SETTINGS:
            if (value := values.get(setting.name)) is None:
                continue
            if setting.secret and not secret_store.is_place(value.reveal()):
                own = _lasting(place) or _usual_place(f"{config.profile}.{kind.CLOUD}.{setting.name}", file)
                if own in kept.values():
                    raise ConfigError(f"{own}: one place holds one secret; leave --store out, or store them one by one")
                kept[setting.name] = own
                drawers.append((opened.enter_context(secret_store.drawer(own, overwrite=replace or not place)), value))
                written[setting.name] = own
            else:
                written[setting.name] = _in_toml(value.reveal(), setting.holds)
        text = with_section(_read(file), (config.profile, kind.CLOUD), written, str(file))
        _make_folder(file.parent)
        whole = opened.enter_context(secret_store.drawer(FilePlace(file), overwrite=True))
        try:
            for drawer, value in drawers:
                drawer.keep(value)
            whole.keep(Secret(text))
        except SecretNotStored as error:  # it has the secret, which is with its owner still
            words = f"{error.place}: cannot be written: {error.reason}; name another place: --store file:PATH"
            raise ConfigError(words) from None
    return StoredSettings(file, kept)


def _lasting(place: str | None) -> str | None:
    return None if place is None else str(secret_store.place_of(place).lasting())


def _in_toml(text: str, holds: Literal["text", "yes or no", "bytes"]) -> str | bool | int:
    if holds == "yes or no":
        return text.lower() in {"true", "yes", "1"}
    return int(text) if holds == "bytes" else text


def _usual_place(name: str, file: Path) -> str:
    """Return the place of a secret: in the keyring, or else in a file beside the configuration file."""
    if secret_store.keyring_works():
        return str(KeyringPlace(name))
    folder = file.parent / "secrets"
    _make_folder(folder)
    return str(FilePlace(folder / name))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be made: {error.strerror}") from error


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error


def with_section(text: str, keys: tuple[str, str], section: Mapping[str, str | bool | int], what: str) -> str:
    """Return a TOML text with this section in the place of ``[profile.cloud]``; all else stays, comments too.

    Raises `ConfigError` where that cannot be done; ``what`` names the text.
    """
    import tomlkit  # noqa: PLC0415 - for this command only

    wanted = tomllib.loads(text)
    profile, cloud = keys
    wanted.setdefault(profile, {})[cloud] = dict(section)
    document = tomlkit.parse(text)
    try:
        made = tomlkit.dumps(_changed(document, profile, cloud, section))
        fits = tomllib.loads(made) == wanted
    except (ValueError, KeyError, TypeError, AttributeError, tomlkit.exceptions.TOMLKitError):
        fits = False
    if not fits:
        lines = tomlkit.dumps({profile: {cloud: dict(section)}})
        raise ConfigError(
            f"{what}: this file cannot be added to as it is written; write these lines yourself:\n{lines}"
        )
    return made


def _changed(document: Any, profile: str, cloud: str, section: Mapping[str, str | bool | int]) -> Any:
    import tomlkit  # noqa: PLC0415 - for this command only

    if profile not in document:
        if document.as_string().strip():
            document.add(tomlkit.nl())
        document.add(profile, tomlkit.table(is_super_table=True))
    tables = cast(Any, document[profile])
    if cloud not in tables:
        tables[cloud] = tomlkit.table()
    there = tables[cloud]
    for name in [name for name in there if name not in section]:
        del there[name]
    for name, value in section.items():
        there[name] = value
    return document
