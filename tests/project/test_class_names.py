"""A class name means one thing over all three packages."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

ADAPTERS = Path(__file__).parents[2] / "adapters"
PACKAGES = ("optcloud", "optcloud_sandbox", "openapi_drift")

# Things of the vendors, which client and sandbox each have a class for: they share no code, so that a misreading
# cannot hide in both. One definition in each of the two.
OF_CLIENT_AND_SANDBOX = {"GurobiSettings", "Pace", "Refusal"}


def definitions(folder: Path = ADAPTERS) -> dict[str, list[str]]:
    """Return where each public class name is defined, as `package/module.py:line`."""
    found: dict[str, list[str]] = defaultdict(list)
    for package in PACKAGES:
        for path in sorted((folder / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(f"{path.relative_to(folder).as_posix()}:{node.lineno}")
    return found


def repeated(found: dict[str, list[str]]) -> Iterator[str]:
    for name, places in sorted(found.items()):
        if len(places) > 1 and not (name in OF_CLIENT_AND_SANDBOX and _one_of_each(places)):
            yield f"class {name} is defined {len(places)} times: {', '.join(places)}"


def _one_of_each(places: Iterable[str]) -> bool:
    return sorted(place.partition("/")[0] for place in places) == ["optcloud", "optcloud_sandbox"]


def test_a_class_name_is_defined_once() -> None:
    assert list(repeated(definitions())) == []


def test_the_list_of_those_that_are_shared_is_true() -> None:
    found = definitions()
    assert {name for name in OF_CLIENT_AND_SANDBOX if len(found.get(name, ())) < 2} == set()


def test_a_second_one_is_found(tmp_path: Path) -> None:
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "some.py").write_text("class Ledger: ...\nclass Pace: ...\nclass _Own: ...\n")
    (tmp_path / "openapi_drift" / "some.py").write_text("class Other: ...\n")
    assert list(repeated(definitions(tmp_path))) == [
        "class Ledger is defined 2 times: optcloud/some.py:1, optcloud_sandbox/some.py:1"
    ]
