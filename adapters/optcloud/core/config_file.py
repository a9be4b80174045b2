"""The file with profiles, as it stands: which there are, and what one says of a cloud.

What is wrong with it is told with its place, never with its text, which has secrets.
"""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

from attrs import frozen

from optcloud.core.errors import ConfigError
from optcloud.core.reference import CLOUDS
from optcloud.core.secret import Secret, as_secrets
from optcloud.core.setting import Setting
from optcloud.core.suggestions import did_you_mean


@frozen
class ConfigFile:
    """A file in TOML: a table for each profile, and in it one for each cloud.

    ``named_by``: what names this file; one that is named must be there. "": it is at its usual place, and need not.
    """

    path: Path
    named_by: str = ""

    @property
    def is_there(self) -> bool:
        """Whether there is such a file."""
        return self.path.exists()

    def profiles(self) -> dict[str, tuple[str, ...]]:
        """Return the profiles that there are, with the clouds that each has. Raises `ConfigError`."""
        return {
            name: tuple(cloud for cloud in CLOUDS if isinstance(profile, dict) and cloud in profile)
            for name, profile in self.content().items()
        }

    def section(self, profile: str, cloud: str, settings: tuple[Setting, ...]) -> dict[str, Secret]:
        """Return what a profile says of a cloud, by the names of settings. Raises `ConfigError`."""
        content = self.content()
        stray = content.get(cloud)
        if isinstance(stray, dict) and not set(CLOUDS) & set(stray):
            raise ConfigError(f"{self.path}: [{cloud}] is no profile: write [default.{cloud}] for the usual one")
        section = self._tables(content, profile).get(cloud, {})
        if not isinstance(section, dict):
            raise ConfigError(f"{self.path}: {profile}.{cloud} must be a table, begun by a line [{profile}.{cloud}]")
        known = {setting.name: setting for setting in settings}
        if strangers := sorted(set(section) - set(known)):
            raise ConfigError(
                f"{self.path}: [{profile}.{cloud}] has {', '.join(strangers)}, which is no setting of {cloud}: "
                + did_you_mean(strangers[0], known)
            )
        at = f"{self.path}: {profile}.{cloud}"
        return {name: known[name].text_of(value, f"{at}.{name}") for name, value in section.items()}

    def _tables(self, content: dict[str, Any], profile: str) -> dict[str, Any]:
        """Return a profile's tables. Raises `ConfigError` where something else stands among them."""
        tables = content.get(profile, {})
        if not isinstance(tables, dict):
            raise ConfigError(f"{self.path}: {profile} must be a table, with one for each cloud: [{profile}.aimms]")
        if strangers := sorted(set(tables) - set(CLOUDS)):
            raise ConfigError(
                f"{self.path}: [{profile}] has {', '.join(strangers)}, which is no cloud: "
                + did_you_mean(strangers[0], CLOUDS)
            )
        return tables

    def content(self) -> dict[str, Any]:
        """Return what the file says, its texts as secrets; nothing where there is none. Raises `ConfigError`."""
        try:
            content = _read_toml(self.path)
        except (FileNotFoundError, NotADirectoryError) as error:
            if not self.named_by:
                return {}
            raise ConfigError(
                f"{self.named_by} names {self.path}, and there is no such file: make it (optcloud config init), or "
                "name another"
            ) from error
        except (OSError, ValueError) as error:  # the latter for a path that no file can have
            reason = getattr(error, "strerror", None) or error
            by = f" ({self.named_by} names it)" if self.named_by else ""
            raise ConfigError(f"{self.path}: cannot be read: {reason}{by}") from error
        if isinstance(content, str):
            raise ConfigError(f"{self.path}: {content}")
        return content

    def is_open_to_others(self) -> bool:
        """Whether others than the owner may read it, as far as the system tells."""
        try:
            found = self.path.stat()
        except OSError:
            return False
        return os.name == "posix" and stat.S_ISREG(found.st_mode) and bool(found.st_mode & 0o077)


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
