"""Files and streams as input and result of a task on real sockets, blocking and asyncio, also when the wire fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optcloud import PayloadTooLarge, ResponseMismatch, ServerError, TransportError
from optcloud.core.events import Transferred
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import FAST, Opener

SIZE = 3 * 1024 * 1024 + 7


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "input.csv"
    path.write_bytes(bytes(range(256)) * (SIZE // 256) + b"the end"[: SIZE % 256])
    return path


def tasks_created(sandbox: Sandbox) -> int:
    return sum(entry.method == "POST" and "/tasks/" in entry.path for entry in sandbox.journal())


def test_a_file_in_and_a_file_out_with_progress(open_cloud: Opener, source: Path) -> None:
    heard: list[Any] = []
    up: list[Transferred] = []
    down: list[Transferred] = []
    cloud = open_cloud(on_event=heard.append)
    job = cloud.aimms.run("Sandbox", "echo", input=source, progress=up.append)
    saved = job.save(source.with_name("out"), pace=FAST, progress=down.append)
    assert saved.path.read_bytes() == source.read_bytes()
    assert (saved.size, saved.content_type) == (SIZE, "text/csv")
    assert [(event.done, event.total, event.direction) for event in (up[-1], down[-1])] == [
        (SIZE, SIZE, "up"),
        (SIZE, SIZE, "down"),
    ]
    assert (up[0].what, down[0].what) == ("createTaskLatestVersion", "getTaskResponse")
    assert [event for event in heard if isinstance(event, Transferred)] == up + down


def test_an_open_file_is_sent_whole_and_stays_open(cloud: Any, source: Path) -> None:
    with source.open("rb") as stream:
        stream.read(100)
        job = cloud.aimms.run("Sandbox", "echo", version="1.0", input=stream, content_type="application/x-own")
        assert not stream.closed
    result = job.result(pace=FAST)
    assert (result.bytes, result.content_type) == (source.read_bytes(), "application/x-own")


@pytest.mark.parametrize(
    "fault",
    [Fault("cut", path="/response", times=2), Fault("status", path="/response", status=503, times=2)],
    ids=["cut", "503"],
)
def test_a_download_that_fails_on_the_way_is_repeated(cloud: Any, sandbox: Sandbox, source: Path, fault: Fault) -> None:
    job = cloud.aimms.run("Sandbox", "echo", input=source)
    job.wait(pace=FAST)
    target = source.with_name("out")
    target.write_bytes(b"of yesterday")
    sandbox.faults.add(fault)
    job.save(target)
    assert target.read_bytes() == source.read_bytes()
    assert {path.name for path in source.parent.iterdir()} == {"input.csv", "out"}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("cut", path="/response", times=4), TransportError),
        (Fault("drop-after", path="/response", times=4), TransportError),
        (Fault("status", path="/response", status=500, times=4), ServerError),
        (Fault("html", path="/response", status=502, times=4), ServerError),
    ],
    ids=["cut", "drop-after", "500", "html"],
)
def test_a_download_that_goes_on_failing_leaves_what_was_there(
    cloud: Any, sandbox: Sandbox, source: Path, fault: Fault, error: type[Exception]
) -> None:
    job = cloud.aimms.run("Sandbox", "echo", input=source)
    job.wait(pace=FAST)
    target = source.with_name("out")
    target.write_bytes(b"of yesterday")
    sandbox.faults.add(fault)
    with pytest.raises(error):
        job.save(target)
    assert target.read_bytes() == b"of yesterday"
    assert {path.name for path in source.parent.iterdir()} == {"input.csv", "out"}


@pytest.mark.parametrize("kind", ["drop-before", "drop-after", "html"])
def test_an_upload_whose_fate_is_unknown_is_not_sent_twice(
    cloud: Any, sandbox: Sandbox, source: Path, kind: str
) -> None:
    sandbox.faults.add(Fault(kind, method="POST", path="/tasks/", status=200) if kind == "html" else Fault(kind))
    with pytest.raises((TransportError, ResponseMismatch)):
        cloud.aimms.run("Sandbox", "echo", input=source)
    assert tasks_created(sandbox) == 1


def test_what_is_too_large_here_and_there(open_cloud: Opener, sandbox: Sandbox, source: Path) -> None:
    small = open_cloud(aimms={"local": True, "local_limit": SIZE - 1, "url": sandbox.urls.dex})
    with pytest.raises(PayloadTooLarge, match=f"has {SIZE:,} bytes, 1 more than AIMMS DEX takes"):
        small.aimms.run("Sandbox", "echo", input=source)
    assert tasks_created(sandbox) == 0
