"""The page, read by a parser of HTML and opened in a real browser where there is one."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest

from drift_reports.examples import ADDED, BODY, CHANGES, HOSTILE, REMOVED, SHARED, Lines, side
from openapi_drift.diff.change import Change, Level, Side
from openapi_drift.reports import html
from openapi_drift.reports.report import Accepted, ChangeReport, Excerpt
from patience import PATIENCE

_VOID = {"meta", "input", "wbr", "br", "img", "link"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class Page(HTMLParser):
    """What is in a page: elements with attributes, and the text of each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


def full() -> ChangeReport:
    old = Lines("state:", "  enum:", "  - idle")
    new = Lines("# now", "state:", "  enum:", "  - idle", "  - paused  # <b>")
    return ChangeReport(
        "old.yaml",
        "new.yaml",
        CHANGES,
        details={BODY: ["reaches `app.py:7`"]},
        base_sources=old,
        revision_sources=new,
        accepted=[Accepted(REMOVED, "nobody sends it")],
        problems=["entry 2 expired"],
    )


def test_each_finding_is_there_with_both_texts() -> None:
    page = Page(html.render(full()))
    assert page.count("article") == 4
    assert page.texts["h2"][:2] == ["PUT /tasks/{id}1 breaking", "GET /tasks1 warning"]
    assert "not there before" in page.texts["article"][0]
    assert "gone" in page.texts["article"][1]
    both = page.texts["article"][2]
    assert "old.yaml:101" in both
    assert "new.yaml:105" in both
    assert "  - paused  # <b>" in both
    assert "reaches app.py:7" in page.texts["article"][0]
    assert any("nobody sends it" in text for text in page.texts["section"])
    assert any("entry 2 expired" in text for text in page.texts["section"])


def test_lines_that_differ_are_marked_and_numbered() -> None:
    page = Page(
        html.render(
            ChangeReport("a", "b", SHARED, base_sources=full().base_sources, revision_sources=full().revision_sources)
        )
    )
    spans = [attributes for tag, attributes in page.elements if tag == "span" and "data-line" in attributes]
    assert [span["data-line"] for span in spans] == ["101", "102", "103", "105", "106", "107", "108", "109"]
    assert [span["data-line"] for span in spans if span.get("class") == "differs"] == ["105", "109"]


def test_where_both_sides_read_the_same_the_object_around_is_shown() -> None:
    class Nested:
        def __init__(self, required: str) -> None:
            self.required = required

        def excerpt(self, side: Side) -> Excerpt:
            return Excerpt(1, ["User:", self.required] if side.pointer.endswith("/User") else ["type: string"])

    place = side("/components/schemas/User/properties/name", 3)
    change = Change("request-property-became-required", Level.BREAKING, "Needed.", base=place, revision=place)
    told = ChangeReport(
        "a", "b", [change], base_sources=Nested("required: []"), revision_sources=Nested("required: [name]")
    )
    assert "required: [name]" in Page(html.render(told)).texts["article"][0]


def test_nothing_changed() -> None:
    page = Page(html.render(ChangeReport("a", "b", [])))
    assert page.count("article") == 0
    assert "No changes." in page.texts["main"][0]


