"""Processes that are killed before each statement that a change of the ledger is made of."""

from __future__ import annotations

import pytest

from batch.test_ledger_crashes import leaves_all_or_none


# What reaches the database: arming (begin, some reads, changes, commit), twice a reference, endings with their results.
@pytest.mark.parametrize("at", [*range(1, 14), 16, 19, 22, 25, 28, 31])
def test_who_is_killed_in_the_middle_of_a_change_leaves_all_of_it_or_none(store: str, at: int) -> None:
    leaves_all_or_none(store, at)
