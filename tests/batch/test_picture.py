"""The picture of a run: what it draws is what happened, in a small page in which strangers' words stay words."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.made_rows import BEGIN, made_row
from drift_reports.test_html import Page
from optcloud.batch.jobs import JobState
from optcloud.batch.ledger.rows import JobRow
from optcloud.batch.results.picture import picture, run_chart
from optcloud.core.errors import ConfigError
from optcloud.views.run import bins
from optcloud.views.run.bins import Bins
from optcloud.views.run.chart import RunChart

NOW = BEGIN + 1000


def counts(chart: RunChart) -> dict[str, int]:
    return {layer.name: layer.now for layer in chart.layers if layer.now}


def at(chart: RunChart, moment: float) -> dict[str, int]:
    """Return what was in which state at the moment of the chart that is next."""
    index = min(range(len(chart.moments)), key=lambda one: abs(chart.moments[one] - moment))
    return {layer.name: layer.counts[index] for layer in chart.layers if layer.counts[index]}


# ------------------------------------------------------------ what is drawn


def test_states_are_drawn_as_they_followed_each_other() -> None:
    rows = [
        made_row("a", armed=BEGIN + 10, sent=BEGIN + 20, started=BEGIN + 30, ended=BEGIN + 40),
        made_row("b", JobState.FAILED, armed=BEGIN + 10, sent=BEGIN + 20, started=None, ended=BEGIN + 50),
        made_row("c", JobState.SENT, armed=BEGIN + 60, sent=BEGIN + 70, started=None, ended=None),
        made_row("d", JobState.NEW, armed=BEGIN + 15, sent=None, started=None, ended=None),
        made_row("e", JobState.HELD, armed=BEGIN + 55, sent=None, started=None, ended=None),
    ]
    chart = run_chart(rows, now=BEGIN + 100)
    assert (chart.moments[0], chart.moments[-1]) == (BEGIN + 10, BEGIN + 100)
    assert at(chart, BEGIN + 15) == {"being sent": 2, "not sent yet": 3}
    assert at(chart, BEGIN + 35) == {"running": 1, "sent": 1, "not sent yet": 3}
    assert at(chart, BEGIN + 45) == {"ok": 1, "sent": 1, "not sent yet": 3}
    assert at(chart, BEGIN + 65) == {"ok": 1, "failed": 1, "held": 1, "being sent": 1, "not sent yet": 1}
    assert counts(chart) == {"ok": 1, "failed": 1, "held": 1, "sent": 1, "not sent yet": 1}
    assert chart.remarks[0] == "2 of 5 jobs have ended (40 %), 1 is held until a person decides."
    assert chart.remarks[1].startswith("2026-11-30 00:53:30 to 2026-11-30 00:55:00 UTC: 90 s, ")


STATES = st.sampled_from(JobState)
MOMENTS = st.none() | st.floats(-1e9, 1e10, allow_nan=False)


@given(
    st.lists(
        st.builds(
            made_row, state=st.sampled_from(JobState), armed=MOMENTS, sent=MOMENTS, started=MOMENTS, ended=MOMENTS
        ),
        max_size=8,
    )
)
def test_no_job_is_lost_or_drawn_twice_whatever_the_clocks_say(rows: list[JobRow]) -> None:
    chart = run_chart(rows, now=NOW)
    there = [sum(layer.counts[number] for layer in chart.layers) for number in range(len(chart.moments))]
    assert there == sorted(there)
    assert all(count >= 0 for layer in chart.layers for count in layer.counts)
    said = {JobState.NEW: "not sent yet", JobState.ARMED: "being sent"}
    wanted = Counter(
        "running" if row.state is JobState.SENT and row.started is not None else said.get(row.state, str(row.state))
        for row in rows
    )
    assert counts(chart) == wanted
    assert all(one < other for one, other in pairwise(chart.moments))


def test_run_times_are_counted_and_told() -> None:
    rows = [made_row(str(n), started=BEGIN + 3, ended=BEGIN + 3 + n) for n in range(1, 101)]
    times = run_chart(rows, now=NOW).times
    assert times is not None
    assert sum(times.counts) == 100
    assert (times.edges[0], times.edges[-1]) == (0, 105)
    assert times.counts[:3] == [4, 5, 5]
    assert times.remark == "Half of the jobs took 50 s or less, 95 % 95 s or less; the longest took 100 s."
    far = run_chart([*rows, made_row("far", started=BEGIN, ended=BEGIN + 86400 * 3)], now=NOW).times
    assert far is not None
    assert far.edges[-1] < 200
    assert sum(far.counts) + int(str(re.findall(r"(\d+) that took longer", far.remark)[0])) == 101
    assert "the longest took 3 d" in far.remark


def test_failures_are_counted_by_message_numbers_aside() -> None:
    rows = [made_row(f"k{n}", JobState.FAILED, message=f"scenario {n} is infeasible") for n in range(5)]
    rows += [made_row(f"m{n}", JobState.GONE, message="forgotten", result=None) for n in range(2)]
    rows += [made_row("h", JobState.HELD, message="", word="")]
    failures = run_chart(rows, now=NOW).failures
    assert [(one.state, one.message, one.count, one.example, one.varied) for one in failures] == [
        ("failed", "scenario 0 is infeasible", 5, "k0", True),
        ("gone", "forgotten", 2, "m0", False),
        ("held", "no word of why", 1, "h", False),
    ]
    letters = [f"{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(100)]
    many = run_chart([made_row(key, JobState.FAILED, message=key) for key in letters], now=NOW)
    assert (len(many.failures), many.other_failures) == (12, 88)


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 1)), max_size=60))
def test_bins_keep_their_sums_when_they_become_wider(values: list[tuple[float, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bins, "_MOST", 8)
        found = Bins(2)
        for value, kind in values:
            found.add(value, kind)
    assert sum(1 for _ in found) <= 8
    assert [sum(sums[kind] for _, sums in found) for kind in (0, 1)] == [
        sum(1 for _, one in values if one == kind) for kind in (0, 1)
    ]
    assert sum(found.between([0, 1e3, 1e9])) == len(values)
    assert sum(found.standing([1.0, 2.0])[-1]) == len(values)


# ------------------------------------------------------------ the page


@pytest.fixture
def needed() -> None:
    pytest.importorskip("vl_convert", reason="vl-convert-python (the extra pictures) is not installed")


def many(count: int) -> Iterator[JobRow]:
    for n in range(count):
        armed = BEGIN + n * 0.37
        state = JobState.FAILED if n % 20 == 0 else JobState.OK
        yield made_row(str(n), state, armed=armed, sent=armed + 1, started=armed + 2 + n % 7, ended=armed + 9 + n % 31)


def test_the_page_needs_nothing_and_runs_nothing(needed: None, tmp_path: Path) -> None:
    text = picture(many(300), tmp_path / "run.html", title="spring", now=NOW).read_text("utf-8")
    read = Page(text)
    assert not re.search(r"""(src|href)="(?!#)|url\(|@import|https?://(?!www\.w3\.org)""", text)
    assert read.count("script") == 0
    assert read.count("svg") >= 3
    (policy,) = [attributes["content"] for _, attributes in read.elements if "http-equiv" in attributes]
    style = base64.b64encode(hashlib.sha256(read.texts["style"][0].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{style}'"
    assert not any("style" in attributes for _, attributes in read.elements)
    assert "prefers-color-scheme: dark" in text
    words = re.findall(r"<text[^>]*>(?:<tspan[^>]*>)?([^<]+)", text)
    assert {"time (UTC)", "300", "from start to end, in seconds"} <= set(words)
    assert not [word for word in words if re.search(r"e\+| [AP]M", word)]


def test_words_of_strangers_stay_words(needed: None, tmp_path: Path) -> None:
    bad = "<script>alert(1)</script>\u202e\x00\ud800\ufffe" + "x" * 5000
    rows = [made_row(bad, JobState.FAILED, message=bad)]
    text = picture(rows, tmp_path / "run.html", title=f"<b>{bad}", now=NOW).read_text("utf-8")
    assert Page(text).count("script") == Page(text).count("i") == 0
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4  # title, heading, message, key
    assert not re.search("[\x00\ufffe\u202e]", text)
    assert len(text) < 60_000


def test_the_page_stays_small(needed: None, tmp_path: Path) -> None:
    few = picture(many(1000), tmp_path / "few.html", now=BEGIN + 1e6).stat().st_size
    lots = picture(many(20_000), tmp_path / "lots.html", now=BEGIN + 1e6).stat().st_size
    assert lots < min(1.5 * few, 150_000)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "There are no jobs yet."),
        ([made_row(state=JobState.NEW, armed=None)], "0 of 1 jobs have ended (0 %); none has been sent."),
        ([made_row(started=None, sent=None, armed=None, ended=None)], "1 of 1 jobs have ended (100 %)"),
    ],
)
def test_a_batch_in_which_little_has_happened(needed: None, tmp_path: Path, rows: list[JobRow], words: str) -> None:
    text = picture(rows, tmp_path / "run.html", now=NOW).read_text("utf-8")
    assert words in text


def test_a_picture_is_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"'run\.png': a picture of a batch is a page, whose name ends with \.html"):
        picture([], tmp_path / "run.png")
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(ConfigError, match=r'pip install "optcloud\[pictures\]"'):
        picture([made_row()], tmp_path / "run.html")
    assert list(tmp_path.iterdir()) == []
