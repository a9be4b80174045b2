"""The file: appended by several processes, counted, only for its owner."""

from __future__ import annotations

import gc
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from observe.small import document, seen, show, watching
from optcloud import ConfigError, OptCloud
from optcloud.observe.record import Record
from optcloud.observe.shape import Observation, Shape
from optcloud.sandbox import Sandbox

THING = {"type": "object", "properties": {"name": {"type": "string"}}}
SHAPE = Shape("getThing", "200", "application/json", Observation("field", "/x", "$.new", "new", "string"))


def record(file: Path) -> Record:
    return Record(file, "Vendor", "small", "1.0")


def test_counts_are_added_up_and_lines_stay_few(file: Path) -> None:
    watch = watching(document(THING), file)
    for _ in range(100):
        show(watch, {"new": 1})
    assert len(file.read_text().splitlines()) == 7  # at 1, 2, 4 … 64
    watch.close()
    watch.close()
    (shape,) = seen(file)
    assert shape.count == 100
    assert len(file.read_text().splitlines()) == 8


def test_what_is_counted_is_written_when_nobody_closes(file: Path) -> None:
    watch = watching(document(THING), file)
    for _ in range(3):
        show(watch, {"new": 1})
    del watch
    gc.collect()
    assert seen(file)[0].count == 3


def test_only_the_owner_may_read(file: Path) -> None:
    file.touch(mode=0o644)
    file.chmod(0o644)
    record(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


PROCESS = """
import sys
from pathlib import Path
from optcloud.observe.record import Record
from optcloud.observe.shape import Observation, Shape
mine = Record(Path(sys.argv[1]), "Vendor", "small", "1.0")
shape = Shape("getThing", "200", "application/json", Observation("field", "/x", "$.new", "new", "string"))
for _ in range(50):
    mine.add([shape])
    mine.flush()
"""


def test_several_processes_and_threads_write_one_file(file: Path) -> None:
    children = [subprocess.Popen([sys.executable, "-c", PROCESS, str(file)]) for _ in range(2)]
    shared = record(file)
    threads = [threading.Thread(target=lambda: [shared.add([SHAPE]) for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared.flush()
    assert [child.wait() for child in children] == [0, 0]
    (shape,) = seen(file)
    assert shape.count == 300


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_does_not_count_again(file: Path) -> None:
    mine = record(file)
    for _ in range(3):
        mine.add([SHAPE])
    child = os.fork()
    if child == 0:
        mine.flush()
        os._exit(0)
    os.waitpid(child, 0)
    mine.flush()
    assert seen(file)[0].count == 3


def test_a_file_that_cannot_be_written_is_said_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    with OptCloud(observe=tmp_path / "no" / "folder") as cloud, pytest.raises(ConfigError, match="cannot be written"):
        _ = cloud.aimms


def test_a_reply_matters_more_than_what_is_noted_of_it(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    watch = watching(document(THING), file)
    file.unlink()
    file.mkdir()
    show(watch, {"new": 1})
    assert "shapes are lost" in caplog.text


def test_lines_are_json_with_all_that_readers_need(file: Path) -> None:
    show(watching(document(THING), file), {"new": 1})
    (line,) = map(json.loads, file.read_text().splitlines())
    assert line == {
        "vendor": "Vendor", "document": "small", "version": "1.0", "operation": "getThing", "status": "200",
        "media": "application/json", "kind": "field", "place": "$.new", "name": "new", "found": "integer",
        "pointer": "/paths/~1things~1{id}/get/responses/200/content/application~1json/schema",
        "known": [], "count": 1, "first": line["first"], "last": line["first"],
    }  # fmt: skip
