"""Where settings come from: arguments, the environment, or a profile in a TOML file.

Without a profile's name: arguments, then the environment, then the file's ``default`` profile. With a name (an
argument, ``OPTCLOUD_PROFILE`` or a job's reference): arguments, then that profile; the environment's credentials are
left out, since they may belong to another account.

The file is ``OPTCLOUD_CONFIG``, or ``config.toml`` in the user's configuration folder; ``optcloud config init`` writes
it::

    [prod.aimms]
    account = "acme"
    api_key = "…"  # or "keyring:NAME", "file:PATH": where it is kept (`optcloud.core.secret_store`)
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar, cast

import platformdirs
from attrs import field, frozen

from optcloud.core import secret_store
from optcloud.core.config_file import ConfigFile
from optcloud.core.errors import ConfigError, CredentialsNotFound
from optcloud.core.local_paths import local_path
from optcloud.core.secret import Secret, Unshown, as_secrets
from optcloud.core.setting import Setting
from optcloud.core.settings import AnySettings, check_base, check_given, is_true
from optcloud.core.suggestions import did_you_mean

logger = logging.getLogger("optcloud")
S = TypeVar("S", bound=AnySettings)
Source: TypeAlias = Literal["argument", "environment", "file"]
DEFAULT_PROFILE = "default"
_PROFILE_NAME = re.compile(r"[A-Za-z0-9_.-]+")


@frozen
class FoundSetting:
    """What a setting was found to be, as it stands (places of secrets are not opened), and where, in words."""

    setting: Setting
    value: Secret
    source: Source
    place: str

    @property
    def shown(self) -> str:
        """The value for people: of a secret its place, where it is kept elsewhere, or a mask."""
        text = self.value.reveal()
        return str(self.value) if self.setting.secret and not secret_store.is_place(text) else text


@frozen
class Config:
    """One profile's view of all places that settings come from."""

    profile: str
    named: bool
    file: ConfigFile
    environment: Mapping[str, str] = field(repr=False)  # it holds secrets

    @classmethod
    def load(
        cls,
        profile: str | None = None,
        *,
        path: str | Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Config:
        """Find out which profile and file are meant; nothing is read yet. Raises `ConfigError`."""
        environment = Unshown(os.environ if environment is None else environment)
        name = profile or environment.get("OPTCLOUD_PROFILE") or DEFAULT_PROFILE
        check_profile_name(name)
        return cls(name, name != DEFAULT_PROFILE, config_file(path, environment), environment)

    @property
    def path(self) -> Path:
        """The file's path, whether there is one or not."""
        return self.file.path

    def settings(self, kind: type[S], given: S | Mapping[str, Any] | None = None) -> S:
        """Return the settings of one cloud.

        Raises `CredentialsNotFound` (with all that is missing, and every place tried), `ConfigError`.
        """
        if isinstance(given, kind):
            check_given(given)
            return given
        found = self.found(kind, as_secrets(given))
        if missing := self.missing(kind, found):
            raise self.not_found(kind, *(setting.name for setting in missing))
        settings = cast(S, kind.build({name: self._opened(kind.CLOUD, each) for name, each in found.items()}))
        check_base(settings)
        return settings

    def places(self, kind: type[S], given: S | Mapping[str, Any] | None = None) -> dict[str, str]:
        """Return where each setting of one cloud that is set was found, in words. Raises `ConfigError`."""
        if isinstance(given, kind):
            return {setting.name: f"argument {kind.CLOUD} of OptCloud" for setting in kind.SETTINGS}
        return {name: each.place for name, each in self.found(kind, as_secrets(given)).items()}

    def secrets_from(self, kind: type[S]) -> tuple[str, ...]:
        """Return which secrets of one cloud are set, and in which places, in words. Raises `ConfigError`."""
        found = self.found(kind).items()
        return tuple(f"{kind.CLOUD}.{name} from {each.place}" for name, each in found if each.setting.secret)

    def found(self, kind: type[S], given: S | Mapping[str, Any] | None = None) -> dict[str, FoundSetting]:
        """Return each setting of one cloud that is set and counts, by its name. Raises `ConfigError`."""
        arguments = self._arguments(kind, given)
        section = self.written(kind)
        environment: dict[str, Secret] = {}
        if not self.named:
            environment = {setting.name: Secret(self.environment.get(setting.env, "")) for setting in kind.SETTINGS}
        sources: dict[Source, dict[str, Secret]] = {
            "argument": arguments,
            "environment": environment,
            "file": section,
        }
        found: dict[str, FoundSetting] = {}
        for source, values in sources.items():
            here = {}
            for setting in kind.SETTINGS:
                value = values.get(setting.name)
                if not value or setting.name in found or setting.instead_of in found:
                    continue  # an account given before goes before an address found later
                if not self._is_needless(kind, setting, found):
                    here[setting.name] = FoundSetting(setting, value, source, self._places(kind, setting.name)[source])
            found |= here
        return {setting.name: found[setting.name] for setting in kind.SETTINGS if setting.name in found}

    def _is_needless(self, kind: type[S], setting: Setting, found: Mapping[str, FoundSetting]) -> bool:
        word = found.get(setting.unless or "")
        return word is not None and is_true(word.value.reveal(), f"{kind.CLOUD}.{setting.unless}")

    def missing(self, kind: type[S], found: Mapping[str, FoundSetting]) -> list[Setting]:
        """Return the settings of one cloud that are needed beside those that were found. Raises `ConfigError`."""

        def is_missing(setting: Setting) -> bool:
            is_there = setting.name in found or setting.instead_of in found
            return setting.required and not is_there and not self._is_needless(kind, setting, found)

        return [setting for setting in kind.SETTINGS if is_missing(setting)]

    def not_found(self, kind: type[S], *names: str) -> CredentialsNotFound:
        """Return what to raise where settings are missing, with every place that they may be in. Raises `ConfigError`.

        A profile that the file does not have is what is missing then.
        """
        profiles = self.file.profiles()
        if self.named and self.profile not in profiles and self.file.is_there:
            what = f"profile {self.profile!r}"
            return CredentialsNotFound(
                what, (), needs=f"there is no {what} in {self.path}: {did_you_mean(self.profile, profiles)}"
            )
        settings = {setting.name: setting for setting in kind.SETTINGS}
        choices = [[word for word in (settings[name].instead_of, name) if word] for name in names]
        words = [f"{first} (or {', '.join(others)})" if others else first for first, *others in choices]
        needs = f"{kind.VENDOR} needs {' and '.join(filter(None, (', '.join(words[:-1]), words[-1])))}"
        places = self._places(kind, *(name for choice in choices for name in choice))
        variables = [" or ".join(settings[name].env for name in choice) for choice in choices]
        places["environment"] = self._environment_place(variables)
        what = ", ".join(f"{kind.CLOUD}.{word}" for word in words)
        return CredentialsNotFound(what, tuple(places.values()), needs=needs)

    def _arguments(self, kind: type[S], given: S | Mapping[str, Any] | None) -> dict[str, Secret]:
        arguments: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        known = {setting.name: setting for setting in kind.SETTINGS}
        for name in arguments:
            if name not in known:
                raise ConfigError(f"{kind.CLOUD}: there is no setting {name!r}: {did_you_mean(str(name), known)}")
        given_values = ((name, value) for name, value in arguments.items() if value is not None)
        return {name: known[name].text_of(value, f"{kind.CLOUD}.{name}") for name, value in given_values}

    def written(self, kind: type[S]) -> dict[str, Secret]:
        """Return what the profile says of one cloud, as it stands in the file: places of secrets are not opened.

        Raises `ConfigError`.
        """
        return self.file.section(self.profile, kind.CLOUD, kind.SETTINGS)

    def _places(self, kind: type[S], *names: str) -> dict[Source, str]:
        """Return where settings may be, in words, in the order that is tried."""
        cloud, variables = kind.CLOUD, {setting.name: setting.env for setting in kind.SETTINGS}
        state = "" if self.file.is_there else " (there is no such file)"
        inside = ", ".join(f"{name!r}: …" for name in names)
        return {
            "argument": f"argument OptCloud({cloud}={{{inside}}})",
            "environment": self._environment_place([variables[name] for name in names]),
            "file": f"{', '.join(names)} under [{self.profile}.{cloud}] in {self.path}{state}",
        }

    def _environment_place(self, variables: list[str]) -> str:
        words = f"environment variable{'s' if len(variables) > 1 else ''} {', '.join(variables)}"
        return words + (f" (not looked at: profile {self.profile!r} was asked for by name)" if self.named else "")

    def _opened(self, cloud: str, found: FoundSetting) -> str | Secret:
        """Return a setting: a secret as such, fetched from the place that is named in its stead, else its text.

        Raises `ConfigError`.
        """
        setting, value, place = found.setting, found.value, found.place
        what = f"{cloud}.{setting.name}"
        if setting.secret and secret_store.is_place(value.reveal()):
            Setting(setting.name, setting.env, text="path").check(value, f"{what} ({place})")
            value, place = secret_store.read(value.reveal()), f"{value.reveal()}, named by {place}"
        elif setting.secret and found.source == "file" and self.file.is_open_to_others():
            words = "%s: others than its owner may read it, and %s is in it in plain text; run: chmod 600 '%s'"
            logger.warning(words, self.path, what, self.path)
        setting.check(value, f"{what} ({place})")
        return value if setting.secret else value.reveal()


def check_profile_name(name: str) -> None:
    """Refuse a name that cannot be part of a job's reference (`ConfigError`)."""
    if _PROFILE_NAME.fullmatch(name) is None:
        raise ConfigError(f"profile {name!r}: use letters, digits, '.', '_' and '-' (it is part of references)")


def config_file(path: str | Path | None = None, environment: Mapping[str, str] | None = None) -> ConfigFile:
    """Return the file with profiles: the one that is named, else that of this user. Nothing is read."""
    environment = os.environ if environment is None else environment
    for named_by, named in (
        ("argument config_file", path),
        ("environment variable OPTCLOUD_CONFIG", environment.get("OPTCLOUD_CONFIG")),
    ):
        if named:
            return ConfigFile(local_path(named, named_by), named_by)
    return ConfigFile(platformdirs.user_config_path("optcloud") / "config.toml")
