"""What is written down of each launch, so that machines whose process died are found and killed at the next start.

An intent is written, durably, before a launch is sent; the reply turns it into machine ids; a kill closes it. An entry
belongs to the process that wrote it, for as long as that lives, unless it was given up or handed to the person.

This module says what a ledger is; `optcloud.gurobi.ledger_file` keeps one in a file.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen

from optcloud.core.secret import Secret

LaunchOutcome: TypeAlias = Literal["intended", "launched", "given up", "kept"]
"""``intended``: about to be sent, or no reply yet. ``launched``: the ids are known. ``given up``: nobody holds it, and
machines of it may run: whoever comes next kills them. ``kept``: the person wants them to run on: never killed unasked.
"""


@frozen
class LaunchEntry:
    """A launch: what was asked, when (seconds since the epoch), which machines it became, and whose it is.

    ``marker`` is the digest of a password of our own making, which proves that a machine is of this launch; None when
    the person chose the password, or the API takes none. ``parameters`` is what was asked, without any password.
    ``owner`` names the process (``pid 4711 on host``); ``alive``: it lives, or cannot be judged from this machine.
    """

    launch: str
    count: int
    at: float
    marker: str | None
    parameters: Mapping[str, str]
    fate: LaunchOutcome = "intended"
    ids: tuple[str, ...] = ()
    owner: str = ""
    alive: bool = field(default=True, eq=False)


class Ledger:
    """The launches of one account. Each method may block, and raises `ConfigError` where the ledger cannot be kept.

    What the methods do here is what they do where nothing is written down (`NoLedger`).
    """

    def intend(self, entry: LaunchEntry) -> None:
        """Write a new entry, owned by this process. It is on the disk when this returns."""

    def launched(self, launch: str, ids: Iterable[str]) -> None:
        """Note the machines: the fate becomes ``launched``, whatever it was."""

    def give_up(self, launch: str) -> None:
        """Note that nobody holds the launch any more; its ids, where known, stay."""

    def seek(self, ids: Iterable[str]) -> None:
        """Give up the launches whose machines are all among these, which should be there and are not listed (yet).

        Where others are in the launch too, it stays as it is: those were not to be killed.
        """

    def keep(self, ids: Iterable[str]) -> None:
        """Hand the launches that have any of these machines to the person: ``kept``."""

    def hold(self, ids: Iterable[str]) -> None:
        """Take the kept launches back whose machines are all among these: ``launched``, owned by this process.

        Of a launch that is named in part the others are still the person's, so all of it stays ``kept``.
        """

    def close(self, launch: str) -> None:
        """Forget a launch: nothing of it runs."""

    def gone(self, ids: Iterable[str]) -> None:
        """Note that these machines run no more: taken out of every entry; an entry whose last one goes is closed."""

    def claim(self, hosts: Iterable[str] = ()) -> list[LaunchEntry]:
        """Take over what nobody holds, and return it, oldest first.

        That is: what was given up, and what processes of this host left that live no more. From here on it belongs
        to this process; two who claim at once share it out, none gets what the other has. ``kept`` is left alone.
        """
        return []

    def entries(self) -> list[LaunchEntry]:
        """Return all that is open, oldest first."""
        return []


@frozen
class NoLedger(Ledger):
    """Nothing is written down: a process that is killed leaves its machines running."""


def marker_of(launch: str, password: Secret) -> str:
    """Return the digest by which a machine of this launch is known. The password is random, and 18 bytes or more."""
    return hashlib.sha256(f"{launch}\n{password.reveal()}".encode()).hexdigest()


def is_marked(entry: LaunchEntry, password: Secret | None) -> bool:
    """Say whether a machine with this password is, provably, of this launch."""
    if entry.marker is None or password is None:
        return False
    return hmac.compare_digest(entry.marker, marker_of(entry.launch, password))
