"""What a test has in store for the requests to come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud_sandbox.pending import PendingQueue


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4))), st.integers(0, 40))
def test_each_hits_so_many_requests_after_those_it_leaves_out(entries: list[tuple[int, int]], requests: int) -> None:
    queue: PendingQueue[int] = PendingQueue()
    for number, (skip, times) in enumerate(entries):
        queue.add(number, times, skip)
    hits = [queue.take(lambda _: True) for _ in range(requests)]
    for number, (_, times) in enumerate(entries):
        assert hits.count(number) <= times
    patient = requests >= sum(skip + times for skip, times in entries)
    assert not patient or [hits.count(number) for number in range(len(entries))] == [times for _, times in entries]


def test_only_what_is_meant_for_a_request_hits_it() -> None:
    queue: PendingQueue[str] = PendingQueue()
    queue.add("a", None)
    queue.add("b", 1)
    assert [queue.take(lambda what: what == "b") for _ in range(2)] == ["b", None]
    assert [queue.take(lambda _: True) for _ in range(3)] == ["a"] * 3


def test_no_times_at_all_is_an_error() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        PendingQueue[str]().add("a", 0)
