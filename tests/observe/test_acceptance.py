"""A vendor drifts; the observer says how; the overlay that is made of it leaves the observer nothing to say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from observe.drifting import drifting
from openapi_drift.documents.document import parse
from openapi_drift.documents.overlay import load_overlay
from optcloud import AsyncOptCloud, OptCloud, RetryPolicy, ServerError
from optcloud.cli.app import app
from optcloud.sandbox import Fault, Sandbox

ONCE = RetryPolicy(attempts=1)
VALUES = ("Confidential", "4711", "suspended-by", "A page where")


def drifted(path: str, body: Any) -> Any:
    """A field that no document knows, and a state that nobody has heard of, in what GET /tasks/{id} answers."""
    one_task = path.rpartition("/")[0].endswith("/tasks")
    return {**body, "state": "hibernating", "priority": {"owner": "Confidential", "level": 4711}} if one_task else body


def blocking(url: str, observe: Path, sandbox: Sandbox) -> None:
    with OptCloud(
        aimms={"url": url, "api_key": sandbox.credentials.aimms_api_key}, observe=observe, retry=ONCE
    ) as cloud:
        job = cloud.aimms.run("Sandbox", "echo", input={})
        job.poll()
        sandbox.faults.add(Fault("html", vendor="aimms", status=520))
        with pytest.raises(ServerError):
            job.poll()


def asynchronous(url: str, observe: Path, sandbox: Sandbox) -> None:
    async def talk() -> None:
        settings = {"url": url, "api_key": sandbox.credentials.aimms_api_key}
        async with AsyncOptCloud(aimms=settings, observe=observe, retry=ONCE) as cloud:
            job = await cloud.aimms.run("Sandbox", "echo", input={})
            await job.poll()
            sandbox.faults.add(Fault("html", vendor="aimms", status=520))
            with pytest.raises(ServerError):
                await job.poll()

    asyncio.run(talk())


@pytest.mark.parametrize("talk", [blocking, asynchronous])
def test_three_shapes_and_an_overlay_that_silences_them(
    sandbox: Sandbox,
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    talk: Callable[[str, Path, Sandbox], None],
) -> None:
    with drifting(sandbox.urls.aimms, drifted) as url:
        talk(url, file, sandbox)
        shapes = [(one["kind"], one["name"] or one["media"], one["operation"]) for one in shown(file)]
        assert shapes == [
            ("field", "priority", "getTask"),
            ("word", "hibernating", "getTask"),
            ("media", "text/html", "getTask"),
        ]
        assert not any(value in file.read_text() for value in VALUES)

        folder, overlay = tmp_path / "documents", tmp_path / "overlay.yaml"
        run("spec", "observed", str(file), "--write-overlay", str(overlay), "--write-documents", str(folder))
        assert load_overlay(overlay)["actions"]
        assert "observed once on" in overlay.read_text()
        responses = parse(overlay.read_text(), "")["actions"][-1]["update"]
        assert set(responses["520"]["content"]) == {"application/json", "text/html"}

        monkeypatch.setenv("OPTCLOUD_OBSERVE_DOCUMENTS", str(folder))
        again = tmp_path / "again.jsonl"
        talk(url, again, sandbox)
        assert again.read_text() == ""


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def shown(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("spec", "observed", str(file), "--json"))
    return found