def test_words_of_a_document_stay_words() -> None:
    lines = Lines("</pre><script>document.title='owned'</script>", "&lt;")
    text = html.render(ChangeReport("<b>", "\"'><i>", [HOSTILE], base_sources=lines))
    page = Page(text)
    assert (page.count("script"), page.count("img"), page.count("a"), page.count("b")) == (1, 0, 1, 1)
    assert all(not name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert "&lt;" in page.texts["pre"][0]
    assert "owned" not in page.texts["script"][0]


def test_the_page_needs_nothing_else_and_runs_only_its_own_script() -> None:
    text = html.render(full())
    page = Page(text)
    assert not re.search(r"""(src|href)="(?!#)|url\(|@import|https?://""", text)
    (policy,) = [attributes["content"] for tag, attributes in page.elements if "http-equiv" in attributes]
    for tag, word in (("script", "script-src"), ("style", "style-src")):
        found = base64.b64encode(hashlib.sha256(page.texts[tag][0].encode()).digest()).decode()
        assert f"{word} 'sha256-{found}'" in str(policy)
    assert "default-src 'none'" in str(policy)
    assert not any("style" in attributes for _, attributes in page.elements)


Browse = Callable[..., str]


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    """Run a headless browser on a page: what it prints."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip(f"no browser is installed: none of {', '.join(BROWSERS)} is found")
    quiet = (
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path / 'browser'}",
    )

    def browsing(page: str, *options: str, find: str = "") -> str:
        (tmp_path / "page.html").write_text(page, encoding="utf-8")
        address = (tmp_path / "page.html").as_uri() + (f"#find={quote(find)}" if find else "")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", *quiet, *options, address]
        environment = {**os.environ, "HOME": str(tmp_path)}
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True, cwd=tmp_path, env=environment)
        return done.stdout.decode()

    return browsing


def test_in_a_browser_the_search_hides_the_rest(browse: Browse) -> None:
    dom = browse(html.render(full()), "--dump-dom", find="ALSO tasks/{id}")
    assert 'data-shown="1"' in dom
    assert ">1 of 4 shown</output>" in dom
    articles = re.findall(r"<article [^>]*>", dom)
    assert [("hidden" in each) for each in articles] == [True, True, False, True]
    sections = re.findall(r'<section id="group[^>]*>', dom)
    assert [("hidden" in each) for each in sections] == [True, True, False, True]


def test_in_a_browser_nothing_of_a_document_runs(browse: Browse) -> None:
    lines = Lines("</pre><script>document.title='owned'</script><img src=x onerror=document.title='owned'>")
    page = html.render(ChangeReport("a", "b", [HOSTILE, ADDED], base_sources=lines))
    # Even what came in without being escaped does not run: the page's policy stops it.
    dom = browse(page.replace("<main>", "<main><script>document.title='owned'</script>"), "--dump-dom")
    assert 'data-shown="2"' in dom
    assert ">2 shown</output>" in dom
    assert "<title>API changes: a → b</title>" in dom


def test_in_a_browser_the_page_is_painted(browse: Browse, tmp_path: Path) -> None:
    browse(html.render(full()), "--window-size=600,560", "--hide-scrollbars", f"--screenshot={tmp_path / 'page.png'}")
    width, height, colours = picture(tmp_path / "page.png")
    assert (width, height) == (600, 560)
    assert len(colours) > 50
    # The marks of a breaking change and of a new line, in the light or the dark scheme.
    assert colours & {(0xB4, 0x23, 0x18), (0xFF, 0x8A, 0x7A)}
    assert colours & {(0xE7, 0xF5, 0xEC), (0x19, 0x38, 0x2A)}


def picture(path: Path) -> tuple[int, int, set[tuple[int, ...]]]:
    """Width, height and colours of a PNG of 8 bits, without interlacing."""
    data, at, packed = path.read_bytes(), 8, b""
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (depth, kind in (2, 6)) == (8, True)
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + size]
        at += size + 12
    raw, step = zlib.decompress(packed), 3 if kind == 2 else 4
    before, colours = bytearray(width * step), set[tuple[int, ...]]()
    for row in range(height):
        start = row * (width * step + 1)
        line = unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + width * step]), before, step)
        colours |= set(zip(line[0::step], line[1::step], line[2::step], strict=True))
        before = line
    return width, height, colours


def unfiltered(kind: int, line: bytearray, above: bytearray, step: int) -> bytearray:
    """Undo a PNG filter (PNG specification, section 9)."""
    for index in range(len(line) if kind else 0):
        left = line[index - step] if index >= step else 0
        corner = above[index - step] if index >= step else 0
        up = above[index]
        guess = left + up - corner
        nearest = min((left, up, corner), key=lambda value: abs(guess - value))
        line[index] = (line[index] + (0, left, up, (left + up) // 2, nearest)[kind]) % 256
    return line
