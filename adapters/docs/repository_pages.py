"""Files of the repository that are pages of the site, too: each sentence stands once, and is read in both places."""

from __future__ import annotations

import os.path
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = {
    "adapters/optcloud/aimms/README.md": "in-depth/aimms.md",
    "adapters/optcloud/adiutaopt/README.md": "in-depth/adiutaopt.md",
    "adapters/optcloud/gurobi/README.md": "in-depth/gurobi.md",
    "adapters/optcloud/batch/README.md": "in-depth/batches.md",
    "adapters/openapi_drift/README.md": "in-depth/drift.md",
    "adapters/optcloud_sandbox/README.md": "in-depth/sandbox.md",
    "specs/README.md": "in-depth/documents.md",
    "adapters/optcloud/aimms/OPERATIONS.md": "reference/operations.md",
    "adapters/openapi_drift/diff/LEVELS.md": "reference/levels.md",
    "specs/aimms-pro-v2/FACTS.md": "reference/facts/aimms-pro-v2.md",
    "specs/adiutaopt-v6/FACTS.md": "reference/facts/adiutaopt-v6.md",
    "specs/gurobi-v1/FACTS.md": "reference/facts/gurobi-v1.md",
    "adapters/optcloud/gurobi/v2/FACTS.md": "reference/facts/gurobi-v2.md",
    "CHANGELOG.md": "changelog.md",
    ".github/CONTRIBUTING.md": "contributing.md",
    ".github/SECURITY.md": "security.md",
}
_FENCED = re.compile(r"(?ms)^( *)(```+).*?^\1\2 *$")
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)#\s:]+)(?P<anchor>#[^)]*)?\)")
_PATH = re.compile(r"(?<![\[`])`(?P<path>[\w./-]+\.md)`(?!`)")


def moved_text(source: Path, page: Path) -> str:
    """Return a file's text as a page at another place: its links lead to pages, where what they name is a page.

    So does a page's path that is named in backticks. A link to what is no page becomes the path in the repository.
    """
    text = source.read_text(encoding="utf-8")
    parts, end = [], 0
    for block in _FENCED.finditer(text):  # code stays as it is
        parts += [_with_links(text[end : block.start()], source, page), block.group()]
        end = block.end()
    return "".join([*parts, _with_links(text[end:], source, page)])


def _with_links(text: str, source: Path, page: Path) -> str:
    def link(match: re.Match[str]) -> str:
        if (target := _page_of(match["target"], source)) is not None:
            return f"[{match['text']}]({_relative(target, page)}{match['anchor'] or ''})"
        named = _repository_path(match["target"], source)
        return match.group() if named is None else f"{match['text']} (`{named}`)"

    def path(match: re.Match[str]) -> str:
        target = _page_of(match["path"], source)
        return match.group() if target in (None, page.as_posix()) else f"[{_title(target)}]({_relative(target, page)})"

    return _PATH.sub(path, _LINK.sub(link, text))


def _repository_path(named: str, source: Path) -> str | None:
    """Return the path in the repository of what a text names, from its top or from beside the text; None: nothing."""
    for folder in (source.parent, ROOT):
        found = Path(os.path.normpath(folder / named))
        if found.exists() and found.is_relative_to(ROOT) and not found.is_relative_to(ROOT / "adapters/docs/pages"):
            return found.relative_to(ROOT).as_posix()
    return None


def _page_of(named: str, source: Path) -> str | None:
    return PAGES.get(_repository_path(named, source) or "")


def _relative(target: str, page: Path) -> str:
    return os.path.relpath(target, page.parent).replace(os.sep, "/")


def _title(page: str) -> str:
    source = next(source for source, name in PAGES.items() if name == page)
    first = next(line for line in (ROOT / source).read_text(encoding="utf-8").splitlines() if line.startswith("# "))
    return first.removeprefix("# ")
