"""Thirty tasks of AIMMS PRO on the sandbox, by a process that is killed twice."""

from __future__ import annotations

import json
from pathlib import Path

from batch.test_batch_on_the_sandbox import JOBS, begin, sandbox, submits
from optcloud import OptCloud
from optcloud.batch.progress import BatchCounts
from optcloud.sandbox import Sandbox
from patience import eventually

__all__ = ["sandbox"]


def test_a_batch_outlives_kill_9(sandbox: Sandbox, tmp_path: Path) -> None:
    store = tmp_path / "spring.sqlite"
    with OptCloud() as oc:

        def tasks() -> int:
            return len(list(oc.aimms.tasks(app="Sandbox")))

        for killed_at in (1, 9):
            with begin(store) as process:
                eventually(lambda most=killed_at: submits(sandbox) >= most)  # type: ignore[misc]
                process.kill()
        with begin(store) as process:
            out, err = process.communicate()
        assert process.returncode == 0, err
        assert out.strip() == str(BatchCounts(ok=JOBS))
        batch = oc.batch("spring", store=store)
        found = {key: json.loads(result.bytes) for key, result in batch.results()}
        assert found == {f"s{n}": {"id": f"s{n}", "n": n} for n in range(JOBS)}
        assert tasks() == JOBS
        assert {result.ref for _, result in batch.results()} == {
            str(task.reference) for task in oc.aimms.tasks(app="Sandbox")
        }
