"""Options of the commands that launch machines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from optcloud.cli.options import flag, option, writable

if TYPE_CHECKING:
    from optcloud.gurobi.launch_options import LaunchOptions


def _known(name: str) -> Callable[[], list[str]]:
    """Return a completion: the words of the vendor's that `optcloud.gurobi.models` has under a name."""

    def words() -> list[str]:
        from optcloud.gurobi import models  # noqa: PLC0415 - for completion only

        return list(getattr(models, name))

    return words


@dataclass(frozen=True)
class MachineOptions:
    """What machines to launch."""

    machine_type: Annotated[
        str | None, option("TYPE", "Type of the machines, such as c4.4xlarge.", autocompletion=_known("MACHINE_TYPES"))
    ] = None
    region: Annotated[
        str | None, option("REGION", "Region of the machines, such as eu-west-1.", autocompletion=_known("REGIONS"))
    ] = None
    license_type: Annotated[
        str | None,
        option("TYPE", "Type of the license, such as full compute server.", autocompletion=_known("LICENSE_TYPES")),
    ] = None
    license_id: Annotated[
        str | None, option("ID", "License, one of `gurobi licenses list` [default: the smallest].")
    ] = None
    idle_shutdown: Annotated[
        int | None, option("MINUTES", "End machines that are idle for so long; 0: never [default: 30].", min=0)
    ] = None
    gurobi_version: Annotated[
        str | None,
        option("VERSION", "Version of Gurobi, such as 8.0 [default: the vendor's].", autocompletion=_known("VERSIONS")),
    ] = None
    password_file: Annotated[
        Path | None,
        option("FILE", "File with the machines' password [default: made up, not shown].", exists=True, dir_okay=False),
    ] = None
    allow_unlisted: Annotated[bool, flag("Also send types, regions and versions that the vendor does not list.")] = (
        False
    )

    def read(self) -> LaunchOptions:
        """Return what the facade takes; the password is read from its file, without blanks around it."""
        file = self.password_file
        return {
            "machine_type": self.machine_type,
            "region": self.region,
            "license_type": self.license_type,
            "license_id": self.license_id,
            "idle_shutdown": self.idle_shutdown,
            "version": self.gurobi_version,
            "password": None if file is None else file.read_text(encoding="utf-8").strip(),
            "strict": not self.allow_unlisted,
        }


LicenseFile = Annotated[
    Path | None,
    option(
        "--license-file",
        "FILE",
        "Write a license file for Gurobi's programs (GRB_LICENSE_FILE); it has the machines' password.",
        dir_okay=False,
        callback=writable,
    ),
]
ReadyTimeout = Annotated[
    float | None,
    option(
        "--timeout", "SECONDS", "Kill machines that are not ready after this time; exit code 3 [default: 1800].", min=0
    ),
]
