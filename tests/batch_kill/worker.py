"""A worker of batches: ``python worker.py SPEC``, which is JSON. It does what a user's process does, with points in it.

It takes commands as lines of JSON on its standard input: to kill or freeze itself at a point.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

if not __package__:  # run as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])


def shift_clock(seconds: float) -> None:
    """Have this process's wall clock be wrong; before anything of the product is imported."""
    if seconds:
        right = time.time
        time.time = lambda: right() + seconds  # type: ignore[assignment]


def look_often() -> None:
    """Look at the list twice a second: much is to happen in a short time."""
    from optcloud.batch.targets.aimms import AimmsTarget
    from optcloud.core.polling import Pace

    pace = Pace(first=0.5, factor=1, longest=0.5, jitter=0)
    AimmsTarget.__init__.__kwdefaults__["pace"] = pace


def main(spec: dict[str, Any]) -> int:
    """Work until nothing is left to do."""
    shift_clock(spec["skew"])
    from batch_kill import sabotage
    from batch_kill.notes import NotePad
    from batch_kill.points import Points, install

    points = Points(NotePad(spec["notes"], spec["life"]))
    install(points)
    look_often()
    sabotage.commit(spec["sabotage"])
    threading.Thread(target=_listen, args=(points,), daemon=True).start()
    points.pad.note("begins")
    from batch_kill import engines

    try:
        engines.ENGINES[spec["engine"]](spec)
    except Exception as error:
        points.pad.note("failed", error=f"{type(error).__name__}: {error}"[:2000])
        raise
    points.pad.note("done")
    return 0


def _listen(points: Any) -> None:
    for line in sys.stdin:
        command = json.loads(line)
        points.aim_at(command["point"], command["nth"], signal.Signals[command["signal"]])


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
