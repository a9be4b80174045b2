"""Words of documents and names of files that mean something to the reader of a report: in each form they stay words."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from openapi_drift.checks.verdict import CheckKind, DriftCheck, DriftReport, DriftVerdict
from openapi_drift.diff.change import Change, Level, Side
from openapi_drift.documents.escaping import json_text, visible
from openapi_drift.documents.pointers import Position
from openapi_drift.reports import FORMATS, render, rendering
from openapi_drift.reports.report import Accepted, ChangeReport, Excerpt
from optcloud.cli.spec.reporting import _json

PIECES = (
    "::error::x ::", "::", "%", "%0A", "\n", "\r\n", "\r", "\n::error::owned", "##[error]x", "\x1b[2J", "\x9b31m",
    "\x07", "\x00", "\x85", "\u2028", "\u202e", "\ud800", "\udcff", "\ufeff", "`", "``", "|", "\\|", "\\", "&amp;",
    "<script>x()</script>", "<img src=x onerror=x()>", "</details>", "[a](http://evil.invalid)", "![a](x)", "*b*",
    "_b_", "~~x~~", "# ", "- ", "+ ", "1. ", "2) ", "> ", "---", "===", "@all", '"', "'", ",", "a=b", " ", "\t",
    "\xa0", "é", "😀", "word", "\n    code",
)  # fmt: skip
WORDS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), min_size=1, max_size=6).map("".join)
FUZZ = settings(max_examples=60, deadline=None)


class OneExcerpt:
    """Each place of a document is the same few lines."""

    def __init__(self, words: str) -> None:
        self._lines = words.split("\n")

    def excerpt(self, side: Side) -> Excerpt:
        return Excerpt(1, self._lines)


def report_of(words: Sequence[str]) -> ChangeReport:
    """A report that has the words wherever a document, a file or a person could have put them."""
    name, path, text, reason = words
    side = Side(f"/paths/{path}", Position(name, 3))
    changes = [
        Change("endpoint-added", level, f"{lead}{text}", "get", f"/{path}", path, base=side, revision=side)
        for level, lead in ((Level.BREAKING, ""), (Level.WARNING, "Property `x` "), (Level.INFO, f"`{text}` "))
    ]
    changes += [Change("x", Level.INFO, f"Property `{text}{number}` came", revision=side) for number in range(4)]
    accepted = Change("y", Level.INFO, text, "get", path, base=side)
    details = {change: [text, f"touches `{text}`"] for change in changes}
    sources = OneExcerpt(text)
    return ChangeReport(
        name, name, changes, [Accepted(accepted, reason)], [reason], 2, details, base_sources=sources,
        revision_sources=sources,
    )  # fmt: skip


def printed(text: str) -> None:
    """Nothing in it steers a terminal, and it can be written as UTF-8."""
    mute = text.replace("@\N{ZERO WIDTH SPACE}", "@")  # ours: it keeps GitHub from telling people
    assert [sign for sign in mute if sign != "\n" and not sign.isprintable()] == []
    text.encode()


FOUR_WORDS = st.tuples(WORDS, WORDS, WORDS, WORDS)
SAID = [*FORMATS, "json"]


@pytest.mark.parametrize("form", SAID)
@given(words=FOUR_WORDS)
@example(words=tuple(["\x1b]0;x\x07", "::error::", "%", "\n", "\r", "\u2028", "�"][:4]))
@FUZZ
def test_no_form_has_what_steers_or_cannot_be_seen(form: str, words: tuple[str, ...]) -> None:
    """Terminals, logs and files get printable text only, in all six forms."""
    report = report_of(words)
    printed(_json(report) if form == "json" else render(report, form))


@given(words=FOUR_WORDS)
@FUZZ
def test_text_has_no_line_of_a_documents_own(words: tuple[str, ...]) -> None:
    """A line end in a name begins no line: what stands at the start of one is ours, or the title's first word."""
    name, path, text, reason = (word + "\nFORGED: no changes" for word in words)
    lines = render(report_of((name, path, text, reason)), "text").split("\n")
    assert [line for line in lines if line.startswith("FORGED")] == []


def unescaped(text: str) -> str:
    """What GitHub's runner makes of a command's text."""
    for code, sign in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, sign)
    return text


COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^,:]*)(?:,[a-z]+=[^,:]*)*)::(.*)")


