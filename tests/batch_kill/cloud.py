"""The vendors' process as the director of a run sees it, and the stranger who submits to the same service."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import urllib.parse
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from batch_kill.scenarios import APP, SERVICE, STRANGER, VERSION
from batch_kill.vendor import TaskRecord

HERE = Path(__file__).resolve().parent


class Vendors:
    """A context manager: entering starts the process; ``run_seconds``: how long each task and plan runs."""

    def __init__(self, run_seconds: float) -> None:
        self._run_seconds = run_seconds
        self._lock = threading.Lock()

    def __enter__(self) -> Vendors:
        command = [sys.executable, str(HERE / "vendor.py"), str(self._run_seconds)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.environment: dict[str, str] = json.loads(self._heard())
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(30)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def ask(self, do: str, **more: Any) -> Any:
        """Have a command carried out (`batch_kill.vendor`), and return its answer."""
        with self._lock:
            if self._process.stdin is None:
                raise RuntimeError("the vendors' process has no input")
            print(json.dumps({"do": do, **more}), file=self._process.stdin, flush=True)
            return json.loads(self._heard())

    def _heard(self) -> str:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise RuntimeError("the vendors' process has ended")
        return line

    def records(self) -> tuple[list[TaskRecord], dict[str, Any]]:
        """Wait until all tasks have ended; return them, and what else is known."""
        told = self.ask("records")
        return [TaskRecord(**one) for one in told.pop("tasks")], told


class Stranger:
    """Another person on the account, without our software: submits tasks of the same app and service now and then.

    Half of them for a moment of their own, so many seconds ahead.
    """

    def __init__(self, environment: dict[str, str], draw: random.Random, moments: tuple[float, float]) -> None:
        self._draw, self._moments = draw, moments
        headers = {STRANGER: "yes", "apikey": environment["OPTCLOUD_AIMMS_API_KEY"]}
        self._client = httpx.Client(base_url=environment["OPTCLOUD_AIMMS_URL"], headers=headers, timeout=10)
        self._count = 0

    def submit(self) -> None:
        """Submit one, at once or for a moment of its own; a fault that was meant for another may hit it."""
        self._count += 1
        body = {"id": f"x{self._count}", "number": 0}
        query = ""
        if self._draw.random() < 0.5:
            at = datetime.now(UTC) + timedelta(seconds=self._draw.uniform(*self._moments))
            if self._draw.random() < 0.5:  # else at a whole second, as people do
                at = at.replace(microsecond=0)
            query = "?scheduleFor=" + urllib.parse.quote(at.strftime("%Y-%m-%d %H:%M:%S.%f") + " +00:00")
        with suppress(httpx.HTTPError):
            self._client.post(f"/tasks/{APP}/{VERSION}/{SERVICE}{query}", json=body)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()
