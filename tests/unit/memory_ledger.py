"""A ledger in memory: what flows write down, without a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import evolve

from optcloud.gurobi.ledger import LaunchEntry, Ledger


class MemoryLedger(Ledger):
    """One process's view: what is `dead` or given up may be claimed, all else is held. ``told`` are the calls."""

    def __init__(self, *entries: LaunchEntry, dead: Iterable[str] = ()) -> None:
        self.open = {entry.launch: entry for entry in entries}
        self.dead = set(dead)
        self.told: list[tuple[str, Any]] = []

    def intend(self, entry: LaunchEntry) -> None:
        self.told.append(("intend", entry.launch))
        self.open[entry.launch] = entry

    def launched(self, launch: str, ids: Iterable[str]) -> None:
        self.told.append(("launched", tuple(ids)))
        self._change(launch, fate="launched", ids=tuple(ids))

    def give_up(self, launch: str) -> None:
        self.told.append(("give up", launch))
        self._change(launch, fate="given up")

    def seek(self, ids: Iterable[str]) -> None:
        wanted = set(ids)
        for entry in list(self.open.values()):
            if entry.ids and wanted >= set(entry.ids):
                self._change(entry.launch, fate="given up")

    def keep(self, ids: Iterable[str]) -> None:
        self._change_those_with(ids, fate="kept")

    def hold(self, ids: Iterable[str]) -> None:
        wanted = set(ids)
        for entry in list(self.open.values()):
            if entry.fate == "kept" and wanted >= set(entry.ids):
                self._change(entry.launch, fate="launched")

    def close(self, launch: str) -> None:
        self.told.append(("close", launch))
        self.open.pop(launch, None)

    def gone(self, ids: Iterable[str]) -> None:
        over = set(ids)
        for entry in list(self.open.values()):
            left = tuple(one for one in entry.ids if one not in over)
            if entry.ids and not left:
                del self.open[entry.launch]
            else:
                self._change(entry.launch, ids=left)

    def claim(self, hosts: Iterable[str] = ()) -> list[LaunchEntry]:
        taken = [one for one in self.open.values() if one.fate == "given up" or one.launch in self.dead]
        taken = [one for one in taken if one.fate != "kept"]
        self.dead -= {one.launch for one in taken}
        return sorted(taken, key=lambda one: one.at)

    def entries(self) -> list[LaunchEntry]:
        judged = [evolve(one, alive=one.launch not in self.dead) for one in self.open.values()]
        return sorted(judged, key=lambda one: one.at)

    def fates(self) -> list[str]:
        return [entry.fate for entry in self.entries()]

    def _change(self, launch: str, **changes: Any) -> None:
        if launch in self.open:
            self.open[launch] = evolve(self.open[launch], **changes)

    def _change_those_with(self, ids: Iterable[str], **changes: Any) -> None:
        wanted = set(ids)
        for entry in list(self.open.values()):
            if wanted & set(entry.ids):
                self._change(entry.launch, **changes)
