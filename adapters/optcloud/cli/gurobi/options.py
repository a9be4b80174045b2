"""What can be said of a launch on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.options import writable

if TYPE_CHECKING:
    from optcloud.gurobi.launch_options import LaunchOptions


def _machine_types() -> list[str]:
    from optcloud.gurobi.models import MACHINE_TYPES  # noqa: PLC0415 - for completion only

    return list(MACHINE_TYPES)


def _regions() -> list[str]:
    from optcloud.gurobi.models import REGIONS  # noqa: PLC0415 - for completion only

    return list(REGIONS)


def _license_types() -> list[str]:
    from optcloud.gurobi.models import LICENSE_TYPES  # noqa: PLC0415 - for completion only

    return list(LICENSE_TYPES)


def _versions() -> list[str]:
    from optcloud.gurobi.models import VERSIONS  # noqa: PLC0415 - for completion only

    return list(VERSIONS)


MachineType = Annotated[
    str | None,
    typer.Option("--machine-type", metavar="TYPE", help="Such as c4.4xlarge.", autocompletion=_machine_types),
]
Region = Annotated[
    str | None, typer.Option("--region", metavar="REGION", help="Such as eu-west-1.", autocompletion=_regions)
]
LicenseType = Annotated[
    str | None,
    typer.Option("--license-type", metavar="TYPE", help="Such as full compute server.", autocompletion=_license_types),
]
LicenseId = Annotated[
    str | None, typer.Option("--license-id", metavar="ID", help="One of `gurobi licenses` [default: the smallest].")
]
IdleShutdown = Annotated[
    int | None,
    typer.Option(
        "--idle-shutdown", metavar="MINUTES", min=0, help="Idle time before they end; 0: never [default: 30]."
    ),
]
GurobiVersion = Annotated[
    str | None,
    typer.Option(
        "--gurobi-version", metavar="VERSION", help="Such as 8.0 [default: the vendor's].", autocompletion=_versions
    ),
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="Password of the machines [default: made up, not shown].",
    ),
]
AllowUnlisted = Annotated[
    bool, typer.Option("--allow-unlisted", help="Send types, regions and versions that the vendor does not list.")
]
LicenseFile = Annotated[
    Path | None,
    typer.Option(
        "--license-file",
        metavar="FILE",
        dir_okay=False,
        callback=writable,
        help="Write the file by which Gurobi's programs find them (GRB_LICENSE_FILE). It has the password.",
    ),
]
ReadyTimeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=0,
        help="Kill them when they are not ready by then; exit code 3 [default: 1800].",
    ),
]


def read_password(file: Path | None) -> str | None:
    """Return the password in a file, without the blanks and line ends around it."""
    return None if file is None else file.read_text(encoding="utf-8").strip()


def launch_options(
    *,
    machine_type: str | None,
    region: str | None,
    license_type: str | None,
    license_id: str | None,
    idle_shutdown: int | None,
    gurobi_version: str | None,
    password_file: Path | None,
    allow_unlisted: bool,
) -> LaunchOptions:
    """Return what the facade takes."""
    return {
        "machine_type": machine_type,
        "region": region,
        "license_type": license_type,
        "license_id": license_id,
        "idle_shutdown": idle_shutdown,
        "version": gurobi_version,
        "password": read_password(password_file),
        "strict": not allow_unlisted,
    }
