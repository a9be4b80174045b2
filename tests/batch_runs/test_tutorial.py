"""The tutorial of the page on batches, run as it is written, with fewer scenarios."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from batch.test_readme import TEXT
from patience import PATIENCE

TUTORIAL = TEXT.partition("## Ten minutes")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"```sh\n(.*?)```", TUTORIAL, flags=re.DOTALL)
HOW_MANY = 60


def told(script: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a script to its end, and return all that was said."""
    heard = folder / "heard.txt"
    with (
        heard.open("wb") as out,
        subprocess.Popen(
            ["bash", "-c", script], cwd=folder, env=environment, stdout=out, stderr=out, start_new_session=True
        ) as running,
    ):
        try:
            running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            raise AssertionError(f"it hangs: {heard.read_text()}") from None
    return heard.read_text()


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_tutorial_runs(tmp_path: Path, postgres_url: str) -> None:
    install, *blocks = BLOCKS
    assert install.startswith("pip install")
    assert len(blocks) == 7
    commands = str(Path(sys.executable).parent)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OPTCLOUD_", "IC_"))}
    environment |= {
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "SCENARIOS": str(HOW_MANY),
        "DATABASE": postgres_url,
        "OPTCLOUD_CONFIG": os.devnull,
    }
    script = "\n".join(["trap 'kill $(jobs -p) 2> /dev/null' EXIT", *blocks])
    script = script.replace("--concurrency 100", "--concurrency 15")
    said = told(script, tmp_path, environment)
    assert f"{HOW_MANY - 1} of {HOW_MANY} are ok" in said, said
    assert f"\n{HOW_MANY} tasks at the vendor" in said, said
    assert re.search(r"s0013\s+failed", said), said
    assert re.search(r"summer: 100.0 % of 60: 59 ok, 0 running, 0 new, 1 failed", said), said
    assert (tmp_path / "summer.parquet").exists()
    assert "Traceback" not in said, said
