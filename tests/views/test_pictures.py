"""SVG, PNG and PDF, drawn without a browser."""

from __future__ import annotations

import re
import struct
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from optcloud.adiutaopt.solution.chart import Wish, chart_of
from optcloud.core.errors import ConfigError
from optcloud.views.gantt import files
from optcloud.views.gantt.sheet import Paper, sheets
from views.plans import OPEN, plan, roster_plan

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def needed() -> None:
    pytest.importorskip("vl_convert", reason="vl-convert-python (the extra pictures) is not installed")


def bars_of(svg: ET.Element) -> list[str]:
    found = [one.get("aria-label", "") for one in svg.iter(SVG + "path") if one.get("role") == "graphics-symbol"]
    return [label for label in found if " · task " in label]


def words_of(svg: ET.Element) -> list[str]:
    return [one.text or "" for one in svg.iter(SVG + "text")]


def test_svg_holds_each_task_and_name(needed: None, tmp_path: Path) -> None:
    (path,) = roster_plan().gantt(tmp_path / "plan.svg")
    svg = ET.parse(path).getroot()
    assert len(bars_of(svg)) == 142
    words = words_of(svg)
    for wanted in ("Two weeks in March", "Ada Amsel", "Tara Tanne", "Not assigned", "care (84)", "Mon 2 Mar", "2 open"):
        assert wanted in words
    assert any(label.startswith(f"Not assigned · {OPEN[0]} · Sat 7 Mar 2026, 08:00") for label in bars_of(svg))
    assert not re.search(r"https?://(?!www\.w3\.org)", path.read_text())


def test_svg_by_day_in_german(needed: None, tmp_path: Path) -> None:
    (path,) = roster_plan().gantt(tmp_path / "plan.svg", by="day", language="de")
    words = words_of(ET.parse(path).getroot())
    assert {"Mo 2. März 2026", "10 Aufgaben · 10 Kräfte · 76,5 h · 2 nicht besetzt", "06:00"} <= set(words)


def test_paper_has_its_size(needed: None, tmp_path: Path) -> None:
    (path,) = roster_plan().gantt(tmp_path / "plan.svg", paper="A3")
    svg = ET.parse(path).getroot()
    assert (svg.get("width"), svg.get("height")) == ("420.0mm", "297.0mm")
    (path,) = roster_plan().gantt(tmp_path / "plan.pdf", paper="A2", across=False)
    assert b"MediaBox [0 0 1190.55 1683.78]" in path.read_bytes()
    (path,) = roster_plan().gantt(tmp_path / "plan.png", paper="a4", dpi=72)
    assert struct.unpack(">II", path.read_bytes()[16:24]) == (841, 595)


def test_200_workers_stay_legible_on_paper() -> None:
    task = {"date": "2026-03-02", "startTime": "8:00", "endTime": "16:00"}
    chart = chart_of(plan([{"id": n, "workerID": n} | task for n in range(200)], 200).rows, Wish(), title="x")
    for name, pages in (("A2", 1), ("A3", 2)):
        drawn = sheets(chart, Paper(name))
        assert len(drawn) == pages
        words = [word for drawing in drawn for word in drawing.spec()["data"][3]["values"]]
        names = {word["text"]: word for word in words if word["text"].startswith("worker ")}
        assert len(names) == 200
        assert min(word["size"] for word in names.values()) >= 8  # CSS pixels: 6 points
        assert max(word["y"] for word in names.values()) < drawn[0].height


def test_sheets_are_numbered_and_sections_go_on(needed: None, tmp_path: Path) -> None:
    paths = roster_plan().gantt(tmp_path / "plan.svg", by="day", paper="A4", across=True)
    assert [path.name for path in paths] == [f"plan-{number}.svg" for number in range(1, len(paths) + 1)]
    pages = [words_of(ET.parse(path).getroot()) for path in paths]
    assert len(pages) > 2
    assert sum(len(bars_of(ET.parse(path).getroot())) for path in paths) == 142
    for number, words in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in words
    names = {worker.name for worker in roster_plan().workers}
    for drawing in sheets(chart_of(roster_plan().rows, Wish(by="day"), title="x"), Paper("A4", across=True)):
        words = drawing.spec()["data"][3]["values"]
        titles = [word["y"] for word in words if re.fullmatch(r"\w{3} \d+ Mar 2026", word["text"])]
        assert min(titles) < min(word["y"] for word in words if word["text"] in names)


def test_png_is_a_picture_of_its_own_size(needed: None, tmp_path: Path) -> None:
    (path,) = roster_plan().gantt(tmp_path / "plan.png", dpi=48)
    data = path.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert (700 < width < 1000, 200 < height < 400) == (True, True)
    with pytest.raises(ConfigError, match=r"takes at most .* dots per inch"):
        roster_plan().gantt(tmp_path / "huge.png", dpi=5000)


@pytest.mark.parametrize(
    ("name", "paper", "words"),
    [
        ("plan.gif", None, r"its name ends with \.html, \.svg, \.png, \.pdf"),
        ("plan.html", "A3", "HTML is for the screen"),
        ("plan.svg", "B5", "'B5' is no paper known here"),
    ],
)
def test_wishes_that_cannot_be(tmp_path: Path, name: str, paper: str | None, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        roster_plan().gantt(tmp_path / name, paper=paper)
    assert list(tmp_path.iterdir()) == []


def test_too_much_for_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BARS", 100)
    with pytest.raises(ConfigError, match=r"142 tasks are too many for a picture \(100\): give first and last days"):
        roster_plan().gantt(tmp_path / "plan.html")


def test_the_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(ConfigError, match=r'pip install "optcloud\[pictures\]"'):
        roster_plan().gantt(tmp_path / "plan.svg")
    assert list(tmp_path.iterdir()) == []
