"""Build the site into build/docs/site, from pages that are written, pages that the repository has anyway, and the code.

python adapters/docs/build_site.py         # what `nox -s docs` runs; nothing is loaded from elsewhere
python adapters/docs/build_site.py serve   # the same, shown on 127.0.0.1, for who writes
"""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import command_line_page
import errors_page
import examples_page
import settings_page
from repository_pages import PAGES, moved_text
from zensical.main import cli as zensical

DOCS = Path(__file__).parent
ROOT = DOCS.parents[1]
BUILD = ROOT / "build" / "docs"
MADE_FROM_CODE = {
    "reference/command-line.md": command_line_page.text,
    "reference/errors.md": errors_page.text,
    "reference/settings.md": settings_page.text,
    "how-to/examples.md": examples_page.text,
}


def gather(into: Path) -> None:
    """Bring all pages together in a folder: what was there is gone."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(DOCS / "pages", into)
    for page in sorted(into.rglob("*.md")):
        written = DOCS / "pages" / page.relative_to(into)
        page.write_text(moved_text(written, page.relative_to(into)), encoding="utf-8")
    for source, name in PAGES.items():
        _write(into / name, moved_text(ROOT / source, Path(name)))
    shutil.copytree(DOCS / "examples", into / "examples", ignore=shutil.ignore_patterns("*.pyc", "__pycache__"))
    for name, text in MADE_FROM_CODE.items():
        _write(into / name, text())


def _write(page: Path, text: str) -> None:
    if page.exists():
        raise SystemExit(f"{page} would be written twice")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8")


def faults_of_navigation(pages: Path) -> list[str]:
    """Return the pages that the navigation does not name, and what it names that is no page."""
    named = set(_named(tomllib.loads((DOCS / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"]))
    there = {page.relative_to(pages).as_posix() for page in pages.rglob("*.md")}
    return [
        *(f"{name}: is in no menu of zensical.toml" for name in sorted(there - named)),
        *(f"{name}: zensical.toml names it, and there is no such page" for name in sorted(named - there)),
    ]


def _named(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    else:
        for below in entry.values() if isinstance(entry, dict) else entry:
            yield from _named(below)


def main(verb: str = "build") -> None:
    """Gather the pages, then build (any warning is an error) or serve."""
    gather(BUILD / "pages")
    shutil.copy(DOCS / "zensical.toml", BUILD)
    if faults := faults_of_navigation(BUILD / "pages"):
        raise SystemExit("\n".join(faults))
    arguments = ["build", "--clean", "--strict"] if verb == "build" else ["serve"]
    os.chdir(BUILD)
    zensical(arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
