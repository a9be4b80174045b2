"""The report for a pull request, read back by a reader of Markdown."""

from __future__ import annotations

from markdown_it import MarkdownIt

from drift_reports.examples import BODY, CHANGES, HOSTILE, REMOVED, report
from openapi_drift.diff.change import Change, Level
from openapi_drift.reports import markdown
from openapi_drift.reports.report import Accepted, ChangeReport


def html(text: str) -> str:
    return str(MarkdownIt("gfm-like", {"linkify": False}).render(text))


def test_a_table_sums_up_and_groups_open() -> None:
    text = html(markdown.render(report()))
    assert "<h2>API changes: <code>old.yaml</code> → <code>new.yaml</code></h2>" in text
    assert "<strong>1 breaking, 2 warnings, 1 other in 4 operations.</strong>" in text
    assert text.count("<tr>") == 5
    first = text.partition("<tbody>")[2].partition("</tr>")[0]
    assert "<code>PUT /tasks/{id}</code></td>" in first
    assert first.count("<strong>1</strong>") == 1
    assert text.count("<details open><summary>") == 1
    assert text.count("<details><summary>") == 3
    assert text.count("</details>") == 4
    assert "<li><strong>Warning</strong>: Query parameter <code>state</code> was removed." in text
    assert "<code>request-parameter-removed</code>: <code>old.yaml:12</code> → removed" in text


def test_nothing_changed() -> None:
    assert markdown.render(ChangeReport("a", "b", [])) == "## API changes: `a` → `b`\n\n**No changes.**\n"


def test_words_of_a_document_stay_words() -> None:
    text = html(markdown.render(report(HOSTILE)))
    assert "<script" not in text
    assert "<img" not in text
    assert "<a " not in text
    assert "<em>" not in text
    assert text.count("</details>") == 1
    assert text.count("<td") == 4
    assert "<code>a|b</code>" in text
    assert "@everyone" not in text
    assert "\n::error" not in text


def test_a_lone_backquote_is_only_that() -> None:
    odd = Change("x", Level.INFO, "a ` b <i>", "get", "/a`b")
    text = html(markdown.render(report(odd)))
    assert "a ` b &lt;i&gt;." in text
    assert "<code>GET /a`b</code>" in text


def test_a_long_report_is_cut_between_groups_and_says_so() -> None:
    many = [
        Change("x", Level.INFO, f"Something long to read {number}.", "get", f"/path/{number}") for number in range(3000)
    ]
    text = markdown.render(report(*many))
    assert len(text) < 65_536
    assert "more changes, not shown for length" in text
    assert text.count("<details>") == text.count("</details>") > 100
    assert "| and 2960 more |" in text


def test_accepted_changes_and_odd_acceptances() -> None:
    told = ChangeReport(
        "a",
        "b",
        [BODY],
        accepted=[Accepted(REMOVED, "*nobody* sends it")],
        problems=["entry 2 expired"],
        details={BODY: ["reaches `app.py:7`"]},
    )
    text = html(markdown.render(told))
    assert "<summary>1 change accepted</summary>" in text
    assert "Accepted: *nobody* sends it" in text
    assert "<li>entry 2 expired</li>" in text
    assert "<li>reaches <code>app.py:7</code></li>" in text


def test_all_changes_are_there() -> None:
    text = markdown.render(report())
    assert all(change.id in text for change in CHANGES)
