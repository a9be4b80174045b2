"""A service of an app by name: what the jobs of a batch run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from attrs import field, frozen

from optcloud.aimms.connection import VENDOR
from optcloud.core.errors import BadRequest, ConfigError


def _named(service: AimmsService, attribute: Any, value: Any) -> None:
    """Refuse an empty name before anything is sent."""
    if value == "" or not isinstance(value, str if attribute.name in ("app", "service") else str | None):
        raise BadRequest(f"{attribute.name}: {value!r} is no name", vendor=VENDOR)


@frozen(kw_only=True)
class AimmsService:
    """What a batch runs on AIMMS PRO: `oc.aimms.service` makes it, without a request. A plain value, which pickles.

    ``version`` None is the latest-tagged one when the batch is made. ``content_type`` is that of each input (None: by
    what it is, JSON for objects). ``mark``: each job is submitted with a moment of its own, some seconds ahead, by
    which its task is found again when the reply was lost. ``identify`` names the field of the JSON result that has the
    job's key, for where that does not tell.

    A task hook is no second marker: what AIMMS shows of a task does not have the hook's address (AIMMS facts 1,
    schema Task), so that a task cannot be told by it.
    """

    app: str = field(validator=_named)
    service: str = field(validator=_named)
    version: str | None = field(default=None, validator=_named)
    content_type: str | None = None
    identify: str | None = field(default=None, validator=_named)
    mark: bool = True
    profile: str = "default"

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON, as `from_dict` takes it."""
        return {name: getattr(self, name) for name in _FIELDS}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make it again of what `as_dict` returned. Raises `ConfigError` for what is not such."""
        try:
            return cls(**{name: data[name] for name in _FIELDS})
        except KeyError as missing:
            raise ConfigError(f"this is no service of AIMMS PRO: it has no {missing}") from missing


_FIELDS = ("app", "service", "version", "content_type", "identify", "mark", "profile")
