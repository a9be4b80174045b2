"""`optcloud gurobi`: machines of Gurobi Instant Cloud (API v1, deprecated by its vendor)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.group import Group
from optcloud.cli.options import Json, Timeout, check_wait, read_reference
from optcloud.cli.session import session_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optcloud.cli.session import Session
    from optcloud.clouds.gurobi.models import License, Machine
    from optcloud.facade.gurobi import Pool

app = typer.Typer(cls=Group, help="Gurobi Instant Cloud: rent machines.\n\nThis is API v1, deprecated by its vendor.")

_MACHINE_COLUMNS = {"Id": "id", "State": "state", "Name": "dns_name", "Type": "machine_type", "Region": "region"} | {
    "License": "license_type",
    "Created": "create_time",
}
_LICENSE_COLUMNS = {"Id": "id", "Credit": "credit", "Expires": "expiration", "Rate plan": "rate_plan"}


def _machine_types() -> list[str]:
    from optcloud.clouds.gurobi.models import MACHINE_TYPES  # noqa: PLC0415 - for completion only

    return list(MACHINE_TYPES)


def _regions() -> list[str]:
    from optcloud.clouds.gurobi.models import REGIONS  # noqa: PLC0415 - for completion only

    return list(REGIONS)


def _license_types() -> list[str]:
    from optcloud.clouds.gurobi.models import LICENSE_TYPES  # noqa: PLC0415 - for completion only

    return list(LICENSE_TYPES)


@app.command()
def launch(
    context: typer.Context,
    *,
    count: Annotated[int, typer.Argument(metavar="N", min=1, help="How many.")],
    machine_type: Annotated[
        str | None,
        typer.Option("--machine-type", metavar="TYPE", help="Such as c4.4xlarge.", autocompletion=_machine_types),
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="Such as eu-west-1.", autocompletion=_regions)
    ] = None,
    license_type: Annotated[
        str | None,
        typer.Option(
            "--license-type", metavar="TYPE", help="Such as full compute server.", autocompletion=_license_types
        ),
    ] = None,
    license_id: Annotated[
        str | None, typer.Option("--license-id", metavar="ID", help="One of `gurobi licenses` [default: the smallest].")
    ] = None,
    idle_shutdown: Annotated[
        int | None,
        typer.Option("--idle-shutdown", metavar="MINUTES", min=1, help="Idle time before they end [default: 60]."),
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Password of the machines [default: made up, not shown].",
        ),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until they can receive jobs.")] = True,
    timeout: Timeout = None,
    json: Json = False,
) -> None:
    """Launch machines and leave them running.

    They cost money until they are killed.
    """
    session = session_of(context)
    check_wait(waits=wait, timeout=timeout)
    password = None if password_file is None else password_file.read_text(encoding="utf-8").strip()
    with session.connect() as oc:
        with session.talk.submitting("optcloud gurobi machines"):
            pool = oc.gurobi.launch(
                count,
                machine_type=machine_type,
                region=region,
                license_type=license_type,
                license_id=license_id,
                idle_shutdown=idle_shutdown,
                password=password,
            )
        machines = wait_ready(session, pool, timeout) if wait else pool.machines()
    print_pool(session, pool.ref, machines)
    session.talk.say(
        f"kill them: optcloud gurobi kill {pool.ref}", event="hint", kill=f"optcloud gurobi kill {pool.ref}"
    )


def wait_ready(session: Session, pool: Pool, timeout: float | None) -> list[Machine]:
    """Wait until a pool's machines can receive jobs. Raises `JobFailed`, `WaitTimeout`."""
    session.talk.refs = (pool.ref,)
    with session.talk.progress("machines"):
        return pool.wait_ready(timeout)


def print_pool(session: Session, ref: str, machines: Iterable[Machine]) -> None:
    """Print the machines of a pool and its reference."""
    records = [_machine(machine) for machine in machines]
    if session.out.as_json:
        session.out.json({"ref": ref, "machines": records})
    else:
        session.out.records(_MACHINE_COLUMNS, records, empty="no machines")


def _machine(machine: Machine) -> dict[str, Any]:
    """All but the password."""
    names = (*_MACHINE_COLUMNS.values(), "license_id", "idle_shutdown")
    return {name: getattr(machine, name) for name in names}


@app.command()
def machines(context: typer.Context, json: Json = False) -> None:
    """List machines."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress("machines"):
        listed = oc.gurobi.machines()
    session.out.records(_MACHINE_COLUMNS, [_machine(machine) for machine in listed], empty="no machines")


def _license(one: License) -> dict[str, str | None]:
    """As texts, since JSON has neither exact numbers nor dates."""
    values = {name: getattr(one, name) for name in _LICENSE_COLUMNS.values()}
    return {name: None if value is None else str(value) for name, value in values.items()}


@app.command()
def licenses(context: typer.Context, json: Json = False) -> None:
    """List licenses."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress("licenses"):
        listed = oc.gurobi.licenses()
    records = [_license(one) for one in listed]
    session.out.records(_LICENSE_COLUMNS, records, empty="no licenses")


@app.command()
def kill(
    context: typer.Context,
    *,
    targets: Annotated[list[str], typer.Argument(metavar="REF|ID...", help="What `launch` said, or ids of machines.")],
    json: Json = False,
) -> None:
    """Kill machines. Safe to repeat while they are listed."""
    session = session_of(context)
    references = [read_reference(target) for target in targets if ":" in target]
    if any(reference.cloud != "gurobi" for reference in references):
        raise typer.BadParameter("only references that begin with gurobi: name machines")
    ids = [target for target in targets if ":" not in target]
    with session.connect() as oc:
        killed = oc.gurobi.kill(ids) if ids else []
        for reference in references:
            pool: Any = oc.attach(str(reference))
            killed += pool.kill()
    session.out.records(_MACHINE_COLUMNS, [_machine(machine) for machine in killed], empty="no machines")
