"""The ways out of one AIMMS connection: to the sibling services of the same account, and to its list of secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from optcloud.aimms.connection import sibling
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.secret import Secret

C = TypeVar("C")


class SiblingConnections(Generic[C]):
    """Opens connections to sibling services, each when it is first needed; ``C`` is the kind of connection."""

    def __init__(self, policy: RequestPolicy, connect: Callable[[RequestPolicy], C]) -> None:
        self._policy = policy
        self._connect = connect
        self._open: dict[str, C] = {}

    def hide(self, secret: Secret) -> None:
        """Have a secret masked in errors and logs of this account from now on."""
        self._policy.redact.add(secret)

    def sibling(self, service: str) -> C:
        """Return the connection to a sibling service such as ``session-manager``."""

        if service not in self._open:
            self._open[service] = self._connect(sibling(self._policy, service))
        return self._open[service]
