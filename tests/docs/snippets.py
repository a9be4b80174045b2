"""The fenced blocks of Markdown, and what is done with each, so that none is passed over in silence.

| Block | What is done with it |
|:--|:--|
| `python`, `sh` | runs as it is printed, on the sandbox; a page's blocks run in order, as cells of a notebook do |
| any, with `title="plan.py"` | is written into the page's folder under that name, for the blocks that follow |
| any, with `title="output"` | has to be what the block before printed: its lines, in order; `…` stands for anything |
| `python`, `sh` with `title="not run: REASON"` | is shown with its reason, and counted |
| `toml`, `yaml`, `json` | is parsed |
| `text` | is shown |

A line of a `sh` block that begins by installing something, or by making an environment for it, is not run; the
extras that it names have to exist.
"""

from __future__ import annotations

import json
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import yaml
from attrs import frozen

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = set(PYPROJECT["project"]["optional-dependencies"])
NOT_RUN = "not run: "
FENCED = re.compile(
    r"^(?P<indent> *)(?P<fence>```+)(?P<language>[\w-]*)(?P<words>[^\n`]*)\n(?P<code>.*?)^(?P=indent)(?P=fence) *$",
    flags=re.DOTALL | re.MULTILINE,
)
INSTALLS = re.compile(
    r"^ *(?:python3? -m venv|(?:python3? -m )?pip install|uv (?:pip|tool) install|uvx|pipx (?:run|install)) .*$",
    re.MULTILINE,
)
Use = Literal["run", "file", "output", "not run", "parsed", "shown"]


@frozen
class Snippet:
    """A fenced block: its language, its code without indentation, its title, and the line that it begins in."""

    language: str
    code: str
    title: str
    line: int

    @property
    def use(self) -> Use:
        """What is done with it."""
        if self.title == "output":
            return "output"
        if self.title.startswith(NOT_RUN):
            return "not run"
        if re.fullmatch(r"[\w./-]+\.\w+", self.title):
            return "file"
        if self.language in ("python", "sh"):
            return "run"
        return "parsed" if self.language in ("toml", "yaml", "json") else "shown"


def snippets(text: str) -> Iterator[Snippet]:
    """Yield the blocks of a page, in order; also those that are indented, as in tabs."""
    for found in FENCED.finditer(text):
        title = re.search(r'title="([^"]*)"', found["words"])
        line = text.count("\n", 0, found.start()) + 1
        yield Snippet(found["language"], textwrap.dedent(found["code"]), title[1] if title else "", line)


def fault(snippet: Snippet) -> str | None:
    """Return what is wrong with a block that is not run; None where nothing is, or where it will be run."""
    if snippet.language not in ("python", "sh", "toml", "yaml", "json", "text", "csv"):
        return f"the language {snippet.language!r}: use python, sh, toml, yaml, json, csv or text"
    if snippet.title.startswith("not run") and not snippet.title.removeprefix(NOT_RUN.strip()).strip():
        return "no reason why it is not run"
    try:
        parse = {"toml": tomllib.loads, "yaml": yaml.safe_load, "json": json.loads}.get(snippet.language, str)
        parse(snippet.code)
    except (ValueError, yaml.YAMLError) as error:
        return f"is no {snippet.language}: {error}"
    unknown = {
        name
        for line in INSTALLS.findall(snippet.code if snippet.language == "sh" else "")
        for names in re.findall(r"optcloud\[([\w,]+)\]", line)
        for name in names.split(",")
    } - EXTRAS
    return f"there is no extra {', '.join(sorted(unknown))}" if unknown else None


def without_installing(code: str) -> str:
    """Return a block without the lines that install something."""
    return INSTALLS.sub(":", code)


def missing_in(output: str, printed: str) -> str | None:
    """Return the first line of what a page shows as output that was not printed, in its order; None: all were."""
    rest = iter(line.rstrip() for line in printed.splitlines())
    for line in output.splitlines():
        pattern = ".*".join(map(re.escape, line.rstrip().split("…")))
        if line.strip() and not any(re.fullmatch(pattern, one) for one in rest):
            return line
    return None
