"""Each citation of a fact sheet, such as "AIMMS facts 6.2.13", leads to an anchor that exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEETS = {
    "AIMMS": ROOT / "specs" / "aimms-pro-v2" / "FACTS.md",
    "adiutaOpt": ROOT / "specs" / "adiutaopt-v6" / "FACTS.md",
    "Gurobi": ROOT / "specs" / "gurobi-v1" / "FACTS.md",
    "Gurobi v2": ROOT / "adapters" / "optcloud" / "gurobi" / "v2" / "FACTS.md",
}
_ID = r"(?:[FC]\d{2,3}|\d{1,2}(?:\.\d+)*)"
_IDS = rf"{_ID}(?:-{_ID})?"  # a range names its two ends
_NOTE = r"(?: \([^()]*\))?"  # 1 (tags Server and Portal), 6.2.12
CITATION = re.compile(
    rf"\b(?P<sheet>AIMMS|adiutaOpt|Gurobi v2|Gurobi) facts (?P<ids>{_IDS}(?:{_NOTE}(?:, | and |, and ){_IDS})*)(?![\w])"
)
PAGES = re.compile(r"\bvendor pages? (?P<names>[a-z]+(?:-[a-z]+)+(?:, [a-z]+(?:-[a-z]+)+)*)")
# What looks like a citation and is none of the form above.
STRAY = re.compile(
    r"\b[Ff]acts?, (?:section|\d)|(?<!AIMMS )(?<!adiutaOpt )(?<!Gurobi )(?<!Gurobi v2 )\bfacts (?:[FC]\d{2}|section|\d)"
    r"|\bF0\d\d\b|\bC[01]\d\b|\bfacts? sheets?\b",
)


def anchors(sheet: Path) -> set[str]:
    return set(re.findall(r'<a id="([^"]+)"></a>', sheet.read_text(encoding="utf-8")))


ANCHORS = {name: anchors(sheet) for name, sheet in SHEETS.items()}


def faults(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and reason of each citation in a file that leads nowhere, whatever lines it is broken over."""
    joined, starts = _joined(text)
    cited: list[tuple[int, int]] = []
    for match in CITATION.finditer(joined):
        cited.append(match.span())
        for number in re.findall(_ID, re.sub(r"\([^()]*\)", "", match["ids"])):
            anchor = number.lower() if number[0] in "FC" else "section-" + number.replace(".", "-")
            if anchor not in ANCHORS[match["sheet"]]:
                yield starts[match.start()], f"{match['sheet']} facts {number} is not in {SHEETS[match['sheet']].name}"
    for match in PAGES.finditer(joined):
        for name in match["names"].split(", "):
            if name not in ANCHORS["AIMMS"]:
                yield starts[match.start()], f"vendor page {name} is not among those of the AIMMS facts"
    for match in STRAY.finditer(joined):
        if not any(start <= match.start() < end for start, end in cited):
            yield starts[match.start()], f"{match.group()!r} is not in the form of CONTRIBUTING.md"


def _joined(text: str) -> tuple[str, list[int]]:
    """Join the lines of comments and docstrings; return the text, and the line of each of its characters."""
    joined, starts = "", []
    for number, line in enumerate(text.splitlines(), 1):
        part = re.sub(r"^\s*(?:# ?)?", "", line) + " "
        joined += part
        starts += [number] * len(part)
    return joined, starts


def cited_files() -> list[Path]:
    code = [
        path for folder in ("adapters", "tests") for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".md")
    ]
    written = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "specs" / "README.md"]
    specs = [*(ROOT / "specs").glob("*/overlay.yaml"), *(ROOT / "specs").glob("*/*.toml")]
    return [path for path in (*code, *written, *specs) if path not in (*SHEETS.values(), Path(__file__))]


def test_each_citation_leads_to_a_fact() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {reason}"
        for path in cited_files()
        for line, reason in faults(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_the_anchors_of_a_sheet_are_unique(sheet: Path) -> None:
    found = re.findall(r'<a id="([^"]+)"></a>', sheet.read_text(encoding="utf-8"))
    assert len(found) == len(set(found)) > 0


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# AIMMS facts 6.2.19", 1),
        ("# AIMMS facts 1 (tags) and 9", 1),
        ('"""Source:\nadiutaOpt\nfacts F001-F095."""', 2),
        ("# adiutaOpt facts F001, C16", 1),
        ("# Gurobi facts 7", 1),
        ("# Gurobi v2 facts 6", 1),
        ("# vendor page managing-planets", 1),
        ("# facts, section 6.2.13", 1),
        ("# (F059)", 1),
        ("# see facts F059", 1),
        ("# see the fact sheet", 1),
    ],
)
def test_an_unknown_one_is_found_with_its_line(text: str, line: int) -> None:
    assert line in [number for number, _ in faults(text)]


@pytest.mark.parametrize(
    "text",
    [
        "# AIMMS facts 1, 2 and 8.13, and more",
        "# AIMMS facts 1 (tags Server and Portal), 6.2.12. An update",
        "# adiutaOpt\n# facts F015, F016, F035-F037, 12.",
        "# Gurobi facts 3 and 4: numbers",
        "# Gurobi v2 facts 2;",
        "# vendor pages managing-users, managing-api-keys",
        "x = 1  # noqa: F401",
    ],
)
def test_a_known_one_is_not(text: str) -> None:
    assert not list(faults(text))
