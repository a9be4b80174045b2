"""A batch as a person holds it: by its name in a store, with verbs that block or are awaited.

    with OptCloud() as oc:
        batch = oc.batch("spring", store="spring.sqlite")
        batch.add(oc.aimms.service("Scheduling", "solve"), "scenarios.jsonl", key="id")
        batch.run(limit=40, progress=print)

Making one asks nothing and makes nothing. The same name in the same store is the same batch, in any process.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Iterable
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from optcloud.batch.forms import AwaitedForm, BlockingForm
from optcloud.batch.handle import BatchPlace
from optcloud.batch.jobs import Timings
from optcloud.batch.output_verbs import OutputVerbs
from optcloud.batch.progress import BatchCounts, BatchProgress
from optcloud.batch.targets.target_for import spec_of
from optcloud.core.errors import ConfigError
from optcloud.core.flow import Flow
from optcloud.core.verbs import Awaited, Blocking, verb

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from optcloud.batch.cancelling import BatchCancelled
    from optcloud.batch.inputs.inputs import InputSource
    from optcloud.batch.ledger.ledger import JobLedger
    from optcloud.batch.ledger.rows import Added, BatchInfo
    from optcloud.batch.status import BatchStatus

T = TypeVar("T")


class BatchVerbs(OutputVerbs):
    """What a batch can be asked.

    Each verb raises `ConfigError` where there is no batch of this name (but for `add`, which makes it) or the store is
    none, and `StoreUnavailable` while the store cannot be used.
    """

    @verb
    def add(
        self,
        target: Any,
        source: InputSource | AsyncIterable[Any],
        *,
        key: str | None = None,
        chunk: int = 100,
        priority: int = 0,
        timings: Timings | None = None,
    ) -> Flow[Added]:
        """Add jobs, and make the batch where there is none of this name; safe to repeat.

        - ``target``: what they run on: ``oc.aimms.service(...)``, ``oc.adiutaopt.shift`` (mixed, floor) or
          ``oc.gurobi.program(...)``; None: what the batch runs on already. What it leaves open ("latest") is decided
          when the batch is made, and stays.
        - ``source``: the inputs: JSON lines, CSV, Parquet, a folder, or an iterable, also an asynchronous one
          (`optcloud.batch.inputs.inputs`).
        - ``key``: the field of each that names its job. A key that is there with the same input is the same job.
        - ``chunk``: jobs that one worker takes at a time. ``priority``: batches of a higher one come first, on their
          account. ``timings``: how long a submit may take. These hold from when the batch is made.

        Returns how many were added, and how many were there. Raises `ConfigError` for a key that is there with another
        input, for a batch that runs on something else, and for inputs that cannot be read; `NotFound` where what they
        run on is not there. No batch is made where its first jobs cannot be read.
        """
        from optcloud.batch.ledger.batches import first_page  # noqa: PLC0415 - only who adds needs it
        from optcloud.batch.making import add_inputs_async, found, inputs_of, made  # noqa: PLC0415 - the same

        wanted = None if target is None else spec_of(target)
        ledger = yield from self._ask(lambda ledger: ledger, make=True)
        there = yield from self._ask(lambda ledger: found(ledger, self.name, wanted))
        spec = there.spec if there is not None else wanted or {}
        make = partial(made, ledger, self.name, spec, timings=timings, chunk=chunk, priority=priority)
        if isinstance(source, AsyncIterable):
            rows: AsyncIterable[Any] = source
            add = partial(add_inputs_async, ledger, self.name, rows, spec, key=key)
            return (yield from self._await(lambda oc: add(make=partial(make, oc) if there is None else None)))
        jobs = yield from self._ask(lambda ledger: inputs_of(ledger, source, spec, key=key))
        if there is None:
            first = yield from self._ask(lambda _: first_page(self.name, jobs))
            yield from self._await(make)
            jobs = chain(first, jobs)
        return (yield from self._ask(lambda ledger: ledger.add(self.name, jobs)))

    @verb
    def run(
        self,
        *,
        limit: int | None = None,
        per_second: float | None = None,
        progress: Callable[[BatchProgress], object] | None = None,
        timeout: float | None = None,
    ) -> Flow[BatchCounts]:
        """Work the batch here, until each job has ended or is held; returns the counts. Killed, call it again.

        - ``limit``: jobs of the account that are under way at a time; ``per_second``: submits in a second. Both hold
          for all batches of the account in this store, until they are set anew; None leaves them as they are.
        - ``progress``: called with a `BatchProgress` every two seconds, if something has changed; ``print`` will do.
        - ``timeout``: seconds after which it returns, whatever is left; jobs under way go on at the vendor.

        What passes is waited for: a vendor or a store that is down, a line that is lost. A batch that was cancelled
        goes on. Raises what each job would meet (`AuthError`, `Forbidden`, `ConfigError`); nothing is lost then. So it
        does where the first 20 jobs to end have all failed alike; called again, it goes on with the others.
        """
        from optcloud.batch.run import RunOptions, run  # noqa: PLC0415 - status and results do without

        options = RunOptions(limit, per_second, progress, timeout)
        ledger = yield from self._ask(lambda ledger: ledger)
        return (yield from self._await(lambda oc: run(oc, ledger, self.name, options, notify=self._place.notify)))

    @verb
    def counts(self) -> Flow[BatchCounts]:
        """Return how many jobs are in each state."""
        return self._ask(lambda ledger: BatchCounts.of(ledger.counts(self.name)))

    @verb
    def info(self) -> Flow[BatchInfo]:
        """Return what the batch was made with: account, spec, timings, chunk, priority. Raises `ConfigError`."""
        return self._ask(lambda ledger: ledger.batch(self.name))

    @verb
    def status(self) -> Flow[BatchStatus]:
        """Return counts, rate, time left, limits, and since when it runs; whoever works the batch."""
        from optcloud.batch.status import status  # noqa: PLC0415

        return self._ask(lambda ledger: status(ledger, self.name))

    @verb
    def retry(self, *, failed: bool = True, gone: bool = False, keys: Iterable[str] | None = None) -> Flow[int]:
        """Put jobs that failed (or are gone) back to new, all or those of ``keys``; returns how many. Then run it."""
        chosen = None if keys is None else list(keys)
        return self._ask(lambda ledger: ledger.retry(self.name, failed=failed, gone=gone, keys=chosen))

    @verb
    def cancel(self, *, running: bool = False) -> Flow[BatchCancelled]:
        """Send nothing more, and delete what is queued at the vendor, which is new again; ``running``: stop it, too.

        Whoever works the batch notices within a second or so. `resume` or `run` goes on.
        """
        from optcloud.batch.cancelling import cancel  # noqa: PLC0415

        ledger = yield from self._ask(lambda ledger: ledger)
        return (
            yield from self._await(lambda oc: cancel(oc, ledger, self.name, running=running, notify=self._place.notify))
        )

    @verb
    def resume(self) -> Flow[None]:
        """Let a batch that was cancelled go on, where it is worked; `run` does so, too."""
        return self._ask(lambda ledger: ledger.go_on(self.name))

    @verb
    def resolve(self, key: str, *, it_is: str | None = None, send_again: bool = False) -> Flow[None]:
        """Decide about a held job: ``it_is`` the job of this reference, or it never arrived: ``send_again``.

        Look at the vendor's first: what is sent again although it is there is there twice. Raises `ConfigError`.
        """
        if (it_is is None) is not send_again:
            raise ConfigError("resolve: say either it_is=<reference> or send_again=True")
        return self._ask(lambda ledger: ledger.resolve(self.name, key, ref=it_is, send_again=send_again))

    @verb
    def start(self, engine: Literal["procrastinate"] = "procrastinate") -> Flow[None]:
        """Have a fleet work the batch, and return at once: workers are `optcloud batch work URL`, on any machine.

        The store must be in PostgreSQL; needs the extra ``fleet``. Raises `ConfigError`.
        """
        if engine != "procrastinate":
            raise ConfigError(f"engine: {engine!r} is none; there is procrastinate")
        from optcloud.batch.engines.fleet import FleetEngine  # noqa: PLC0415

        def queue(ledger: JobLedger) -> None:
            ledger.go_on(self.name)
            info = ledger.batch(self.name)
            FleetEngine().start(self._place.store, self.name, ledger.open_chunks(self.name), priority=info.priority)

        return self._ask(queue)

    @verb
    def run_on(self, executor: Executor) -> Flow[BatchCounts]:
        """Work the batch on an executor, of threads, processes or a cluster, until all is done; returns the counts.

        Workers make clients of their own: settings that were given as arguments must be picklable where processes are
        others; else use a profile or the environment. Raises what `run` does, and `ChunksNotWorked`; `ConfigError` for
        programs on rented machines, since each chunk would rent machines of its own.
        """
        from optcloud.batch.engines.executor import ExecutorEngine  # noqa: PLC0415

        place = self._place

        def work(ledger: JobLedger) -> BatchCounts:
            if ledger.batch(self.name).spec["cloud"] == "gurobi":
                raise ConfigError(
                    "run_on: each chunk would rent machines of its own; use run(), or start() with a fleet"
                )
            ledger.go_on(self.name)
            engine = ExecutorEngine(executor, place.clients, files=place.files)
            engine.start(place.store, self.name, ledger.open_chunks(self.name))
            engine.wait()
            return BatchCounts.of(ledger.counts(self.name))

        return self._ask(work)


class Batch(BatchVerbs, Blocking):
    """Many jobs, each run once: a batch in a store. Close it, or the `OptCloud` that made it."""

    def __init__(self, place: BatchPlace) -> None:
        super().__init__(place)
        self._connection = BlockingForm(place.clients)

    def close(self) -> None:
        """Close the store."""
        self._close()


class AsyncBatch(BatchVerbs, Awaited):
    """Many jobs, each run once: a batch in a store; each verb is awaited. Close the `AsyncOptCloud` that made it."""

    def __init__(self, place: BatchPlace, oc: Any) -> None:
        super().__init__(place)
        self._connection = AwaitedForm(oc)

    async def aclose(self) -> None:
        """Close the store."""
        self._close()
