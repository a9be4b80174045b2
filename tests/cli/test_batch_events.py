"""What `optcloud batch run` and `work` say on stderr while they work: how far they are, and whose fault it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from batch import virtual_time
from batch.virtual_time import VirtualLoop
from cli.conftest import Run
from optcloud.batch.engines.fleet_events import ChunkPutOff
from optcloud.batch.events import ChunkBegun, ChunkLeft
from optcloud.batch.progress import BatchCounts, BatchProgress
from optcloud.batch.store.store import StoreUnavailable
from optcloud.cli.batch import events
from optcloud.cli.batch.events import BatchMessages
from optcloud.cli.batch.fleet_progress import tell_each_minute
from optcloud.cli.messages import Messages
from optcloud.cli.session import CliSession
from optcloud.sandbox import Sandbox

Lines = Callable[[], list[str]]
KEY = "aimms.api_key from environment variable OPTCLOUD_AIMMS_API_KEY"
REFUSED = f"AIMMS PRO does not accept the credentials of this worker ({KEY}): 401"


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """What was said since it was last asked."""

    def since_then() -> list[str]:
        return capsys.readouterr().err.splitlines()

    return since_then


def test_without_a_terminal_a_run_says_a_line_a_minute(lines: Lines) -> None:
    messages = BatchMessages(Messages())
    for second in range(0, 181, 2):
        messages.progress("spring", BatchProgress(BatchCounts(new=200 - second, ok=second), float(second)))
    assert lines() == [
        "spring: 30.0 % of 200: 60 ok, 0 running, 140 new",
        "spring: 60.0 % of 200: 120 ok, 0 running, 80 new",
        "spring: 90.0 % of 200: 180 ok, 0 running, 20 new",
    ]


def test_the_line_is_an_object_under_json(lines: Lines) -> None:
    said_by = Messages()
    said_by.as_json = True
    BatchMessages(said_by).progress("spring", BatchProgress(BatchCounts(new=1, ok=1), 60.0, 0.5, 2.0))
    (told,) = map(json.loads, lines())
    counts = {"new": 1, "running": 0, "ok": 1, "failed": 0, "gone": 0, "held": 0}
    assert told == {"event": "progress", "batch": "spring", "per_second": 0.5, "seconds_left": 2.0} | counts


def test_a_run_says_how_far_it_is(run: Run, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_A_MINUTE", 0.0)
    (tmp_path / "in.jsonl").write_text('{"id": "a"}\n', encoding="utf-8")
    words = ["--store", str(tmp_path / "spring.sqlite"), "--inputs", str(tmp_path / "in.jsonl"), "--key-field", "id"]
    outcome = run("batch", "run", "spring", *words, "--aimms", "Sandbox", "echo")
    assert outcome.exit_code == 0, outcome.output
    assert "spring: 100.0 % of 1: 1 ok, 0 running, 0 new\n" in outcome.stderr


def test_a_worker_says_a_line_a_minute_for_each_batch_that_it_has_in_hand(lines: Lines) -> None:
    messages = BatchMessages(Messages())
    ended = 0

    def counts(batch: str) -> BatchCounts:
        nonlocal ended
        ended += 60
        if ended == 120:
            raise StoreUnavailable("away")
        return BatchCounts(new=1000 - ended, ok=ended)

    async def work(loop: VirtualLoop) -> None:
        telling = loop.create_task(tell_each_minute(counts, messages))
        moment = 1000.0

        def at(seconds: float, act: Callable[[], None]) -> None:
            loop.call_at(moment + seconds, act)

        at(100, lambda: messages.hear(ChunkBegun("spring", 0, 1)))
        at(100, lambda: messages.hear(ChunkBegun("spring", 1, 1)))
        at(130, lambda: messages.hear(ChunkLeft("spring", 0, "ended")))
        at(310, lambda: messages.hear(ChunkLeft("spring", 1, "ended")))
        over = loop.create_future()
        at(1000, lambda: over.set_result(None))
        await over
        telling.cancel()

    virtual_time.run(work)
    assert lines() == [
        "spring: 6.0 % of 1,000: 60 ok, 0 running, 940 new",
        "spring: 18.0 % of 1,000: 180 ok, 0 running, 820 new; 1.0/s, 14 min left",
        "spring: 24.0 % of 1,000: 240 ok, 0 running, 760 new; 1.0/s, 13 min left",
    ]


@pytest.mark.usefixtures("bare")
def test_wrong_credentials_of_a_worker_are_named_once_a_minute(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "fake-key")
    now = 0.0
    messages = BatchMessages(Messages(), CliSession().secrets_from, clock=lambda: now)
    for second in range(119):
        now = float(second)
        messages.hear(ChunkPutOff("spring", second, "401 for listTasks", 2.0, "AIMMS PRO"))
    told = lines()
    assert [line.partition(" for ")[0] for line in told] == [REFUSED, REFUSED]
    assert "start this worker again" in told[0]
    assert "fake-key" not in "".join(told)
    messages.hear(ChunkBegun("spring", 7, 1))
    assert messages.in_hand == ["spring"]
    messages.hear(ChunkPutOff("spring", 7, "no credentials", 2.0))
    assert messages.in_hand == []
    assert lines() == ["spring, chunk 7: no credentials; it is tried again after 2 s"]


@pytest.mark.usefixtures("bare")
def test_the_place_of_a_secret_is_that_which_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[prod.adiutaopt]\npassword = "fake-word"\n[prod.gurobi]\nsecret_key = "file:/run/key"\n', encoding="utf-8"
    )
    monkeypatch.setenv("OPTCLOUD_CONFIG", str(file))
    monkeypatch.setenv("IC_SECRET_KEY", "fake-key")  # a profile that is named goes without
    session = CliSession()
    session.profile = "prod"
    word = f"adiutaopt.password from password under [prod.adiutaopt] in {file}"
    assert session.secrets_from("adiutaOpt") == session.secrets_from("Amazon Cognito") == (word,)
    key = f"gurobi.secret_key from secret_key under [prod.gurobi] in {file}"
    assert session.secrets_from("Gurobi Instant Cloud v2") == (key,)
    assert session.secrets_from("AIMMS PRO") == session.secrets_from("another") == ()
    file.write_text("[", encoding="utf-8")
    assert session.secrets_from("adiutaOpt") == ()
