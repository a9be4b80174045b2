"""Words of a vendor that no picture can hold, and drawing that ends its process: neither takes ours along."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud import ConfigError, DrawingError
from optcloud.adiutaopt.solution.solution import Solution
from optcloud.views.gantt.drawing import Box, Drawing, shown
from optcloud.views.gantt.svg import fitting, svg_of
from views.plans import plan, roster_plan

CONTROLS = "".join(map(chr, (*range(32), *range(127, 160))))
NONCHARACTERS = "\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff"
WILD = [CONTROLS, NONCHARACTERS, "\U0001f600" * 40, "<image href='file:///etc/passwd'/>&#27;]]>", "x" * 100_000]


@pytest.fixture
def needed() -> None:
    pytest.importorskip("vl_convert", reason="vl-convert-python (the extra pictures) is not installed")


def wild_plan() -> Solution:
    """A plan whose names are each of the wild texts in turn."""
    times = {"date": "2026-03-02", "startTime": "8:00", "endTime": "9:00", "workerID": 0}
    tasks = [
        {"id": f"{text}{at}", "name": text, "kind": text, "qualifications": [text]} for at, text in enumerate(WILD)
    ]
    solution = plan([task | times for task in tasks])
    return Solution(solution.raw.replace(b"worker 0", b"a\\u001b[31m\\u0001b"), solution.planner)


@pytest.mark.parametrize("form", ["svg", "png", "pdf", "html"])
def test_what_no_picture_can_hold_is_replaced(tmp_path: Path, form: str) -> None:
    """Each form is drawn with control characters, noncharacters, letters beyond the first plane and huge texts."""
    if form != "html":
        pytest.importorskip("vl_convert", reason="vl-convert-python (the extra pictures) is not installed")
    (path,) = wild_plan().gantt(tmp_path / f"plan.{form}", title="lone \ud800 surrogate\x00")
    data = path.read_bytes()
    assert len(data) > 1000
    if form == "svg":
        words = "".join(ET.fromstring(data).itertext())
        assert "lone \ufffd surrogate\ufffd" in words and "a\ufffd[31m\ufffdb" in words
    if form == "html":
        assert data.count(b"<image") == 0
        assert not set(data.decode()) & set(CONTROLS.replace("\n", ""))


@given(st.text(st.characters(), max_size=300), st.integers(1, 50))
def test_what_is_shown_can_be_written_and_is_no_longer_than_allowed(text: str, longest: int) -> None:
    """Any text becomes one that XML can hold, in one line, within its length."""
    clean = shown(text, longest)
    assert len(clean) <= longest
    assert ET.fromstring(f"<a>{clean.replace('&', '').replace('<', '')}</a>") is not None
    assert clean.isprintable() or not set(clean) & set(CONTROLS + NONCHARACTERS)
    clean.encode()


@given(st.text(st.characters(), max_size=300), st.floats(0, 400))
def test_any_word_stays_a_word_in_a_page(text: str, limit: float) -> None:
    """However a vendor names things, the picture has the same elements, and the words come back from it."""
    drawing = Drawing(100, 100)
    drawing.bar(Box(0, 0, 9, 9), colour="#56B4E9", outlined=True, hint=(text,))
    drawing.text(0, 0, text, 10)
    drawing.text(0, 0, text, 10, limit=limit)
    root = ET.fromstring(svg_of(drawing))
    assert [element.tag.partition("}")[2] for element in root.iter()] == [
        *("svg", "rect", "g", "g", "rect", "g", "text", "text")
    ]
    (bar,) = (element for element in root.iter() if "role" in element.attrib)
    whole, cut = (element.text or "" for element in root.iter() if element.tag.endswith("text"))
    assert (bar.attrib["aria-label"], whole) == (shown(text, 2000), shown(text))
    assert cut == whole or whole.startswith(cut.removesuffix("…"))


@given(st.text(st.characters(), max_size=60), st.floats(0, 400))
def test_a_word_that_is_cut_is_as_long_as_fits(text: str, limit: float) -> None:
    """More room never shows less, and enough of it shows all."""
    less, more = (fitting(text, 10, room) for room in (limit, limit + 10))
    assert len(less) <= len(more) + 1
    assert fitting(text, 10, 11 * len(text) + 1) == text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import os\nos.abort()", r"\(exit code -?\d+\): no word of why"),
        ("raise ValueError('bad \\x1b[31m word')", r"\(exit code 1\): ValueError: bad .\[31m word"),
    ],
)
def test_a_child_that_ends_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, words: str
) -> None:
    """Where the native code aborts or fails, the caller gets a `DrawingError`, and no file."""
    (tmp_path / "vl_convert.py").write_text(body)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "vl_convert", raising=False)
    with pytest.raises(DrawingError, match=words):
        roster_plan().gantt(tmp_path / "plan.svg")
    assert not (tmp_path / "plan.svg").exists()


def test_a_program_without_a_file_draws_too(needed: None, tmp_path: Path) -> None:
    """Drawing does not start the caller's program again: it may be one line of `python -c`."""
    program = (
        "import sys; from optcloud.views.gantt.drawing import Drawing; "
        "from optcloud.views.gantt.renderer import Picture, render; print(len(render([Picture(Drawing(9, 9))])))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, env=environment, check=True
    )
    assert done.stdout.strip() == "1"


def test_without_an_interpreter_it_says_so(needed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that embeds Python may know no interpreter."""
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(ConfigError, match="knows no interpreter"):
        roster_plan().gantt(tmp_path / "plan.svg")


@pytest.mark.parametrize("by", ["worker", "day"])
@pytest.mark.parametrize(
    "task",
    [
        {"date": "2062-03-02", "startTime": "8:00", "endTime": "9:00"},
        {"start": "2026-03-02T08:00", "end": "9999-01-01T09:00"},
    ],
)
def test_days_years_apart_are_refused_with_the_task(tmp_path: Path, by: str, task: dict[str, str]) -> None:
    """A date that is years off makes no picture years wide: the error names the task at each end."""
    usual = {"id": "usual", "workerID": 0, "date": "2026-03-02", "startTime": "8:00", "endTime": "9:00"}
    with pytest.raises(ConfigError, match=r"2026-03-02 .* \(task odd\) are more days than a picture holds \(400\)"):
        plan([usual, {"id": "odd", "workerID": 0} | task]).gantt(tmp_path / "plan.svg", by=by)
    assert list(tmp_path.iterdir()) == []
