"""Plans submitted and their keys."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

from optcloud_sandbox.adiutaopt.planner import solve
from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.job import PacedJob

# Makes the solution of a problem: the planner's name ("mixed", "shift", "floor"), the problem, the request's id.
Planner = Callable[[str, dict[str, Any], str], dict[str, Any] | bytes]


class Plans:
    """Plans by key. The same problem for the same planner and version has the same key (adiutaOpt facts F003)."""

    def __init__(self) -> None:
        self._jobs: dict[str, PacedJob[bytes]] = {}
        self._unfinished_reads: dict[str, int] = {}
        self.planner: Planner | None = None  # instead of the sandbox's own

    def submit(self, clock: SandboxClock, key: str, planner: str, plan: dict[str, Any], most_looks: int) -> bool:
        """Take the plan, unless it is known: whether it is new."""
        if key in self._jobs:
            return False
        made_by = self.planner or (lambda _, problem, request_id: solve(problem, request_id, most_looks))
        self._jobs[key] = PacedJob(clock, lambda: _text(made_by(planner, plan, _request_id(key))), clock.now())
        return True

    def plant(self, clock: SandboxClock, text: bytes) -> str:
        """Key under which `text` is served as a solution, as it is."""
        key = key_of("planted", "", text)
        self._jobs[key] = PacedJob(clock, lambda: text, clock.now())
        return key

    def find(self, key: str) -> PacedJob[bytes] | None:
        return self._jobs.get(key)

    def count_unfinished(self, key: str) -> int:
        """How many reads before this one found the plan unfinished."""
        before = self._unfinished_reads.get(key, 0)
        self._unfinished_reads[key] = before + 1
        return before


def key_of(planner: str, version: str, text: bytes) -> str:
    """Identity is judged by planner, pinned version and the bytes of the JSON text, whatever coded.

    Source: adiutaOpt facts F004 (inferred).
    """
    digest = hashlib.sha256(f"{planner}\n{version}\n".encode())
    digest.update(text)
    # The sample key of the page ends in "==" where canonical base64 has none (adiutaOpt facts F040): so does this one.
    return base64.urlsafe_b64encode(b"sandbox-plan-" + digest.digest()[:20]).decode("ascii").rstrip("=") + "=="


def _request_id(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _text(solution: dict[str, Any] | bytes) -> bytes:
    return solution if isinstance(solution, bytes) else json.dumps(solution, separators=(",", ":")).encode()
