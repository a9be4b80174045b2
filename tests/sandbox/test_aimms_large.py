"""A 256 MiB input and a 256 MiB result pass with under 64 MiB of memory above the idle client.

The sandbox and the client each run in a process of their own: what one holds is not counted for the other. The memory
is the client's high-water mark (VmHWM), read when it has run one small task and again when the large one is saved.
"""

from __future__ import annotations

import filecmp
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from patience import PATIENCE

MIB = 1024 * 1024
SIZE = 256 * MIB
ALLOWED = 64 * MIB

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs the high-water mark of /proc")

SERVE = f"""
import json, sys
from optcloud.sandbox import Sandbox
from optcloud_sandbox.settings import Limits, Settings
with Sandbox(settings=Settings(limits=Limits(aimms_task={SIZE}))) as sandbox:
    print(json.dumps(sandbox.environment()), flush=True)
    sys.stdin.read()
"""

CLIENT = """
import asyncio, json, sys
from pathlib import Path
from optcloud import AsyncOptCloud, OptCloud

form, kind, source, target = sys.argv[1:]

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

heard = []
given = Path(source) if kind == "path" else sys.stdin.buffer
assert isinstance(given, Path) or not given.seekable()

def blocking():
    with OptCloud() as oc:
        oc.aimms.run("Sandbox", "echo", input={}).result()
        idle = peak()
        job = oc.aimms.run("Sandbox", "echo", input=given)
        saved = job.save(target, progress=heard.append)
        job.delete()
        return idle, saved

async def awaited():
    async with AsyncOptCloud() as oc:
        await (await oc.aimms.run("Sandbox", "echo", input={})).result()
        idle = peak()
        job = await oc.aimms.run("Sandbox", "echo", input=given)
        saved = await job.save(target, progress=heard.append)
        await job.delete()
        return idle, saved

idle, saved = blocking() if form == "blocking" else asyncio.run(awaited())
print(json.dumps({"idle": idle, "peak": peak(), "size": saved.size, "heard": len(heard), "last": heard[-1].done}))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    command = [sys.executable, "-c", SERVE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield {**os.environ, **json.loads(process.stdout.readline()), "OPTCLOUD_CONFIG": os.devnull}
        process.communicate("")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("large") / "input.bin"
    with path.open("wb") as file:
        for number in range(SIZE // MIB):
            file.write(number.to_bytes(8, "big") * (MIB // 8))  # no two pieces alike
    yield path
    path.unlink()


@pytest.mark.parametrize(("form", "kind"), [("blocking", "path"), ("asyncio", "pipe")])
def test_memory_stays_small(
    form: str, kind: str, server: dict[str, str], source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = source.with_name("result.bin")
    command = [sys.executable, "-c", CLIENT, form, kind, str(source), str(target)]
    piped = subprocess.Popen(["cat", str(source)], stdout=subprocess.PIPE) if kind == "pipe" else None
    stdin = None if piped is None else piped.stdout
    try:
        done = subprocess.run(
            command,
            stdin=stdin,
            env=server,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        if piped is not None:
            assert piped.stdout is not None
            piped.stdout.close()
            piped.wait()
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    above = told["peak"] - told["idle"]
    with capsys.disabled():
        print(
            f"\n  {form}, {kind}: {above / MIB:.1f} MiB above the idle client ({told['idle'] / MIB:.1f} MiB)", end=" "
        )
    assert above < ALLOWED
    assert told["size"] == told["last"] == SIZE
    assert filecmp.cmp(source, target, shallow=False)
    assert [path.name for path in source.parent.iterdir() if path != source] == [target.name]
    target.unlink()
