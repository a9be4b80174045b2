"""Markers of armed jobs: unique moments that nobody else would choose."""

from __future__ import annotations

from pathlib import Path

import pytest

from optcloud.batch.jobs import JobInput, Timings
from optcloud.batch.ledger.ledger import JobLedger


@pytest.mark.parametrize("group", [1, 2, 8, 9, 10, 17, 18, 19, 100])
def test_markers_are_unique_and_no_whole_seconds(tmp_path: Path, group: int) -> None:
    with JobLedger.open(tmp_path / "jobs.sqlite", clock=lambda: 1000.0) as ledger:
        ledger.create("b", account="a", spec={"cloud": "none"}, timings=Timings(), chunk=500)
        ledger.add("b", ((f"k{n}", JobInput(b"")) for n in range(500)))
        epoch = ledger.take("b", 0)
        markers: list[int] = []
        while jobs := ledger.arm("b", 0, epoch, group).jobs:
            markers += [job.marker for job in jobs]
    assert len(markers) == 500
    assert markers == sorted(set(markers))
    assert markers[0] == 1_004_001
    assert all(marker % 10 for marker in markers)
