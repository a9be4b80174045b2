"""Make the pictures of the site anew: charts and reports as a browser shows them, on the sandbox.

python adapters/docs/screenshots.py   # needs chromium; writes adapters/docs/pages/pictures/*.png, below 100 KB each
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from openapi_drift.sources import carried_root
from optcloud import OptCloud
from optcloud.sandbox import Sandbox
from optcloud_sandbox import roster

PICTURES = Path(__file__).parent / "pages" / "pictures"
LARGEST = 100_000
NOTEBOOK = """<!doctype html><meta charset="utf-8"><style>
body { font: 14px sans-serif; margin: 16px } pre { background: #f5f5f5; padding: 8px 12px }
table { font-size: 12px; border-collapse: collapse } th, td { padding: 4px 8px; text-align: left }
tr:nth-child(odd) { background: #f5f5f5 } caption { text-align: left; font-weight: bold; padding: 8px 0 2px }
</style>"""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def photograph(page: Path, picture: str, width: int, height: int) -> None:
    """Have a browser draw a page, and keep it in few colours."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise SystemExit(f"none of {', '.join(BROWSERS)} is here")
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.png"
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=5000"]
        size = [f"--window-size={width},{height}", f"--screenshot={raw}"]
        subprocess.run([browser, *options, *size, page.resolve().as_uri()], check=True, capture_output=True)
        small = BytesIO()
        Image.open(raw).convert("RGB").quantize(64).save(small, "PNG", optimize=True)
    if len(small.getvalue()) > LARGEST:
        raise SystemExit(f"{picture}: {len(small.getvalue())} bytes are too many")
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / picture).write_bytes(small.getvalue())


def gantt(oc: OptCloud) -> None:
    """A plan of the shipped roster."""
    solution = oc.adiutaopt.shift.submit(roster.stored()).result()
    solution.gantt("plan.html")
    photograph(Path("plan.html"), "gantt.png", 1280, 610)


def drift_report() -> None:
    """What became of a field that the vendor renamed."""
    old = (carried_root() / "specs" / "aimms-pro-v2" / "openapi.yaml").read_text(encoding="utf-8")
    Path("old.yaml").write_text(old, encoding="utf-8")
    Path("new.yaml").write_text(old.replace("queueTime", "waitTime"), encoding="utf-8")
    command = ["spec", "diff", "old.yaml", "new.yaml", "--format", "html", "-o", "drift.html"]
    subprocess.run([sys.executable, "-m", "optcloud", *command], check=True)
    photograph(Path("drift.html"), "drift-report.png", 1280, 720)


def batch(oc: OptCloud) -> None:
    """How a batch went."""
    made = oc.batch("study", store="study.sqlite")
    scenarios = [{"id": f"s{number:03}", "machines": number % 4 + 1} for number in range(60)]
    made.add(oc.aimms.service("Scheduling", "solve"), scenarios, key="id")
    made.run(limit=20)
    made.picture("batch.html")
    photograph(Path("batch.html"), "batch.png", 1280, 640)


def notebook(oc: OptCloud) -> None:
    """How results show themselves in a notebook, as its cells show them."""
    solution = oc.adiutaopt.shift.submit(roster.stored()).result()
    job = oc.aimms.run("Scheduling", "solve", input={"machines": 2})
    job.wait()
    shown: dict[str, Any] = {"job": job, "solution": solution}
    cells = [f"<pre>{code}</pre>{value._repr_html_()}" for code, value in shown.items()]
    Path("notebook.html").write_text(f"{NOTEBOOK}{''.join(cells)}", encoding="utf-8")
    photograph(Path("notebook.html"), "notebook.png", 1280, 640)


def main() -> None:
    """Make all of them, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder, Sandbox() as sandbox:
        os.chdir(folder)
        os.environ |= sandbox.environment() | {"XDG_STATE_HOME": folder}
        sandbox.register_samples()
        with OptCloud() as oc:
            gantt(oc)
            batch(oc)
            notebook(oc)
        drift_report()
        os.chdir("/")


if __name__ == "__main__":
    main()
