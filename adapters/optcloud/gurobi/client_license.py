"""What ``gurobipy`` is told so that it solves on launched machines: parameters, or a client license file.

Sources: vendor's pages "Client License File" (Remote Services: lines ``PROPERTY=value``, ``COMPUTESERVER``,
``PASSWORD``, ``GRB_LICENSE_FILE``), "ComputeServer", "ServerPassword", "WorkerPool", "WorkerPassword" and
"Env.ClientEnv()" (reference manual 6.5 to 9.5); Gurobi facts 4: who is server and who worker. The client has to
be of the machines' release, such as 8.0 ("Managing Runtimes", 8.0). Up to 7.5 ``WorkerPool`` lists all workers; from
8.0 on any node of their cluster will do, and more may be listed ("Distributed Optimization", 8.0): so all are listed.

Tried with gurobipy 13.0.3 and a local server that answers 401 to everything: the names of the parameters, that the
file is read, and that the password arrives as given. Inferred: that launched machines listen on the client's default
port, and that those of one launch with 8.0 form one cluster.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from optcloud.core.errors import BadRequest, Conflict
from optcloud.core.local_paths import local_path
from optcloud.core.secret import MASK, Secret
from optcloud.gurobi.connection import VENDOR
from optcloud.gurobi.models import Machine

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(:\d{1,5})?", re.ASCII)
_PASSWORDS = frozenset({"ServerPassword", "WorkerPassword", "password"})
_SERVERS_ARGUMENT = {"7": "computeServers", "8": "computeServer", "9": "computeServer"}  # by the client's release


class ClientSettings(dict[str, str]):
    """Settings for ``gurobipy`` by name. Passwords among them are plain, as it takes them; the repr masks them.

    A copy as a plain ``dict`` shows them.
    """

    def __repr__(self) -> str:
        return repr(self._masked())

    def __rich_repr__(self) -> Iterator[tuple[str, str]]:
        yield from self._masked().items()  # rich looks into any dict, whatever its repr

    def __reduce__(self) -> tuple[object, ...]:
        return _settings_of, ({name: Secret(text) if name in _PASSWORDS else text for name, text in self.items()},)

    def _masked(self) -> dict[str, str]:
        return {name: MASK if name in _PASSWORDS else value for name, value in self.items()}


def _settings_of(values: Mapping[str, str | Secret]) -> ClientSettings:
    """Return settings that were pickled, their passwords as `Secret`."""
    shown = {name: value.reveal() if isinstance(value, Secret) else value for name, value in values.items()}
    return ClientSettings(shown)


@frozen
class MachineAccess:
    """How launched machines are reached: names of compute servers and of distributed workers, and what opens them."""

    servers: tuple[str, ...]
    workers: tuple[str, ...]
    password: Secret

    @classmethod
    def to(cls, machines: Iterable[Machine]) -> MachineAccess:
        """Sort machines into servers and workers.

        Raises `Conflict` when one has no name or no password yet, is leaving or failed; `BadRequest` when none is a
        compute server, or their passwords differ (they are of several launches).
        """
        listed = list(machines)
        names = {machine.id: _name_of(machine) for machine in listed}
        servers = tuple(names[machine.id] for machine in listed if not machine.worker)
        if not servers:
            raise BadRequest("machines: none of them is a compute server", vendor=VENDOR)
        passwords = {_password_of(machine) for machine in listed}
        if len(passwords) > 1:
            raise BadRequest(
                "machines: their passwords differ; take those of one launch, or launch all with one password",
                vendor=VENDOR,
            )
        workers = tuple(names[machine.id] for machine in listed if machine.worker)
        return cls(servers, workers, passwords.pop())

    def parameters(self) -> ClientSettings:
        """Return what `parameters` does."""
        return parameters(self.servers, self.workers, self.password)

    def license_text(self) -> Secret:
        """Return what `license_text` does. A license file has no place for workers: see `parameters`."""
        return license_text(self.servers, self.password)


def parameters(servers: Iterable[str | None], workers: Iterable[str | None], password: Secret) -> ClientSettings:
    """Return the parameters with which ``gurobipy.Env(params=…)`` solves on these machines.

    Where a client does not know ``params``: ``Env(empty=True)``, ``setParam`` for each, ``start()``; up to 7.5, where
    there is no empty environment: `client_env`, and ``setParam`` for what concerns the workers. Over how many workers a
    solve is spread, ``DistributedMIPJobs``, ``ConcurrentJobs`` and ``TuneJobs`` say.

    Raises `BadRequest` (a value that cannot be sent), `Conflict` (a name is not known yet: wait).
    """
    pool = _listed(workers)
    settings = ClientSettings(ComputeServer=_joined("servers", servers), ServerPassword=_checked(password))
    if pool:
        settings |= {"WorkerPool": _joined("workers", pool), "WorkerPassword": settings["ServerPassword"]}
    return settings


def client_env(servers: Iterable[str | None], password: Secret, *, version: str) -> ClientSettings:
    """Return the arguments of ``gurobipy.Env.ClientEnv(**…)``, the way of clients from 7.0 to 9.5.

    ``version`` is that of the client: the vendor renamed an argument with 8.0. Raises as `parameters` does.
    """
    name = _SERVERS_ARGUMENT.get(version.partition(".")[0])
    if name is None:
        raise BadRequest(
            f"version: Env.ClientEnv of {version!r} is not documented, that of 7.0 to 9.5 is; use parameters()",
            vendor=VENDOR,
        )
    return ClientSettings({"logfilename": "", name: _joined("servers", servers), "password": _checked(password)})


def license_text(servers: Iterable[str | None], password: Secret) -> Secret:
    """Return the text of a ``gurobi.lic`` that makes any program with Gurobi a client of these servers.

    It holds the password: write it where only its owner reads it. A client asks the servers in their order until one
    answers. Raises as `parameters` does.
    """
    return Secret(f"COMPUTESERVER={_joined('servers', servers)}\nPASSWORD={_checked(password)}\n")


def environment(path: str | os.PathLike[str]) -> dict[str, str]:
    """Return the environment variable that names a license file to Gurobi; a relative path counts from its folder.

    Raises `ConfigError` for what no file can be called.
    """
    return {"GRB_LICENSE_FILE": str(local_path(path))}


def _name_of(machine: Machine) -> str:
    if machine.failed or machine.leaving:
        raise Conflict(f"machine {machine.id}: takes no jobs, since it is in state {machine.state!r}", vendor=VENDOR)
    if machine.dns_name is None:
        raise Conflict(
            f"machine {machine.id}: its name is not known yet (state {machine.state!r}); wait_ready() first",
            vendor=VENDOR,
        )
    return machine.dns_name


def _password_of(machine: Machine) -> Secret:
    if machine.password is None:
        raise Conflict(f"machine {machine.id}: its password is not known; ask with machines() again", vendor=VENDOR)
    return machine.password


def _listed(names: Iterable[str | None]) -> list[str | None]:
    return [names] if isinstance(names, str) else list(names)


def _joined(what: str, names: Iterable[str | None]) -> str:
    """Join host names with commas and nothing else, as the vendor asks."""
    listed = _listed(names)
    if not listed:
        raise BadRequest(f"{what}: at least one is needed", vendor=VENDOR)
    checked = []
    for place, name in enumerate(listed):
        if name is None or name in {"", "-"}:
            raise Conflict(f"{what}[{place}]: its name is not known yet; wait_ready() first", vendor=VENDOR)
        if not _HOST.fullmatch(name):
            raise BadRequest(f"{what}[{place}]: {name!r} is no name of a machine", vendor=VENDOR)
        checked.append(name)
    return ",".join(checked)


def _checked(password: Secret) -> str:
    """Refuse what would break the file or the header it travels in; blanks at an end are lost in a file."""
    if (fault := _fault_in(password.reveal())) is not None:
        raise BadRequest(f"password: it {fault}", vendor=VENDOR)
    return password.reveal()


def _fault_in(value: str) -> str | None:
    if not value:
        return "is empty"
    if not value.isprintable():
        return "has a line break or another character that cannot be printed"
    return "begins or ends with a blank, which a license file cannot hold" if value != value.strip() else None
