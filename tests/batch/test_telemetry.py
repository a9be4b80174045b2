"""What is told of a batch: log lines, spans and figures; nothing of inputs, nothing that steers a terminal."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from batch.fake_vendor import FakeTarget, FakeVendor
from batch.test_work import Scene, fake
from batch.virtual_time import EPOCH, VirtualLoop, run
from optcloud.batch import telemetry_otel
from optcloud.batch.events import (
    ChunkBegun,
    ChunkLeft,
    CloudFailed,
    FateUnknown,
    JobChanged,
    StoreBack,
    StoreFailed,
    TwinFound,
)
from optcloud.batch.jobs import Ending, JobState
from optcloud.batch.store.store import StoreUnavailable
from optcloud.batch.telemetry import BatchTelemetry
from optcloud.batch.telemetry_otel import BatchInstruments
from optcloud.core.escaping import LONGEST_LINE

__all__ = ["fake"]  # a fixture


@pytest.fixture(autouse=True)
def in_our_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor tells the times of the ledger."""
    ending = FakeTarget.ending

    async def told(self: FakeTarget, key: str, ref: str, how: Any) -> Ending:
        found = await ending(self, key, ref, how)
        return evolve(found, ended=None if found.ended is None else found.ended + EPOCH)

    monkeypatch.setattr(FakeTarget, "ending", told)


