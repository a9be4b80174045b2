"""Paces and the words they are spread over."""

import pytest

from optcloud.sandbox import AfterPolls, AfterSeconds, AtOnce
from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.pace import word_for


def test_after_polls_shows_n_unfinished_reads() -> None:
    for count in (1, 2, 3, 10):
        progress = [AfterPolls(count).progress(poll, elapsed=9e9) for poll in range(1, count + 2)]
        assert progress[0] == 0
        assert all(value < 1 for value in progress[:-1])
        assert progress[-1] == 1


def test_after_seconds_and_at_once() -> None:
    assert [AfterSeconds(10).progress(99, elapsed) for elapsed in (-1, 0, 5, 10, 11)] == [0, 0, 0.5, 1, 1]
    assert AtOnce().progress(0, 0) == 1


def test_words_are_spread_evenly() -> None:
    assert [word_for(progress, "abc") for progress in (0, 0.3, 0.34, 0.67, 0.99, 1)] == ["a", "a", "b", "c", "c", "c"]


@pytest.mark.parametrize("wrong", [0, -1])
def test_paces_that_cannot_be(wrong: int) -> None:
    with pytest.raises(ValueError, match="use AtOnce"):
        AfterPolls(wrong)
    with pytest.raises(ValueError, match="use AtOnce"):
        AfterSeconds(wrong)


@pytest.mark.parametrize("wrong", [-1, float("nan")])
def test_the_clock_only_goes_forward(wrong: float) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        SandboxClock().turn(wrong)
