"""Ways to break the product on purpose, each of which one figure of the kill test must show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import evolve

from optcloud.gurobi import connection, reaping
from optcloud.gurobi import ledger_file as ledger
from optcloud.gurobi.ledger import NoLedger
from optcloud.gurobi.ledger_file import FileLedger
from optcloud.process.owners import Owners


def _no_ledger() -> None:
    """Nothing is written down."""
    _put(ledger, "ledger_for", lambda settings: NoLedger())


def _late_ledger() -> None:
    """The launch is written down once its reply is there."""
    intend, launched = FileLedger.intend, FileLedger.launched
    late: dict[str, Any] = {}

    def noted(self: FileLedger, launch: str, ids: Any) -> None:
        intend(self, late[launch])
        launched(self, launch, ids)

    _put(FileLedger, "intend", lambda self, entry: late.update({entry.launch: entry}))
    _put(FileLedger, "launched", noted)


def _by_state() -> None:
    """Whoever reaps takes every machine that runs for one that was left."""
    _put(reaping, "is_marked", lambda entry, password: True)


def _all_dead() -> None:
    """Every other process counts as dead."""
    _put(Owners, "is_alive", lambda self, name, host, dead_hosts=(): self.me().name == name)


def _resend() -> None:
    """A launch whose reply was lost is sent again."""
    policy = connection.policy
    _put(connection, "policy", lambda *given: evolve(policy(*given), idempotent=frozenset({"kill", "launch"})))


_WAYS: dict[str, Callable[[], None]] = {
    "no-ledger": _no_ledger,
    "late-ledger": _late_ledger,
    "by-state": _by_state,
    "all-dead": _all_dead,
    "resend": _resend,
}


def commit(name: str | None) -> None:
    """Break this process, where a name is given."""
    if name is not None:
        _WAYS[name]()


def _put(place: object, name: str, what: object) -> None:
    setattr(place, name, what)
