"""AIMMS versions that apps are published for, and resource profiles that apps can be given.

Sources: vendor pages "AIMMS PRO REST API", Managing AIMMS, and "Managing Apps", Resource Profiles; AIMMS facts 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from attrs import field, frozen

from aimms_pro.api.customization import get_resource_profiles
from aimms_pro.api.publishing import get_aimms_version, get_aimms_versions
from aimms_pro.types import UNSET
from optcloud.aimms.replies import JsonObject, ask
from optcloud.core.flow import Flow

ACCOUNT_PROFILE = "<account>"
"""The app has the limits of the account."""
OWN_LIMITS = "<unknown>"
"""The app has limits of its own that no profile names; they stay when an app is changed."""
_PROFILE_NAMES = ("name", "profileName", "resourceProfile", "profile", "id")


@frozen
class AimmsVersion:
    """An AIMMS version that an app can be published for, and who may use it (the vendor's form)."""

    id: str
    authorizations: Sequence[Mapping[str, Any]] = field(repr=False)
    raw: Mapping[str, Any] = field(repr=False)


@frozen
class ResourceProfile:
    """A named set of limits (processor, memory) for an app's sessions. What else is in ``raw`` is not published."""

    name: str
    raw: Mapping[str, Any] = field(repr=False)


def list_versions(*, dev: bool = False) -> Flow[list[AimmsVersion]]:
    """List the official AIMMS versions and who may use them; with ``dev`` all, those in development too."""
    answer = yield from ask(get_aimms_versions._get_kwargs(dev=dev or UNSET))
    return [_version(entry) for entry in answer.items("versions", _VersionEntry)]


def version_ids(*, dev: bool = False) -> Flow[list[str]]:
    """List the ids of the AIMMS versions that apps can be published for, such as ``4.84.1.5-linux64-x64-vc141``.

    ``dev``: those in development too.
    """
    return [version.id for version in (yield from list_versions(dev=dev))]


def get_version(version_id: str) -> Flow[AimmsVersion]:
    """Read one AIMMS version. Raises `NotFound`."""
    return _version((yield from ask(get_aimms_version._get_kwargs(version_id))).checked(_VersionEntry))


def _version(entry: Mapping[str, Any]) -> AimmsVersion:
    return AimmsVersion(entry["id"], entry.get("authorizations") or [], entry)


def list_profiles() -> Flow[list[ResourceProfile]]:
    """List the resource profiles that an app can be given (PRO 24.13.1 and later).

    An app can also have `ACCOUNT_PROFILE` or `OWN_LIMITS`.
    """
    answer = yield from ask(get_resource_profiles._get_kwargs())
    profiles = _profiles(answer.read(Any))
    if profiles is None:
        raise answer.mismatch("no list of resource profiles is to be seen in the reply")
    return profiles


def _profiles(listed: Any) -> list[ResourceProfile] | None:
    """Read the list in whatever form it comes; None when it cannot be told which is meant.

    Inferred, since the shape is published nowhere: a list, or an object that holds one, of names or of objects that
    have a name; or an object from names to limits.
    """
    if isinstance(listed, dict):
        lists = [value for value in listed.values() if isinstance(value, list)]
        if len(lists) != 1:
            limits = listed.values()
            named = all(isinstance(value, dict) for value in limits)
            return [ResourceProfile(name, dict(limits)) for name, limits in listed.items()] if named else None
        listed = lists[0]
    if not isinstance(listed, list):
        return None
    profiles = [_profile(entry) for entry in listed]
    return None if None in profiles else [profile for profile in profiles if profile is not None]


def _profile(entry: Any) -> ResourceProfile | None:
    if isinstance(entry, str):
        return ResourceProfile(entry, {})
    if not isinstance(entry, dict):
        return None
    name = next((entry[key] for key in _PROFILE_NAMES if isinstance(entry.get(key), str)), None)
    return None if name is None else ResourceProfile(name, entry)


class _VersionEntry(msgspec.Struct):
    id: str
    authorizations: list[JsonObject] | None = None
