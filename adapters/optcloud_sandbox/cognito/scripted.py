"""Refusals that a test scripts: throttling, a service that fails, anything else that Cognito names."""

from dataclasses import dataclass

from optcloud_sandbox.refusal import Refusal

THROTTLED = "TooManyRequestsException"


@dataclass(eq=False)
class _Scripted:
    name: str
    message: str
    operation: str | None
    times: int


class ScriptedRefusals:
    """Refusals to come, in the order added."""

    def __init__(self) -> None:
        self._pending: list[_Scripted] = []

    def add(self, name: str, times: int, operation: str | None, message: str) -> None:
        if times < 1:
            raise ValueError(f"times must be 1 or more, got {times!r}")
        self._pending.append(_Scripted(name, message, operation, times))

    def check(self, operation: str) -> None:
        """Raise the first that is meant for `operation`, as Cognito does: 500 for its own errors, 400 for all else."""
        for scripted in self._pending:
            if scripted.operation in (None, operation):
                scripted.times -= 1
                if scripted.times == 0:
                    self._pending.remove(scripted)
                status = 500 if scripted.name.startswith("Internal") else 400
                raise Refusal(status, scripted.message, name=scripted.name)
