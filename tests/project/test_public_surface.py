"""What is public is listed here; everything else may change without notice.

Public are the names of `optcloud.__all__`, the methods that its objects have, and what follows. READMEs import nothing
else.
"""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import optcloud

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", *ROOT.glob("adapters/optcloud/*/README.md")]
ALL_CLASSES = "the classes that the module defines"
# By module: what users import from it beside `optcloud.__all__`.
PUBLIC: dict[str, set[str] | str] = {
    "optcloud.adiutaopt.plans.receipts": {"Receipt"},
    "optcloud.adiutaopt.problem.values": {"Language", "moment", "vendor_time", "weekday"},
    "optcloud.adiutaopt.solution_rule": {"Answer", "AnswerMeaning", "SolutionRule"},
    "optcloud.aimms.tasks.hooks": {"HookError", "HookKey", "StateChange"},
    "optcloud.client_setup": {"Options"},
    "optcloud.core.events": ALL_CLASSES,
    "optcloud.core.prompts": {"Question"},
    "optcloud.core.reply_limits": {"ReplyLimits"},
    "optcloud.gurobi.client_license": {"client_env"},
    "optcloud.gurobi.errors": ALL_CLASSES,
}


def defined_in(module: ModuleType) -> set[str]:
    """The public classes of a module that stand in it."""
    found = vars(module).items()
    return {
        name for name, kind in found if inspect.isclass(kind) and kind.__module__ == module.__name__ and name[0] != "_"
    }


def public_names(module: str) -> set[str]:
    """What is public of a module that is listed."""
    listed = PUBLIC[module]
    return listed if isinstance(listed, set) else defined_in(importlib.import_module(module))


def imported_in(text: str) -> set[tuple[str, str]]:
    """Modules and names of optcloud that the examples of a text import."""
    found = re.findall(r"from (optcloud(?:\.[a-z_0-9]+)*) import ([\w, ]+)", text)
    return {(module, name.strip()) for module, names in found for name in names.split(",")}


def test_the_package_exports_what_it_lists() -> None:
    """Each name is there, in order; what is loaded late is listed, too, and nothing public is not."""
    assert optcloud.__all__ == sorted(optcloud.__all__, key=lambda name: (name[0] == "_", name))
    for name in optcloud.__all__:
        assert getattr(optcloud, name) is not None
    modules = {name for name, value in vars(optcloud).items() if inspect.ismodule(value)}
    of_python = {"Any", "TYPE_CHECKING", "annotations", "import_module"}
    others = {name for name in vars(optcloud) if name[0] != "_"} - modules - of_python
    assert others | {"__version__"} == set(optcloud.__all__)


@pytest.mark.parametrize("module", PUBLIC)
def test_what_is_listed_is_there_and_documented(module: str) -> None:
    for name in public_names(module):
        found: Any = getattr(importlib.import_module(module), name)
        assert not inspect.isclass(found) or inspect.getdoc(found), name


@pytest.mark.parametrize("readme", READMES, ids=lambda path: str(path.relative_to(ROOT)))
def test_readmes_import_what_is_public(readme: Path) -> None:
    for module, name in imported_in(readme.read_text(encoding="utf-8")):
        assert name in (optcloud.__all__ if module == "optcloud" else public_names(module)), (module, name)
