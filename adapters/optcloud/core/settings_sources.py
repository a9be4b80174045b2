"""Where settings come from: arguments, the environment, or a profile in a TOML file.

Without a profile's name: arguments, then the environment, then the file's ``default`` profile. With a name (an
argument, ``OPTCLOUD_PROFILE`` or a job's reference): arguments, then that profile; the environment's credentials are
left out, since they may belong to another account.

The file is ``OPTCLOUD_CONFIG``, or ``config.toml`` in the user's configuration folder::

    [prod.aimms]
    account = "acme"
    api_key = "…"  # or "keyring:NAME", "file:PATH": where it is kept (`optcloud.core.secret_store`)
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import platformdirs
from attrs import field, frozen

from optcloud.core import secret_store
from optcloud.core.errors import ConfigError, CredentialsNotFound
from optcloud.core.local_paths import local_path
from optcloud.core.secret import Secret, Unshown, as_secrets
from optcloud.core.settings import AnySettings, Setting, check_base, check_given, is_true

S = TypeVar("S", bound=AnySettings)
DEFAULT_PROFILE = "default"
_PROFILE_NAME = re.compile(r"[A-Za-z0-9_.-]+")


@frozen
class Config:
    """One profile's view of all places that settings come from."""

    profile: str
    named: bool
    path: Path
    environment: Mapping[str, str] = field(repr=False)  # it holds secrets

    @classmethod
    def load(
        cls,
        profile: str | None = None,
        *,
        path: str | Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Config:
        """Find out which profile and file are meant; nothing is read yet."""
        environment = Unshown(os.environ if environment is None else environment)
        name = profile or environment.get("OPTCLOUD_PROFILE") or DEFAULT_PROFILE
        if _PROFILE_NAME.fullmatch(name) is None:
            raise ConfigError(f"profile {name!r}: use letters, digits, '.', '_' and '-' (it is part of references)")
        file = path or environment.get("OPTCLOUD_CONFIG")
        place = local_path(file, "config_file") if file else platformdirs.user_config_path("optcloud") / "config.toml"
        return cls(name, name != DEFAULT_PROFILE, place, environment)

    def settings(self, kind: type[S], given: S | Mapping[str, Any] | None = None) -> S:
        """Return the settings of one cloud. Raises `CredentialsNotFound` (with every place tried), `ConfigError`."""
        if isinstance(given, kind):
            check_given(given)
            return given
        found, places = self._found(kind, as_secrets(given))
        self._check_complete(kind, found)
        used = [setting for setting in kind.SETTINGS if setting.name in found]
        texts = {
            setting.name: _opened(kind.CLOUD, setting, found[setting.name], places[setting.name]) for setting in used
        }
        settings = cast(S, kind.build(texts))
        check_base(settings)
        return settings

    def secrets_from(self, kind: type[S]) -> tuple[str, ...]:
        """Return which secrets of one cloud are set, and in which places, in words. Raises `ConfigError`."""
        _, places = self._found(kind, None)
        secrets = [setting.name for setting in kind.SETTINGS if setting.secret and setting.name in places]
        return tuple(f"{kind.CLOUD}.{name} from {places[name]}" for name in secrets)

    def _found(self, kind: type[S], given: S | Mapping[str, Any] | None) -> tuple[dict[str, Secret], dict[str, str]]:
        """Return each setting that is found, and where."""
        arguments = self._arguments(kind, given)
        section = self._section(kind.CLOUD, kind.SETTINGS)
        environment: dict[str, Secret] = {}
        if not self.named:
            environment = {setting.name: Secret(self.environment.get(setting.env, "")) for setting in kind.SETTINGS}
        found: dict[str, Secret] = {}
        places: dict[str, str] = {}
        for number, source in enumerate((arguments, environment, section)):
            here = {name: value for name, value in source.items() if value and name not in found}
            for setting in kind.SETTINGS:
                if setting.instead_of in found or self._is_needless(kind, setting, found):
                    here.pop(setting.name, None)  # an account given before goes before an address found later
                if setting.name in here:
                    places[setting.name] = self._places(kind.CLOUD, setting)[number]
            found |= here
        return found, places

    def _is_needless(self, kind: type[S], setting: Setting, found: Mapping[str, Secret]) -> bool:
        word = found.get(setting.unless or "")
        return word is not None and is_true(word.reveal(), f"{kind.CLOUD}.{setting.unless}")

    def _check_complete(self, kind: type[S], found: Mapping[str, Secret]) -> None:
        for setting in kind.SETTINGS:
            if self._is_needless(kind, setting, found):
                continue
            if setting.required and setting.name not in found and setting.instead_of not in found:
                raise self.not_found(kind, setting.name)

    def not_found(self, kind: type[S], name: str) -> CredentialsNotFound:
        """Return what to raise where a setting is missing, with every place that it may be in."""
        settings = {setting.name: setting for setting in kind.SETTINGS}
        what, places = f"{kind.CLOUD}.{name}", self._places(kind.CLOUD, settings[name])
        if (other := settings[name].instead_of) is not None:
            what += f" (or {other})"
            places += self._places(kind.CLOUD, settings[other])
        return CredentialsNotFound(what, places)

    def _arguments(self, kind: type[S], given: S | Mapping[str, Any] | None) -> dict[str, Secret]:
        arguments: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        known = [setting.name for setting in kind.SETTINGS]
        for name in arguments:
            if name not in known:
                raise ConfigError(f"{kind.CLOUD}: there is no setting {name!r}; there are {', '.join(known)}")
        given_values = ((name, value) for name, value in arguments.items() if value is not None)
        return {name: _text(value, f"{kind.CLOUD}.{name}") for name, value in given_values}

    def written(self, kind: type[S]) -> dict[str, Secret]:
        """Return what the profile says of one cloud, as it stands in the file: places of secrets are not opened.

        Raises `ConfigError`.
        """
        return self._section(kind.CLOUD, kind.SETTINGS)

    def _section(self, cloud: str, settings: tuple[Setting, ...]) -> dict[str, Secret]:
        content = self._content()
        profile = content.get(self.profile, {})
        section = profile.get(cloud, {}) if isinstance(profile, dict) else profile
        if not isinstance(section, dict):
            raise ConfigError(f"{self.path}: {self.profile}.{cloud} must be a table")
        known = {setting.name for setting in settings}
        if strangers := sorted(set(section) - known):
            place = f"{self.path}: [{self.profile}.{cloud}]"
            raise ConfigError(f"{place} has {', '.join(strangers)}; known are {', '.join(sorted(known))}")
        return {name: _text(value, f"{self.path}: {self.profile}.{cloud}.{name}") for name, value in section.items()}

    def _content(self) -> dict[str, Any]:
        """Return what the file says; nothing where there is none."""
        try:
            content = _read_toml(self.path)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError) as error:  # the latter for a path that no file can have
            raise ConfigError(f"{self.path}: cannot be read: {error}") from error
        if isinstance(content, str):
            raise ConfigError(f"{self.path}: {content}")
        return content

    def _places(self, cloud: str, setting: Setting) -> tuple[str, ...]:
        environment = f"environment variable {setting.env}"
        if self.named:
            environment += f" (not looked at: profile {self.profile!r} was asked for by name)"
        state = "" if self.path.is_file() else " (there is no such file)"
        return (
            f"argument OptCloud({cloud}={{{setting.name!r}: …}})",
            environment,
            f"{setting.name} under [{self.profile}.{cloud}] in {self.path}{state}",
        )