@given(words=FOUR_WORDS)
@FUZZ
def test_github_reads_back_the_same_annotations(words: tuple[str, ...]) -> None:
    """One command a line, with the file and the words as they are, whatever signs of a command they hold."""
    report = report_of(words)
    lines = render(report, "github").split("\n")
    assert lines.pop() == ""
    reported_changes = [reported for group in report.groups for reported in group.reported_changes]
    commands = [COMMAND.fullmatch(line) for line in lines]
    assert len(commands) == len(reported_changes) + 2
    for command, reported in zip(commands, reported_changes, strict=False):
        assert command
        properties = dict(part.split("=", 1) for part in command[2].split(","))
        assert unescaped(properties["file"]) == visible(words[0], keep="\r\n")
        assert unescaped(command[3]).endswith(visible(reported.text))
    problem = commands[-2]
    assert problem and unescaped(problem[3]) == visible(words[3], keep="\r\n")


OURS = {"details", "/details", "summary", "/summary", "b", "/b", "sub", "/sub", "code", "/code"}


def structure(markdown: str) -> tuple[set[str], set[str]]:
    """The kinds of Markdown's parts, and the tags of HTML in it."""
    kinds, tags = set(), set()
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown):
        for one in (token, *(token.children or ())):
            kinds.add(one.type)
            if one.type.startswith("html"):
                tags |= {tag.lower() for tag in re.findall(r"<(/?[A-Za-z]+)", one.content)}
    return kinds, tags


PLAIN = ("new.yaml", "tasks", "a word", "a reason")


@given(words=FOUR_WORDS)
@example(words=("a", "b", "c", "``1. d"))
@example(words=("a", "b", "1``. c", "``- d"))
@FUZZ
def test_markdown_has_the_structure_of_harmless_words(words: tuple[str, ...]) -> None:
    """No link, picture, emphasis, heading, list, table or tag comes from the words."""
    kinds, tags = structure(render(report_of(words), "markdown"))
    plain, _ = structure(render(report_of(PLAIN), "markdown"))
    assert kinds <= plain | {"code_inline", "softbreak"}
    assert tags <= OURS


@given(words=FOUR_WORDS)
@FUZZ
def test_a_table_has_its_three_cells(words: tuple[str, ...]) -> None:
    """A bar in the reason why something was not checked ends no cell."""
    check = DriftCheck(CheckKind.VENDOR, words[0], DriftVerdict.NOT_CHECKED, f"{words[1]} `{words[2]}` {words[3]}")
    text = rendering.markdown(DriftReport((check,)))
    assert MarkdownIt("commonmark").enable("table").render(text).count("<td") == 3
    printed(text)
    printed(rendering.text(DriftReport((check,))))
    lines = rendering.github(DriftReport((check,))).split("\n")
    assert len(lines) == 2
    assert unescaped(lines[0]).startswith("::warning title=not checked::vendor ")
    printed("\n".join(lines))
    printed(json_text(DriftReport((check,)).as_dict()))


class Tags(HTMLParser):
    """The tags of a page with their attributes' names, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[tuple[str, ...]] = set()
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add((tag, *(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


@given(words=FOUR_WORDS)
@FUZZ
def test_html_has_the_tags_of_harmless_words(words: tuple[str, ...]) -> None:
    """No tag and no attribute comes from the words, and they can be read in the page."""
    page = Tags(render(report_of(words), "html"))
    assert page.tags <= Tags(render(report_of(PLAIN), "html")).tags | {("code",)}
    assert visible(words[0].expandtabs(4)) in page.words


@given(words=FOUR_WORDS)
@FUZZ
def test_json_and_sarif_give_programs_the_very_words(words: tuple[str, ...]) -> None:
    """Escapes are JSON's own and an address's own: what is read back is what was there."""
    report = report_of(words)
    read = json.loads(_json(report))
    assert [change["text"] for change in read["changes"]] == [change.text for change in report.changes]
    assert {change["base"]["position"]["file"] for change in read["changes"] if change["base"]} == {words[0]}
    (run,) = json.loads(render(report, "sarif"))["runs"]
    for result in run["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]*", uri)
        assert words[0].replace("\\", "/") == _path_of(uri)


def _path_of(uri: str) -> str:
    """Read an address as a file's name: bytes that are no UTF-8 on POSIX, or halves of characters on Windows."""
    try:
        return unquote(uri, errors="surrogatepass")
    except UnicodeDecodeError:
        return unquote(uri, errors="surrogateescape")
