"""What the page of Gurobi says of names and numbers is so; `tests/docs` runs its examples."""

from __future__ import annotations

import re
from pathlib import Path

from optcloud.gurobi import errors, launch_options, launching, models, pool_flows, reaping

PAGE = Path(__file__).parents[2] / "adapters" / "optcloud" / "gurobi" / "README.md"


def test_what_the_page_says_is_so() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for kind in errors.NAMED_REFUSALS.values():
        assert f"`{kind.__name__}`" in text
    for module, name in re.findall(r"`(launching|pool_flows|reaping|connection|models)\.(\w+)", text):
        assert hasattr(__import__(f"optcloud.gurobi.{module}", fromlist=[name]), name), (module, name)
    numbers = (launch_options.IDLE_SHUTDOWN, launching.SETTLE, pool_flows.UNLISTED, reaping.LAG, reaping.LATE)
    assert numbers == (30, 20, 60, 300, 3600)
    assert (models.LOW_CREDIT, models.NEAR_END.days) == (10, 14)