def _read_toml(path: Path) -> dict[str, Any] | str:
    """Return what a file says, or what is wrong with it: an error would hold the whole text, which has secrets."""
    data = path.read_bytes()
    try:
        content: dict[str, Any] = as_secrets(tomllib.loads(data.decode("utf-8-sig")))
    except UnicodeDecodeError:
        return "it is not UTF-8 text"
    except tomllib.TOMLDecodeError as error:
        return f"it is not TOML: {error}"
    except RecursionError:
        return "it is nested too deeply"
    return content


def _opened(cloud: str, setting: Setting, value: Secret, place: str) -> str | Secret:
    """Return a setting: a secret as such, fetched from the place that is named in its stead, else its text.

    Raises `ConfigError`.
    """
    if setting.secret and secret_store.is_place(value.reveal()):
        Setting(setting.name, setting.env, text="path").check(value, f"{cloud}.{setting.name} ({place})")
        value, place = secret_store.read(value.reveal()), f"{value.reveal()}, named by {place}"
    setting.check(value, f"{cloud}.{setting.name} ({place})")
    return value if setting.secret else value.reveal()


def _text(value: object, what: str) -> Secret:
    if isinstance(value, Secret):
        return value
    if isinstance(value, bool):
        return Secret(str(value).lower())
    if isinstance(value, str | int | Path):
        return Secret(str(value))
    raise ConfigError(f"{what} is no text (it is of type {type(value).__name__})")