class Recorder:
    """What a program that uses OpenTelemetry has set up."""

    def __init__(self) -> None:
        self.exporter, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers = TracerProvider(shutdown_on_exit=False)
        self.meters = MeterProvider([self.reader], shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = self.tracers.get_tracer("optcloud.batch")
        self.instruments = BatchInstruments(self.tracer, self.meters.get_meter("optcloud.batch"))

    def spans(self) -> list[ReadableSpan]:
        """Those of jobs, by key and attempt."""
        spans = [span for span in self.exporter.get_finished_spans() if span.name == "optcloud.batch.job"]
        return sorted(spans, key=lambda span: (field(span, "key"), field(span, "attempt")))

    def points(self, name: str) -> list[Any]:
        """What is measured under a name."""
        data: Any = self.reader.get_metrics_data()
        found = [] if data is None else data.resource_metrics[0].scope_metrics[0].metrics
        return [
            point for metric in found if metric.name == f"optcloud.batch.{name}" for point in metric.data.data_points
        ]


def field(span: ReadableSpan, name: str) -> Any:
    return (span.attributes or {})[f"optcloud.{name}"]


@pytest.fixture
def otel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    recorder = Recorder()
    monkeypatch.setattr(telemetry_otel, "_of_the_program", lambda: recorder.instruments)
    yield recorder
    recorder.tracers.shutdown()
    recorder.meters.shutdown()


def unheard(_event: object) -> None:
    """Nobody listens."""


def changed(**words: Any) -> JobChanged:
    known: dict[str, Any] = {
        "batch": "b",
        "account": "aimms:x",
        "key": "k",
        "before": JobState.ARMED,
        "after": JobState.SENT,
    }
    return JobChanged(**(known | words))


# ---------------------------------------------------------------- log lines


@pytest.mark.parametrize(
    ("event", "level", "line"),
    [
        (
            changed(attempt=2, ref="aimms:default/1"),
            "INFO",
            "batch 'b' job 'k': armed → sent (attempt 2, aimms:default/1)",
        ),
        (changed(adopted=True), "INFO", "batch 'b' job 'k': armed → sent (adopted)"),
        (changed(after=JobState.HELD, reason="two\n tasks"), "WARNING", "batch 'b' job 'k': armed → held (two tasks)"),
        (
            FateUnknown("b", "a", "k", 1, "reset", 13.6),
            "INFO",
            "batch 'b' job 'k': no reply to attempt 1, looked for in 14 s (reset)",
        ),
        (CloudFailed("b", "a", "watch", "down", 2.0), "INFO", "batch 'b': watch failed, again in 2.0 s (down)"),
        (StoreFailed("arm", "disk full", 0.5), "WARNING", "the store failed (arm), again in 0.5 s (disk full)"),
        (StoreBack(7.0), "INFO", "the store works again, after 7.0 s"),
        (
            TwinFound("b", "a", "k", 1, "aimms:default/2"),
            "WARNING",
            "batch 'b' job 'k': attempt 1 was taken for never arrived, and is there as aimms:default/2",
        ),
        (ChunkBegun("b", 3, 2), "DEBUG", "batch 'b' chunk 3: owner 2"),
        (ChunkLeft("b", 3, "ended"), "DEBUG", "batch 'b' chunk 3: left, ended"),
    ],
)
def test_an_event_is_a_line(event: object, level: str, line: str, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[object] = []
    with caplog.at_level(logging.DEBUG, "optcloud.batch"):
        BatchTelemetry(heard.append)(event)
    assert [(record.name, record.levelname, record.message) for record in caplog.records] == [
        ("optcloud.batch", level, line)
    ]
    assert heard == [event]


def test_a_line_has_its_fields(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "optcloud.batch"):
        BatchTelemetry(unheard)(changed(attempt=2, ref="aimms:default/1"))
    fields = vars(caplog.records[0])
    assert {name: fields[name] for name in ("batch", "job", "before", "after", "attempt", "ref")} == {
        "batch": "b", "job": "k", "before": "armed", "after": "sent", "attempt": 2, "ref": "aimms:default/1"
    }  # fmt: skip


def test_hostile_words_steer_nothing(caplog: pytest.LogCaptureFixture) -> None:
    hostile = "\x1b[2J\r\nroot: all is well\u202e"
    with caplog.at_level(logging.INFO, "optcloud.batch"):
        BatchTelemetry(unheard)(changed(key=hostile, batch=hostile, ref=hostile, reason=hostile * 100))
    (record,) = caplog.records
    assert record.message.isprintable()
    assert len(record.message) < 2 * LONGEST_LINE + 200
    for name in ("batch", "job", "ref"):
        assert vars(record)[name].isprintable()


def test_nothing_is_made_of_events_that_nobody_reads(caplog: pytest.LogCaptureFixture) -> None:
    class Unread(str):
        def __str__(self) -> str:
            raise AssertionError("made into text")

        __repr__ = __format__ = __str__  # type: ignore[assignment]

    with caplog.at_level(logging.WARNING, "optcloud.batch"):
        BatchTelemetry(unheard)(changed(key=Unread(), reason=Unread("x")))
        BatchTelemetry(unheard)(object())
    assert not caplog.records


# ---------------------------------------------------------------- spans and figures


def test_a_span_goes_from_arming_to_the_end(otel: Recorder, tmp_path: Path) -> None:
    async def work(loop: VirtualLoop) -> float:
        scene = Scene(loop, tmp_path, FakeVendor(failed={"k1"}, runs=lambda: 30.0), jobs=2)
        with otel.tracer.start_as_current_span("the program's own"):
            worker = scene.worker()
        async with worker:
            await worker.work("b", 0)
        return loop.time()

    ended = run(work)
    first, second = otel.spans()
    (own,) = [span for span in otel.exporter.get_finished_spans() if span.name != "optcloud.batch.job"]
    assert (field(first, "key"), field(first, "state"), field(first, "attempt")) == ("k0", "ok", 1)
    assert (field(first, "batch"), field(first, "cloud")) == ("b", "fake")
    assert field(first, "ref").startswith("fake:default/")
    assert first.parent is not None and own.context is not None and first.parent.span_id == own.context.span_id
    assert [event.name for event in first.events] == ["sent"]
    assert first.status.status_code is StatusCode.OK
    assert (second.status.status_code, second.status.description) == (StatusCode.ERROR, "infeasible")
    assert first.start_time is not None and first.end_time is not None
    assert EPOCH + 1000 <= first.start_time / 1e9 <= first.end_time / 1e9 <= EPOCH + ended
    assert (first.end_time - first.start_time) / 1e9 >= 30


def test_a_job_that_another_process_sent_has_its_whole_span(otel: Recorder, tmp_path: Path) -> None:
    async def work(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(runs=lambda: 100.0), jobs=3)
        first = scene.worker()
        dying = asyncio.ensure_future(first.work("b", 0))
        await asyncio.sleep(20)
        assert scene.counts() == {"sent": 3}
        otel.instruments.workers.clear()
        dying.cancel()
        await asyncio.gather(dying, return_exceptions=True)
        assert otel.spans() == []
        async with scene.worker() as second:
            await second.work("b", 0)
        await first.close()

    run(work)
    spans = otel.spans()
    assert [field(span, "key") for span in spans] == ["k0", "k1", "k2"]
    for span in spans:
        assert span.start_time is not None and span.end_time is not None
        assert span.start_time / 1e9 < EPOCH + 1001, "armed by the first"
        assert (span.end_time - span.start_time) / 1e9 >= 99


def test_attempts_and_held_jobs_are_spans_too(otel: Recorder, tmp_path: Path) -> None:
    def way(key: str, attempt: int) -> Any:
        return {"k0": "not sent", "k1": "refused"}.get(key, "taken") if attempt == 1 else "taken"

    async def work(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(way=way), jobs=2)
        async with scene.worker() as worker:
            await worker.work("b", 0)

    run(work)
    told = [(field(span, "key"), field(span, "attempt"), field(span, "state")) for span in otel.spans()]
    assert told == [("k0", 1, "new"), ("k0", 2, "ok"), ("k1", 1, "failed")]


def test_figures(otel: Recorder, tmp_path: Path) -> None:
    in_flight: list[Any] = []

    async def work(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(runs=lambda: 40.0), jobs=4)
        loop.call_later(20, lambda: in_flight.extend(otel.points("in_flight")))
        async with scene.worker() as worker:
            await worker.work("b", 0)

    run(work)
    assert [(point.value, dict(point.attributes)) for point in in_flight] == [
        (4, {"optcloud.batch": "b", "optcloud.cloud": "fake"})
    ]
    changes = {
        (point.attributes["optcloud.before"], point.attributes["optcloud.after"]): point.value
        for point in otel.points("changes")
    }
    assert changes == {("new", "armed"): 4, ("armed", "sent"): 4, ("sent", "ok"): 4}
    (runs,), (waits,) = otel.points("run_time"), otel.points("waiting_time")
    assert (runs.count, waits.count) == (4, 4)
    assert runs.sum >= 4 * 39
    assert otel.points("in_flight") == [], "the worker has ended: nobody asks a ledger that is closed"


def test_a_store_that_fails_is_passed_over_by_the_gauge(otel: Recorder, tmp_path: Path) -> None:
    async def work(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(runs=lambda: 40.0), jobs=1)

        def look() -> None:
            def failing(_batch: str) -> Any:
                raise StoreUnavailable("down")

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(scene.ledger, "counts", failing)
                assert otel.points("in_flight") == []

        loop.call_later(20, look)
        async with scene.worker() as worker:
            await worker.work("b", 0)

    run(work)
    assert len(otel.spans()) == 1


def test_inputs_and_results_are_in_nothing_that_is_told(
    otel: Recorder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(), jobs=1)
        async with scene.worker() as worker:
            await worker.work("b", 0)

    with caplog.at_level(logging.DEBUG, "optcloud.batch"):
        run(work)
    told = caplog.text + "".join(span.to_json() for span in otel.spans())
    assert "k0" in told
    assert "result of" not in told


def test_a_program_that_does_not_use_it_pays_nothing() -> None:
    """Without the package, and with it but not imported."""
    code = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "opentelemetry":
            raise ImportError(name)
{block}
from optcloud.batch.telemetry import BatchTelemetry
from optcloud.batch.worker.worker import BatchWorker
telemetry = BatchTelemetry(print)
telemetry.begin(None)
assert telemetry._spans is None
assert "opentelemetry" not in sys.modules
"""
    for block in ("sys.meta_path.insert(0, Blocked())", "# it is installed"):
        subprocess.run([sys.executable, "-c", code.format(block=block)], check=True, timeout=120)


def test_a_program_that_uses_it_is_told(tmp_path: Path) -> None:
    assert "opentelemetry" in sys.modules
    telemetry = BatchTelemetry(print)
    telemetry.begin(None)  # type: ignore[arg-type]
    assert telemetry._spans is not None
    telemetry._spans._instruments.workers.discard(telemetry._spans)
