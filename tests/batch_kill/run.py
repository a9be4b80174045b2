"""One run: workers work, the plan befalls them, and what came of it is judged."""

from __future__ import annotations

import random
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter, deque
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from batch_kill import stores, verdict
from batch_kill.batches import make_batches, watched
from batch_kill.cloud import Stranger, Vendors
from batch_kill.figures import Figures
from batch_kill.notes import NoteBook
from batch_kill.plan import RUN_SECONDS, Death, Freeze, RunPlan, Trouble
from batch_kill.workers import WorkerProcess

LOOK = 0.02  # seconds between two looks of the director
PATIENCE = 6.0  # seconds that a worker has to reach the point at which it is to kill itself
LONGER = 20.0  # and to freeze itself: there are few freezes, and each kind is to happen
FULL = 2.5  # seconds that a disk is full


def run(plan: RunPlan, sabotage: str | None = None, *, keep: bool = False) -> Figures:
    """Do one run; ``sabotage``: with the product broken in this way. ``keep``: leave the folder, and tell it."""
    folder = Path(tempfile.mkdtemp(prefix="batch-kill-"))
    with ExitStack() as stack:
        figures = _Run(plan, folder, stack, sabotage).run()
    if keep:
        print(folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return figures


class _Run:
    def __init__(self, plan: RunPlan, folder: Path, stack: ExitStack, sabotage: str | None) -> None:
        self._plan, self._folder, self._sabotage = plan, folder, sabotage
        self._figures = Figures(f"{plan.jobs + plan.plans} jobs, {plan.store}, {plan.engine}", limit=plan.limit)
        self._events = self._figures.events
        self._vendors = stack.enter_context(Vendors(RUN_SECONDS))
        self._book = stack.enter_context(NoteBook(folder))
        self._store = stack.enter_context(stores.store_for(plan.store, folder))
        self._environment = {
            **self._vendors.environment,
            "OPTCLOUD_GUROBI_LEDGER": str(folder / "machines.sqlite3"),
            "XDG_STATE_HOME": str(folder / "state"),
        }
        self._stranger = Stranger(self._vendors.environment, random.Random(1), (-2, 6) if plan.late else (9, 15))
        stack.callback(self._stranger.close)
        spec = {
            "engine": plan.engine,
            "store": self._store.url,
            "limit": plan.limit,
            "notes": self._book.address,
            "sabotage": sabotage,
        }
        self._spec = spec
        self._workers = [
            WorkerProcess(index, {**spec, "skew": skew}, self._environment, folder)
            for index, skew in enumerate(plan.skews)
        ]
        for worker in self._workers:
            stack.callback(worker.kill, self._book)
        self._blows: deque[Death | Freeze] = deque(sorted((*plan.deaths, *plan.freezes), key=lambda blow: blow.at))
        self._doing: dict[int, _Deed] = {}
        self._last_full: tuple[WorkerProcess, int, float] | None = None
        self._progress = 0.0

    def run(self) -> Figures:
        began = time.monotonic()
        self._prepare()
        with watched(self._store.url) as ledger:
            self._ledger = ledger
            for worker in self._workers:
                worker.start()
            self._direct()
            self._figures.seconds = time.monotonic() - began
            self._end()
        return self._figures

    def _prepare(self) -> None:
        plan = self._plan
        make_batches(plan, self._store.url, self._environment)
        if plan.turn:
            self._vendors.ask("turn", seconds=plan.turn)
            self._events["the vendors' clock turned"] += 1
        if any(plan.skews):
            self._events["wall clocks off by minutes"] += 1
        self._troubles = deque(plan.troubles)
        self._strangers = deque(plan.strangers)
        self._restarts = deque(plan.restarts)
        self._full = deque(plan.full_disks)

    def _direct(self) -> None:
        """Let everything of the plan happen in its time, until all jobs have ended or it takes too long."""
        plan = self._plan
        count = plan.jobs + plan.plans
        late = time.monotonic() + 90 + count * 0.5 + len(plan.deaths) * 4 + len(plan.freezes) * 12
        asked = 0.0
        while time.monotonic() < late:
            self._progress = self._vendors.ask("progress")["arrived"] / count
            self._vendor_side()
            self._store_side()
            for worker in self._workers:
                self._worker_side(worker)
            self._blow()
            if time.monotonic() > asked + 0.5:
                asked = time.monotonic()
                if self._ledger.all_ended():
                    return
            time.sleep(LOOK)
        self._figures.faults.append("it took too long")

    def _due(self, moments: deque[Any]) -> Any:
        at = moments[0] if moments and isinstance(moments[0], float) else moments[0].at if moments else 2.0
        return moments.popleft() if at <= self._progress else None

    def _vendor_side(self) -> None:
        while (trouble := self._due(self._troubles)) is not None:
            self._trouble(trouble)
        while self._due(self._strangers) is not None:
            threading.Thread(target=self._stranger.submit, daemon=True).start()

    def _trouble(self, trouble: Trouble) -> None:
        if trouble.fault is None:
            self._vendors.ask("hold", seconds=trouble.seconds)
        else:
            self._vendors.ask("fault", **trouble.fault)

    def _store_side(self) -> None:
        if self._due(self._restarts) is not None and self._store.server is not None:
            self._store.server.kill()
            time.sleep(1.0)
            self._store.server.start()
            self._events["PostgreSQL killed and restarted"] += 1
        if self._last_full is not None:
            worker, life, until = self._last_full
            if worker.life != life or worker.ended() is not None:
                self._last_full = None
            elif time.monotonic() > until:
                worker.fill_disk(False)
                self._last_full = None
        elif self._full and self._full[0] <= self._progress and self._is_up(self._workers[0]):
            self._full.popleft()
            self._workers[0].fill_disk(True)
            self._events["the disk was full"] += 1
            self._last_full = (self._workers[0], self._workers[0].life, time.monotonic() + FULL)

    def _is_up(self, worker: WorkerProcess) -> bool:
        return worker.ended() is None and not worker.frozen and self._book.has("take", worker.life)

    def _worker_side(self, worker: WorkerProcess) -> None:
        worker.thaw()
        if worker.ended() is not None:
            self._again(worker)
            return
        deed = self._doing.get(worker.index)
        if deed is not None:
            if deed.step(worker):
                del self._doing[worker.index]
            return
        if not worker.frozen and worker.is_stopped():  # it came to the point of a freeze that was over
            worker.freeze(0.0)

    def _blow(self) -> None:
        """Let the next death or freeze befall a worker that works: the one that the plan says, or else another."""
        if not self._blows or self._blows[0].at > self._progress:
            return
        blow = self._blows[0]
        free = [one for one in self._workers if one.index not in self._doing and self._is_up(one)]
        if self._last_full is not None and isinstance(blow, Freeze):
            free = [one for one in free if one is not self._last_full[0]]
        if not free:
            return
        self._blows.popleft()
        worker = min(free, key=lambda one: (one.index - blow.worker) % len(self._workers))
        self._doing[worker.index] = (
            _Dying(self, blow, worker) if isinstance(blow, Death) else _Freezing(self, blow, worker)
        )

    def _again(self, worker: WorkerProcess) -> None:
        """Start a worker again: at once, as a supervisor of processes does."""
        status = worker.ended()
        deed = self._doing.pop(worker.index, None)
        if status == -signal.SIGKILL:
            if deed is not None:
                deed.died()
            self._book.add("died", life=worker.life)
        else:
            self._events["workers that ended by an error"] += bool(status)
            self._book.add("over", life=worker.life)
        worker.start()

    def second_process(self) -> None:
        """Start another process on a file that one has, which is frozen; it must be refused."""
        other = WorkerProcess(99, {**self._spec, "skew": 0.0}, self._environment, self._folder)
        other.start()
        late = time.monotonic() + 4.0
        while other.ended() is None and time.monotonic() < late and not self._book.has("take", other.life):
            time.sleep(LOOK)
        self._events["a second process on the file"] += 1
        if self._book.has("take", other.life):
            self._figures.second_let_in += 1
            self._figures.faults.append("a second process worked a file that another had")
        other.kill(self._book)

    def _end(self) -> None:
        self._vendors.ask("calm")
        for worker in self._workers:
            worker.thaw(now=True)
        if self._plan.newer:
            self._events["a store of a newer version"] += 1
            if not self._store.newer_is_left_alone(self._folder):
                self._figures.newer_touched += 1
        tasks, more = self._vendors.records()
        for worker in self._workers:
            worker.kill(self._book)
        rows = self._ledger.rows()
        verdict.judge(self._figures, rows, tasks, more["plans"])
        verdict.count_notes(self._figures, self._book.all())
        self._figures.lists = more["lists"]
        self._events.update(Counter(more["faults"]))
        self._events["submits held on their way"] += more["held"]
        if self._figures.lost:
            self._figures.faults += [f"worker {worker.index} wrote:\n{worker.complaints()}" for worker in self._workers]


class _Deed:
    """Something that befalls a worker, and takes a while."""

    def __init__(self, run: _Run, worker: WorkerProcess) -> None:
        self._run, self._life, self._began = run, worker.life, time.monotonic()

    def step(self, worker: WorkerProcess) -> bool:
        """Go on with it; say whether it is over."""
        raise NotImplementedError

    def died(self) -> None:
        """The worker was killed."""


class _Dying(_Deed):
    def __init__(self, run: _Run, death: Death, worker: WorkerProcess) -> None:
        super().__init__(run, worker)
        self._death, self._aimed = death, False

    def step(self, worker: WorkerProcess) -> bool:
        passed = time.monotonic() - self._began
        if self._death.aim is None:
            if passed < self._death.wait:
                return False
        elif not self._aimed:
            worker.aim(self._death.aim, self._death.nth, signal.SIGKILL)
            self._aimed = True
            return False
        elif passed < PATIENCE:
            return False
        self._run._events["killed at any moment"] += 1
        self._aimed = False
        worker.kill(self._run._book)
        return True

    def died(self) -> None:
        if self._run._book.has("aim", self._life):
            self._run._events[f"killed at: {self._death.aim}"] += 1


class _Freezing(_Deed):
    def __init__(self, run: _Run, freeze: Freeze, worker: WorkerProcess) -> None:
        super().__init__(run, worker)
        self._freeze = freeze
        if freeze.aim is not None:
            worker.aim(freeze.aim, 1, signal.SIGSTOP)

    def step(self, worker: WorkerProcess) -> bool:
        aimed = worker.is_stopped()
        if self._freeze.aim is not None and not aimed and time.monotonic() - self._began < LONGER:
            return False
        self._run._events[f"frozen at: {self._freeze.aim}" if aimed else "frozen at any moment"] += 1
        worker.aim("", 0, signal.SIGSTOP)  # if it did not come to the point, it need not any more
        worker.freeze(self._freeze.seconds)
        run = self._run
        if run._plan.store == "sqlite" and not run._events["a second process on the file"]:
            run.second_process()
        return True
