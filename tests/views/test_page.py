"""The HTML page, read as text and opened in a real browser where there is one."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from drift_reports.test_html import BROWSERS, Page, picture
from patience import PATIENCE
from views.plans import roster_plan

Browse = Callable[..., str]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page, made without the extra ``pictures``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "vl_convert", None)
        (path,) = roster_plan().gantt(tmp_path_factory.mktemp("page") / "plan.html")
    return path


def test_the_page_needs_nothing_else_and_runs_only_its_own_script(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    read = Page(text)
    assert not re.search(r"""(src|href)="(?!#)|url\(|@import|https?://(?!www\.w3\.org)""", text)
    (policy,) = [attributes["content"] for _, attributes in read.elements if "http-equiv" in attributes]
    for tag, word in (("script", "script-src"), ("style", "style-src")):
        found = base64.b64encode(hashlib.sha256(read.texts[tag][0].encode()).digest()).decode()
        assert f"{word} 'sha256-{found}'" in str(policy)
    assert "default-src 'none'" in str(policy)
    assert not any("style" in attributes for _, attributes in read.elements)


def test_words_of_a_plan_stay_words(page: Path) -> None:
    read = Page(page.read_text(encoding="utf-8"))
    assert read.count("b") == 1  # the heading of the names, not the task's
    labels = [attributes.get("aria-label") or "" for _, attributes in read.elements]
    assert sum("Fliegen <b>&" in label for label in labels) == 1


@pytest.fixture
def browse(page: Path, tmp_path: Path) -> Browse:
    """Run a headless browser on the page: what it prints."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip(f"no browser is installed: none of {', '.join(BROWSERS)} is found")
    quiet = ("--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")

    def browsing(*options: str, find: str = "") -> str:
        address = page.as_uri() + (f"#find={find}" if find else "")
        profile = f"--user-data-dir={tmp_path / 'browser'}"
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", profile, *quiet, *options, address]
        environment = {**os.environ, "HOME": str(tmp_path)}
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True, cwd=tmp_path, env=environment)
        return done.stdout.decode()

    return browsing


def test_in_a_browser_bars_names_and_legend_are_there(browse: Browse) -> None:
    dom = browse("--dump-dom")
    assert 'data-shown="142"' in dom
    assert ">142 of 142 tasks shown</output>" in dom
    names = dom.partition('<div class="names">')[2].partition('<div class="body">')[0]
    assert all(f">{name}</text>" in names for name in ("Not assigned", "Ada Amsel", "Tara Tanne"))
    assert re.findall(r"</svg>([^<]+)</button>", dom) == [
        "care (84)",
        "care, lead (28)",
        "clinic (14)",
        "pharmacy (14)",
        "wings (2)",
        "Not assigned",
    ]


def test_in_a_browser_the_search_dims_the_rest(browse: Browse) -> None:
    dom = browse("--dump-dom", find="ADA%20amsel")
    body = dom.partition('<div class="body">')[2]
    bars = re.findall(r'<rect role="graphics-symbol" aria-label="([^"]*)"[^>]*?( class="faint")?></rect>', body)
    clear = [label for label, faint in bars if not faint]
    assert len(bars) == 142
    assert clear
    assert all(label.startswith("Ada Amsel · ") for label in clear)
    assert f'data-shown="{len(clear)}"' in dom


def test_in_a_browser_the_plan_is_painted(browse: Browse, tmp_path: Path) -> None:
    options = ("--window-size=640,480", "--hide-scrollbars", f"--screenshot={tmp_path / 'page.png'}")
    browse(*options, find="Sun%208%20Mar")  # scrolls there
    width, height, painted = picture(tmp_path / "page.png")
    assert (width, height) == (640, 480)
    for colour in ("56B4E9", "E69F00", "009E73", "CC79A7", "E4E8EF", "1B2430", "B3261E"):  # kinds, weekend, ink, open
        assert tuple(bytes.fromhex(colour)) in {pixel[:3] for pixel in painted}, colour
