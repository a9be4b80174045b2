"""``OPTCLOUD_LOG``: what it says, where it goes, and what happens to a value that says nothing."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from optcloud import ConfigError, OptCloud
from optcloud.core import logs
from optcloud.core.logs import LogSetting, start_logging, stop_logging

AIMMS = {"url": "https://cloud.test/pro-api/v2", "api_key": "fake-key"}


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    yield
    stop_logging()


def own_handlers() -> list[logging.Handler]:
    return [one for one in logs.logger.handlers if one is logs._Started.handler]


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("", None),
        ("  ", None),
        ("info", LogSetting(logging.INFO, None)),
        ("DEBUG", LogSetting(logging.DEBUG, None)),
        ("info,/tmp/x,y.log", LogSetting(logging.INFO, Path("/tmp/x,y.log"))),
        (" debug , a.log ", LogSetting(logging.DEBUG, Path("a.log"))),
    ],
)
def test_what_it_says(text: str, setting: LogSetting | None) -> None:
    assert LogSetting.read({"OPTCLOUD_LOG": text}) == setting


@pytest.mark.parametrize("text", ["loud", "1", "info debug", ",file"])
def test_what_says_nothing_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigError, match=r"OPTCLOUD_LOG: .* is none of info, debug, info,FILE and debug,FILE"):
        LogSetting.read({"OPTCLOUD_LOG": text})


def test_the_facade_switches_it_on_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("OPTCLOUD_LOG", "info")
    before = len(logs.logger.handlers)
    for _ in range(3):
        OptCloud(aimms=AIMMS).close()
    assert len(logs.logger.handlers) == before + 1 and len(own_handlers()) == 1
    logs.wire.info("a line")
    logs.wire.debug("more than was asked for")
    assert capsys.readouterr().err.endswith("INFO optcloud.wire: a line\n")


def test_a_file_is_the_owners_and_is_appended_to(tmp_path: Path) -> None:
    file = tmp_path / "wire.log"
    for line in ("first", "second"):
        start_logging({"OPTCLOUD_LOG": f"debug,{file}"})
        logs.wire.debug(line)
        stop_logging()
    assert [text.split(": ")[1] for text in file.read_text(encoding="utf-8").splitlines()] == ["first", "second"]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "none" / "x.log"):
        with pytest.raises(ConfigError, match="OPTCLOUD_LOG: cannot write to"):
            start_logging({"OPTCLOUD_LOG": f"info,{file}"})


def test_who_tells_the_person_already_is_not_doubled() -> None:
    teller = logs.TellingHandler()
    logs.logger.addHandler(teller)
    try:
        start_logging({"OPTCLOUD_LOG": "info"})
        assert own_handlers() == []
    finally:
        logs.logger.removeHandler(teller)


def test_warnings_are_seen_without_any_configuration() -> None:
    """A null handler would hide that machines may still run and cost money."""
    assert not any(isinstance(one, logging.NullHandler) for one in logs.logger.handlers)
