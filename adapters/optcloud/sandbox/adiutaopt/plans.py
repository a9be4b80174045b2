"""Plans submitted and their keys."""

import base64
import hashlib
import json
from functools import partial
from typing import Any

from optcloud.sandbox.adiutaopt.planner import solve
from optcloud.sandbox.clock import Clock
from optcloud.sandbox.job import Job


class Plans:
    """Plans by key. The same problem for the same planner and version has the same key (F003)."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job[bytes]] = {}

    def submit(
        self, clock: Clock, planner: str, version: str | None, text: bytes, plan: dict[str, Any]
    ) -> tuple[str, bool]:
        """Key of the plan and whether it is new. Identity is judged by the bytes of the JSON text (F004: inferred)."""
        key = _key(planner, version or "", text)
        if key in self._jobs:
            return key, False
        self._jobs[key] = Job(clock, partial(_solved, plan, key), clock.now())
        return key, True

    def plant(self, clock: Clock, text: bytes) -> str:
        """Key under which `text` is served as a solution, as it is."""
        key = _key("planted", "", text)
        self._jobs[key] = Job(clock, lambda: text, clock.now())
        return key

    def find(self, key: str) -> Job[bytes] | None:
        return self._jobs.get(key)


def _solved(plan: dict[str, Any], key: str) -> bytes:
    request_id = hashlib.sha256(key.encode()).hexdigest()[:32]
    return json.dumps(solve(plan, request_id), separators=(",", ":")).encode()


def _key(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else f"{part}\n".encode())
    # The sample key of the page ends in "==" where canonical base64 has none (F040): so does this one.
    return base64.urlsafe_b64encode(b"sandbox-plan-" + digest.digest()[:20]).decode("ascii").rstrip("=") + "=="
