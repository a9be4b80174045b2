"""One run: three clients and what befalls them, then the next start, and what is seen after it."""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from leaks import verdict
from leaks.figures import Figures
from leaks.network import Cloud
from leaks.plan import OUTSIDE, ClientPlan, RunPlan
from leaks.processes import ClientProcess, Nursery
from optcloud.sandbox import AfterSeconds

AGAIN = 0.05  # seconds until the second signal
HOLDER = ClientPlan("hold", ())


class Lane:
    """Runs one after the other, in a cloud and from a nursery of its own. A context manager."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Lane:
        self._nursery = self._stack.enter_context(Nursery())
        self._cloud = self._stack.enter_context(Cloud())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, plan: RunPlan, sabotage: str | None = None) -> Figures:
        """Do one run; ``sabotage``: with the product broken in this way."""
        folder = Path(tempfile.mkdtemp(prefix=f"leaks-{plan.index}-"))
        try:
            figures = _Run(plan, folder, self._nursery, self._cloud, sabotage).run()
        finally:
            shutil.rmtree(folder)
        figures.faults = [f"run {plan.index}: {words}" for words in figures.faults]
        return figures


class _Run:
    def __init__(self, plan: RunPlan, folder: Path, nursery: Nursery, cloud: Cloud, sabotage: str | None) -> None:
        self._plan = plan
        self._folder = folder
        self._nursery = nursery
        self._cloud = cloud
        self._sabotage = sabotage
        self._ended: list[ClientProcess] = []
        self._number = 0

    def run(self) -> Figures:
        plan, figures = self._plan, Figures(runs=1)
        self._prepare()
        holder = self._hold()
        self._cloud.disturb(plan.faults, plan.under_way)
        self._live()
        if not plan.early:
            self._cloud.calm()
            time.sleep(plan.unlisted)
            verdict.count_left_in_order(figures, self._told(), self._cloud.sandbox.gurobi.machines())
        for number, some in enumerate(plan.next_starts):
            if number == len(plan.next_starts) - 1:
                self._cloud.calm()
                time.sleep(plan.unlisted)
            self._together(some)
        verdict.judge(figures, self._told(), self._cloud.sandbox.gurobi.machines())
        self._end(holder, figures)
        verdict.count_ends(figures, self._ended)
        return figures

    def _prepare(self) -> None:
        sandbox = self._cloud.sandbox
        sandbox.reset()
        sandbox.pace = AfterSeconds(0.01)
        self._cloud.launch_as_another()

    def _hold(self) -> ClientProcess:
        """Have another living process of ours keep, lend and hold machines."""
        holder = self._start(HOLDER)
        holder.go()
        told = json.loads(holder.hear() or self._complain(holder))
        self._ref = told["lent"]["ref"]
        self._cloud.sandbox.pace = AfterSeconds(self._plan.boot)
        if self._plan.unlisted:
            self._cloud.sandbox.gurobi.script_launch(unlisted_seconds=self._plan.unlisted, times=None)
        self._of_holder = {name: set(one["ids"]) for name, one in told.items()}
        return holder

    def _start(self, plan: ClientPlan) -> ClientProcess:
        self._number += 1
        settings = {**self._cloud.settings(), "ledger": str(self._folder / "ledger.sqlite3")}
        more = {"settings": settings, "ref": getattr(self, "_ref", ""), "sabotage": self._sabotage}
        process = self._nursery.start(plan, self._folder, self._number, more)
        process.ready()
        return process

    def _live(self) -> None:
        """Let the clients live, send them their signals, and let another person launch in the middle."""
        processes = [self._start(plan) for plan in self._plan.clients]
        deeds: list[tuple[float, Callable[[], None]]] = [
            (at, self._cloud.launch_as_another) for at in self._plan.others_at
        ]
        for process in processes:
            if process.plan.how in OUTSIDE:
                name, *again = process.plan.how.split()
                send = partial(process.signal, signal.Signals[name])
                deeds += [(process.plan.at, send), *((process.plan.at + AGAIN, send) for _ in again)]
        for process in processes:
            process.go()
        began = time.monotonic()
        for at, deed in sorted(deeds, key=lambda one: one[0]):
            time.sleep(max(0.0, began + at - time.monotonic()))
            deed()
        self._bury(processes)

    def _together(self, plans: tuple[ClientPlan, ...]) -> None:
        processes = [self._start(plan) for plan in plans]
        for process in processes:
            process.go()
        self._bury(processes)

    def _bury(self, processes: list[ClientProcess]) -> None:
        for process in processes:
            process.bury()
        self._ended += processes

    def _told(self) -> verdict.Told:
        of_holder = self._of_holder
        kept = of_holder["kept"] | of_holder["lent"]
        told = verdict.Told(kept=set(kept), half_kept=set(kept), held=of_holder["held"])
        for process in self._ended:
            told.read(process)
        return told

    def _end(self, holder: ClientProcess, figures: Figures) -> None:
        """Let the holder end: it kills what it held."""
        holder.go()
        self._bury([holder])
        for machine in self._cloud.sandbox.gurobi.machines():
            if machine.id in self._of_holder["held"] and machine.alive:
                figures.left += 1
                figures.faults.append(f"left by the holder: {machine}\n{holder.complaints[-3000:]}")

    @staticmethod
    def _complain(holder: ClientProcess) -> Any:
        holder.bury()
        raise RuntimeError(f"the holder did not come up: {holder.complaints}")
