"""References: a job as plain text, ``cloud:profile/path``, from which it can be resumed anywhere."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from attrs import frozen

from optcloud.core.errors import ConfigError

CLOUDS = ("aimms", "adiutaopt", "gurobi")
"""The clouds, as references, profiles and commands call them."""
FORMS = "aimms:PROFILE/TASK, adiutaopt:PROFILE/PLANNER/KEY, gurobi:PROFILE/MACHINE"
"""How references look, for people; of several machines, there are several ids with slashes between them."""
_FORM = re.compile(r"(?P<cloud>[a-z]+):(?P<profile>[A-Za-z0-9_.-]+)/(?P<path>[^\s]+)")


@frozen
class Reference:
    """``aimms:prod/6f1c…``: the cloud, the profile whose credentials open it, and the job's own path."""

    cloud: str
    profile: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.cloud}:{self.profile}/" + "/".join(
            quote(part, safe="", errors="surrogatepass") for part in self.path
        )

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Read a reference. Raises `ConfigError` when the text is none."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise ConfigError(
                f"{text!r} is not a job reference; one looks like aimms:default/6f1c0a52 (the forms: {FORMS})"
            )
        try:
            path = tuple(unquote(part, errors="strict") for part in match["path"].split("/"))
        except UnicodeDecodeError as error:
            raise ConfigError(f"{text!r} is not a job reference: its percent-encoding is not UTF-8") from error
        if not all(path):
            raise ConfigError(f"{text!r} is not a job reference: a part between two slashes is empty")
        if not {".", ".."}.isdisjoint(path):
            raise ConfigError(f"{text!r} is not a job reference: '.' and '..' would address something else")
        return cls(match["cloud"], match["profile"], path)
