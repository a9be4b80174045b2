"""Which jobs a batch is given, what they run on, and how fast they are submitted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from optcloud.cli.options import flag, option

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger
    from optcloud.cli.session import CliSession

_TARGETS = ("--aimms", "--adiutaopt", "--gurobi")


def _there(path: Path | None) -> Path | None:
    if path is not None and not path.exists():
        raise typer.BadParameter(f"'{path}' does not exist.")
    return path


@dataclass(frozen=True, kw_only=True)
class JobsOptions:
    """The jobs to add, and what they run on; without inputs, the batch is as it is."""

    inputs: Annotated[
        Path | None,
        option("--inputs", "FILE", "Add jobs: a file .jsonl, .csv or .parquet, or a folder of files.", callback=_there),
    ] = None
    key: Annotated[
        str | None,
        option(
            "--key-field", "--key", "FIELD", "Field of the input that names a job [default: its line, or its file]."
        ),
    ] = None
    chunk: Annotated[
        int, option("--chunk-size", "--chunk", "N", "Jobs of a new batch that a worker takes at a time.", min=1)
    ] = 100
    priority: Annotated[int, option("N", "Priority of a new batch; a higher one comes first on its account.")] = 0
    aimms: Annotated[
        tuple[str, str] | None, option("--aimms", "APP SERVICE", "Run on AIMMS PRO: a service of a published app.")
    ] = None
    version: Annotated[
        str | None, option("VERSION", "Version of the app [default: the latest-tagged when the batch is made].")
    ] = None
    adiutaopt: Annotated[
        Literal["shift", "mixed", "floor"] | None, flag("--adiutaopt", "Solve with a planner of adiutaOpt.")
    ] = None
    gurobi: Annotated[
        str | None,
        option("--gurobi", "COMMAND", 'Run a program on rented machines: "python solve.py {scenario}".'),
    ] = None
    machines: Annotated[int, option("N", "How many machines for the program.", min=1)] = 1
    license_id: Annotated[str | None, option("ID", "License of the machines, one of `gurobi licenses list`.")] = None

    def check(self) -> None:
        """Refuse options that only make sense beside others."""
        wanted = [name for name, value in zip(_TARGETS, self._targets(), strict=True) if value is not None]
        if len(wanted) > 1:
            raise typer.BadParameter("a batch runs on one of these", param_hint=" and ".join(wanted))
        if self.version is not None and self.aimms is None:
            raise typer.BadParameter("it is the version of an app: give --aimms, too", param_hint="--version")
        if self.license_id is not None and self.gurobi is None:
            raise typer.BadParameter("it is for machines: give --gurobi, too", param_hint="--license-id")
        if self.inputs is None:
            for name, value in [*zip(_TARGETS, self._targets(), strict=True), ("--key-field", self.key)]:
                if value is not None:
                    raise typer.BadParameter("it is for jobs that are added: give --inputs, too", param_hint=name)

    def add(self, session: CliSession, oc: Any, batch: Any) -> None:
        """Add the jobs, if any, and say how many. Raises `OptCloudError`, `OSError`."""
        if self.inputs is None:
            return
        with session.messages.progress(f"{batch.name}: {self.inputs}"):
            added = batch.add(self._target(oc), self.inputs, key=self.key, chunk=self.chunk, priority=self.priority)
        words = f"{added.added:,} {'job' if added.added == 1 else 'jobs'} added to {batch.name}" + (
            f", {added.known:,} were there already" if added.known else ""
        )
        session.messages.say(words, event="added", batch=batch.name, added=added.added, known=added.known)

    def _targets(self) -> tuple[object, ...]:
        return self.aimms, self.adiutaopt, self.gurobi

    def _target(self, oc: Any) -> Any:
        if self.aimms is not None:
            app, service = self.aimms
            return oc.aimms.service(app, service, version=self.version)
        if self.adiutaopt is not None:
            return getattr(oc.adiutaopt, self.adiutaopt)
        if self.gurobi is not None:
            return oc.gurobi.program(self.gurobi, machines=self.machines, license_id=self.license_id)
        return None


@dataclass(frozen=True, kw_only=True)
class PaceOptions:
    """The limits of the account, over all its batches in the store; they stay until they are set anew."""

    limit: Annotated[
        int | None,
        option(
            "--concurrency", "--limit", "N", "Most jobs of the account that run at a time; kept for later runs.", min=1
        ),
    ] = None
    per_second: Annotated[
        float | None, option("R", "Most submits of the account in a second; kept for later runs.", min=0.001)
    ] = None

    def set(self, ledger: JobLedger, batch: str) -> None:
        """Set what is given. Raises `ConfigError`."""
        if self.limit is None and self.per_second is None:
            return
        account = ledger.batch(batch).account
        now = ledger.limits(account)
        ledger.set_limits(
            account,
            most=now.most if self.limit is None else self.limit,
            per_second=now.per_second if self.per_second is None else self.per_second,
        )
