"""The environment that points optcloud, and the vendors' own tools, at a sandbox and at nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optcloud.sandbox import Sandbox

URL = "OPTCLOUD_SANDBOX_URL"
"""Where the sandbox serves: its control plane is below it, and `optcloud sandbox --stop` ends that one."""


def environment_of(running: Sandbox, ledger: Path) -> dict[str, str]:
    """Return the variables that point at a sandbox; its launches are written down in the ledger."""
    return running.environment() | {
        "OPTCLOUD_GUROBI_LEDGER": str(ledger),
        URL: running.urls.root,
    }


def leads_elsewhere(variable: str) -> bool:
    """Say whether a variable chooses another account or another way to reach one than the sandbox's."""
    return variable == "OPTCLOUD_PROFILE" or variable in _settings()


@cache
def _settings() -> frozenset[str]:
    from optcloud.core.settings import AdiutaOptSettings, AimmsSettings, GurobiSettings  # noqa: PLC0415 - seldom

    kinds = (AimmsSettings, AdiutaOptSettings, GurobiSettings)
    return frozenset(setting.env for kind in kinds for setting in kind.SETTINGS)
