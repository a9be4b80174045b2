"""What waiting for a thousand tasks costs: the list, one look a task, and the vendor's own client in threads.

Each way has a sandbox and a client process of its own, and the same tasks: one ends every so often, in no order. After
each round of looks, each way sleeps as long. Run by bench.py; alone: ``python tests/bench/waiting.py``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TASKS = 1000
SPREAD = 20.0  # seconds over which they end
DELAY = 2.0  # seconds between two rounds of looks
THREADS = 16  # that look at once, where there is one look a task
HEAD_START = 60.0  # seconds by the sandbox's clock for creating the tasks, before the first is due

SERVE = """
import json, sys
from optcloud.sandbox import Sandbox
with Sandbox() as sandbox:
    names = {"url": sandbox.urls.aimms, "key": sandbox.credentials.aimms_api_key, "control": sandbox.urls.control}
    print(json.dumps(names), flush=True)
    sys.stdin.read()
"""


def bench_waiting() -> None:
    """Print each way's requests, its process's time, and how late it was to see the last task end."""
    print(f"\nwait for {TASKS:,} tasks that end over {SPREAD:g} s, {DELAY:g} s between looks")
    base = 0
    for title, way in (("one by one", "ours"), ("the vendor's, in threads", "theirs"), ("optcloud wait_all", "list")):
        if way == "theirs" and find_spec("aimmscloud") is None:
            print(f"  {title:26} not measured: aimmscloud is not installed")
            continue
        requests, spent, late = measured(way)
        base = base or requests
        share = f"{requests / base:7.2%} of one by one"
        print(f"  {title:26} {requests:7,} requests  {share}  {spent:6.2f} s of CPU  {late:5.1f} s late")


def measured(way: str) -> tuple[int, float, float]:
    """Return requests, seconds of CPU and seconds late of one way to wait."""
    import httpx

    with served() as names, tempfile.TemporaryDirectory() as folder, httpx.Client(base_url=names["control"]) as control:
        first = datetime.fromtimestamp(clock(control), UTC) + timedelta(seconds=HEAD_START)
        refs = Path(folder) / "refs.json"
        refs.write_text(json.dumps(created(names, first)))
        left = first.timestamp() - clock(control)
        control.post("clock", json={"turn": max(0.0, left)}).raise_for_status()
        before = len(control.get("journal").json())
        last = time.time() + SPREAD
        command = [sys.executable, __file__, way, names["url"], names["key"], str(refs)]
        spent, ended = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        return len(control.get("journal").json()) - before, float(spent), float(ended) - last


def clock(control: Any) -> float:
    """The sandbox's clock."""
    now: float = control.get("clock").raise_for_status().json()["now"]
    return now


@contextmanager
def served() -> Iterator[dict[str, str]]:
    """Serve a sandbox from a process of its own, whose work is not counted."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        yield json.loads(server.stdout.readline() if server.stdout else "{}")
        server.communicate("")


def created(names: dict[str, str], first: datetime) -> list[str]:
    """Create the tasks; return their references. The order in which they end has nothing to do with that."""
    from optcloud import OptCloud

    with OptCloud(aimms={"url": names["url"], "api_key": names["key"]}) as cloud:
        at = [first + timedelta(seconds=SPREAD * (number * 7919 % TASKS) / TASKS) for number in range(TASKS)]
        return [cloud.aimms.run("Sandbox", "echo", version="1.0", input=b"", at=one).ref for one in at]


# ---------------------------------------------------------------- in the client's process


def by_list(url: str, key: str, refs: list[str]) -> None:
    """Wait by ``wait_all``."""
    from optcloud import OptCloud, Pace

    with OptCloud(aimms={"url": url, "api_key": key}) as cloud:
        cloud.aimms.wait_all(refs, pace=Pace(first=DELAY, factor=1, longest=DELAY, jitter=0))


def by_our_looks(url: str, key: str, refs: list[str]) -> None:
    """Look at each task that has not ended, round by round."""
    from optcloud import OptCloud

    with OptCloud(aimms={"url": url, "api_key": key}) as cloud:
        jobs = {ref: cloud.attach(ref) for ref in refs}
        in_rounds(refs, lambda ref: jobs[ref].poll().state.ended)  # type: ignore[union-attr]


def by_their_looks(url: str, key: str, refs: list[str]) -> None:
    """The same with the vendor's client."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its imports, not ours
        from aimmscloud.aimms_task import Task  # type: ignore[import-not-found]
    client: Any = Task(url, key)
    ids = [ref.rpartition("/")[2] for ref in refs]
    in_rounds(ids, lambda one: client.get_task(one)["state"] in {"completed", "failed"})


def in_rounds(names: list[str], ended: Callable[[str], bool]) -> None:
    """Ask for all that have not ended, sleep, ask again."""
    with ThreadPoolExecutor(THREADS) as threads:
        while True:
            names = [name for name, over in zip(names, threads.map(ended, names), strict=True) if not over]
            if not names:
                return
            time.sleep(DELAY)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        bench_waiting()
    else:
        _, chosen, *place, file = sys.argv
        wait = {"list": by_list, "ours": by_our_looks, "theirs": by_their_looks}[chosen]
        wait(*place, json.loads(Path(file).read_text()))
        print(time.process_time(), time.time())
