"""What compressing a problem costs: time and size of each codec, for 1, 10 and 50 MB; run by bench.py.

The problem is made up: a roster whose tasks have names, times, qualifications, wishes and places. The first codec in
the list that comes below the limit is the one that is taken.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time

from optcloud.adiutaopt.plans.encoding import COMPRESSED_LIMIT, Codec, codecs, compress

SIZES = (1_000_000, 10_000_000, 50_000_000)
ROUNDS = 3


def task(chance: random.Random, number: int) -> dict[str, object]:
    """One task, unlike the others."""
    start = chance.randrange(0, 24 * 60, 15)
    return {
        "id": f"task-{number:06d}",
        "name": f"Ward {chance.randrange(30)} shift",
        "date": f"2026-{chance.randrange(1, 13)}-{chance.randrange(1, 29)}",
        "startTime": f"{start // 60}:{start % 60:02d}",
        "endTime": f"{start // 60 + 8}:{start % 60:02d}",
        "revenue": chance.randrange(1000, 50_000),
        "qualifications": [f"qualification-{one}" for one in chance.sample(range(40), chance.randrange(1, 4))],
        "preferredWorkers": [f"worker-{chance.randrange(400):04d}" for _ in range(chance.randrange(4))],
        "latitude": round(chance.uniform(47, 55), 6),
        "longitude": round(chance.uniform(6, 15), 6),
    }


def problem(size: int) -> bytes:
    """A problem of about ``size`` bytes; the same each time."""
    chance = random.Random(7)
    tasks: list[str] = []
    while size > 0:
        tasks.append(json.dumps(task(chance, len(tasks)), separators=(",", ":")))
        size -= len(tasks[-1]) + 1
    return ('{"meta":{},"parameters":{},"workers":[],"tasks":[' + ",".join(tasks) + "]}").encode()


def bench_codecs() -> None:
    """Each codec on each size; that which takes minutes only on the smallest."""
    for size in SIZES:
        document = problem(size)
        print(f"\ncompress a problem of {len(document) / 1e6:.1f} MB (median of {ROUNDS}; at most 4.5 MB are taken)")
        for codec in codecs():
            if not codec.slow or size == SIZES[0]:
                print(line(codec, document))


def line(codec: Codec, document: bytes) -> str:
    """Time, size and ratio of one codec."""
    took = []
    for _round in range(1 if codec.slow else ROUNDS):
        began = time.perf_counter()
        size = compress(document, codec, sys.maxsize).size
        took.append(time.perf_counter() - began)
    fits = "" if size < COMPRESSED_LIMIT else "  too large"
    seconds, share = statistics.median(took), size / len(document)
    return f"  {codec.name:24} {seconds:7.3f} s  {size / 1e6:6.2f} MB  {share:6.1%}{fits}"


if __name__ == "__main__":
    bench_codecs()
