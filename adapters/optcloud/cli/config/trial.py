"""Trying settings: one cheap read, which changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from optcloud.cli.prompts import can_ask
from optcloud.core.errors import Forbidden, OptCloudError
from optcloud.core.settings import AdiutaOptSettings, AimmsSettings, AnySettings

if TYPE_CHECKING:
    import optcloud
    from optcloud.cli.session import CliSession
    from optcloud.core.secret import Secret
    from optcloud.core.settings_sources import Config

_TIMEOUT = 10.0  # seconds, and one attempt: a wrong address is told at once


def failure_of(
    session: CliSession, config: Config, kind: type[AnySettings], values: Mapping[str, Secret], *, only_read: bool
) -> OptCloudError | None:
    """Return why these settings do not work, or None. ``only_read``: nothing is sent, they are read."""
    try:
        settings = config.settings(kind, values)
        if not only_read:
            _try(session, config.profile, settings)
    except Forbidden:
        return None  # who it is was accepted; what a key may do is another matter
    except OptCloudError as error:
        return error
    return None


def _try(session: CliSession, profile: str, settings: AnySettings) -> None:
    from optcloud import RetryPolicy  # noqa: PLC0415 - only when it is run

    if isinstance(settings, AdiutaOptSettings) and settings.password is None and not can_ask(session.messages):
        session.messages.say("not tried: there is no password, and nobody can be asked", event="not tried")
        return
    retry = RetryPolicy(attempts=1)
    if isinstance(settings, AdiutaOptSettings):
        with session.connect(profile, adiutaopt=settings, timeout=_TIMEOUT, retry=retry) as oc:
            oc.adiutaopt.session.sign_in()
    elif isinstance(settings, AimmsSettings):
        with session.connect(profile, aimms=settings, timeout=_TIMEOUT, retry=retry) as oc:
            _read_aimms(oc, local=settings.local)
    else:
        with session.connect(profile, gurobi=settings, timeout=_TIMEOUT, retry=retry) as oc:
            oc.gurobi.machines()


def _read_aimms(oc: optcloud.OptCloud, *, local: bool) -> None:
    if local:
        oc.aimms.tasks()
    else:
        oc.aimms.people.current()
