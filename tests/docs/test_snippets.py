"""Every block of code of the README and of the documentation runs as it is printed, on the sandbox."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from docs.running import run_page
from docs.snippets import ROOT, Snippet, fault, missing_in, snippets, without_installing
from optcloud import OptCloud
from optcloud_sandbox.roster import stored
from patience import PATIENCE

README = "README.md"
TESTED_ELSEWHERE = {"adapters/optcloud/batch/README.md"}  # tests/batch_runs/test_tutorial.py: with fewer scenarios
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [
        ROOT / README,
        ROOT / "specs" / "README.md",
        *(ROOT / ".github").glob("*.md"),
        *(ROOT / "adapters").rglob("README.md"),
        *(ROOT / "adapters" / "docs" / "pages").rglob("*.md"),
    ]
)


@cache
def solution() -> bytes:
    """A solution of the sandbox's, as it was received."""
    with OptCloud() as oc:
        return oc.adiutaopt.shift.submit(stored()).result(timeout=PATIENCE).raw


PNG = (  # one grey pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)
# Files that pages speak of as the reader's own, and the reader's programs.
READERS_FILES: dict[str, Callable[[], bytes]] = {
    "scheduling.aimmspack": lambda: b"what AIMMS has packed",
    "logo.png": lambda: b64decode(PNG),
    "problem.json": lambda: bytes(stored()),
    "monday.json": solution,
    "tuesday.json": solution,
    "scenarios.jsonl": lambda: b"".join(
        b'{"id": "s%d", "machines": %d}\n' % (number, number + 1) for number in range(20)
    ),
    "solve.py": lambda: b"print('solved')\n",
    "plan.py": lambda: b"print('planned')\n",
    "fleet.py": lambda: b"def route(data, content_type):\n    return data\n",
}
# Of each page, how many blocks are shown with a reason why they are not run.
NOT_RUN = {
    ".github/CONTRIBUTING.md": 1,
    "README.md": 3,
    "adapters/docs/pages/how-to/proxies-and-certificates.md": 1,
    "adapters/docs/pages/quickstart.md": 1,
    "adapters/docs/pages/tutorials/drift-in-ci.md": 1,
    "adapters/openapi_drift/README.md": 3,
}


def blocks_of(page: str) -> list[Snippet]:
    return list(snippets((ROOT / page).read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES)
def test_each_block_is_of_a_kind_that_is_known(page: str) -> None:
    found = [f"{page}:{block.line}: {words}" for block in blocks_of(page) if (words := fault(block))]
    assert not found, "\n".join(found)


def test_blocks_that_are_not_run_are_counted() -> None:
    found = {page: len([block for block in blocks_of(page) if block.use == "not run"]) for page in PAGES}
    assert {page: number for page, number in found.items() if number} == NOT_RUN


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page not in TESTED_ELSEWHERE and any(block.use == "run" for block in blocks_of(page))],
)
@pytest.mark.usefixtures("sandbox", "gurobipy")
def test_each_block_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, scratch = tmp_path / "folder", tmp_path / "scratch"
    folder.mkdir()
    scratch.mkdir()
    blocks = blocks_of(page)
    for name, content in READERS_FILES.items():
        if any(name in block.code for block in blocks):
            (folder / name).write_bytes(content())
    run_page(page, blocks, folder, scratch, monkeypatch, whole=page == README)


# ---------------------------------------------------------------- the rules themselves

TEXT = """
```python
print("a")
```
=== "tab"

    ```sh title="not run: it buys machines"
    optcloud gurobi launch
    ```
```toml title="config.toml"
[a
```
```console
$ x
```
```sh
pip install "optcloud[cli,nonsense]"
```
"""


def test_the_uses_of_blocks_are_told_apart() -> None:
    found = list(snippets(TEXT))
    assert [block.use for block in found] == ["run", "not run", "file", "shown", "run"]
    assert [block.line for block in found] == [2, 7, 10, 13, 16]
    assert found[1].code == "optcloud gurobi launch\n"
    faults = [fault(block) for block in found]
    assert faults[:2] == [None, None]
    assert str(faults[2]).startswith("is no toml")
    assert "console" in str(faults[3])
    assert faults[4] == "there is no extra nonsense"
    assert without_installing(found[4].code + "true\n") == ":\ntrue\n"


def test_what_is_shown_as_output_is_looked_for_in_order() -> None:
    assert missing_in("a\nb … d\n", "x\na\nb c d\n") is None
    assert missing_in("b\na\n", "a\nb\n") == "a"
    assert missing_in("a …", "b\n") == "a …"


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("```python\nprint(nobody)\n```", "page:1: NameError"),
        ("```sh\ntrue\nfalse\n```", "page:1: exit code 1: false"),
        ("```sh\nexit 3\n```", "left the shell"),
        ('```sh\necho b\n```\n```text title="output"\na\n```', "page:4: not printed: 'a'"),
    ],
)
def test_what_does_not_run_is_told_with_its_line(
    text: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AssertionError, match=words):
        run_page("page", list(snippets(text)), tmp_path, tmp_path, monkeypatch, whole=False)


@pytest.mark.usefixtures("sandbox")
def test_blocks_of_a_page_go_on_from_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
```sh
export OPTCLOUD_X=1; cd . && false || echo kept > file
sleep 100 &
```
```python
import os
from pathlib import Path
x = os.environ["OPTCLOUD_X"] + Path("file").read_text()
```
```python
print(x)
```
```text title="output"
1kept
```
"""
    run_page("page", list(snippets(text)), tmp_path, tmp_path, monkeypatch, whole=False)
