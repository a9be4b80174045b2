"""Handles: jobs and pools as objects, each a reference and the connection to ask by.

A handle is pickled as its reference, without credentials. Where it arrives it is connected anew at its first use, by
what that process has: the profile that the reference names, the environment, the configuration file. Where settings
were given as arguments, ``attach(handle.ref)`` of an `OptCloud` that has them does the same. A copy in the same process
shares the connection.
"""

from __future__ import annotations

import atexit
from importlib import import_module
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from optcloud.core.errors import ConfigError
from optcloud.core.reference import Reference
from optcloud.views.notebook import record_html


class Flows(Protocol):
    """What a handle can be asked."""

    @property
    def reference(self) -> Reference: ...


C = TypeVar("C")
F = TypeVar("F", bound=Flows)
_blocking: dict[str, Any] = {}  # by profile, for handles that arrived in this process
_asynchronous: dict[str, Any] = {}


class Handle(Generic[C, F]):
    """What is known of a job or a pool without asking, and how it is asked."""

    _ASYNC: ClassVar[bool] = False
    _link: tuple[C, F] | None = None  # None: it was unpickled, and not used yet

    def __init__(self, connection: C, flows: F) -> None:
        self._reference = flows.reference
        self._link = connection, flows

    @property
    def ref(self) -> str:
        """The reference as plain text: ``attach(ref)`` of an `OptCloud` finds it again, in any process."""
        return str(self._reference)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.ref!r})"

    def _repr_html_(self) -> str:
        return record_html(type(self).__name__, {"reference": self.ref} | self._as_last_seen())

    def _as_last_seen(self) -> dict[str, object]:
        """Return what is known beside the reference, without asking."""
        return {}

    @property
    def _connection(self) -> C:
        return self._linked()[0]

    @property
    def _flows(self) -> F:
        return self._linked()[1]

    def _linked(self) -> tuple[C, F]:
        self._link = link = self._link or self._attached()._linked()
        return link

    def _attached(self) -> Self:
        """Return the same handle, connected by the settings of this process."""
        try:
            return self._found_by(_cloud_of(self._reference.profile, asynchronous=self._ASYNC))
        except ConfigError as error:
            error.add_note(f"{self.ref} came from another process; it is connected by the settings of this one")
            raise

    def _found_by(self, cloud: Any) -> Self:
        found: Self = cloud.attach(self.ref)
        return found

    def _luggage(self) -> dict[str, Any]:
        """Return the attributes that are pickled beside the reference."""
        return {}

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrived, (type(self), self._reference, self._luggage())

    def __copy__(self) -> Self:
        twin = type(self).__new__(type(self))
        vars(twin).update(vars(self))
        return twin

    def __deepcopy__(self, memo: object) -> Self:
        return self.__copy__()


def _arrived(kind: Any, reference: Reference, attributes: dict[str, Any]) -> Any:
    handle = kind.__new__(kind)
    vars(handle).update(attributes, _reference=reference)
    return handle


def _cloud_of(profile: str, *, asynchronous: bool) -> Any:
    """Return what all handles of a profile that arrived in this process are connected by."""
    if asynchronous:
        return _asynchronous.get(profile) or _asynchronous.setdefault(
            profile, import_module("optcloud").AsyncOptCloud(profile)
        )
    return _blocking.get(profile) or _blocking.setdefault(profile, import_module("optcloud").OptCloud(profile))


@atexit.register
def _close() -> None:
    for cloud in _blocking.values():
        cloud.close()
