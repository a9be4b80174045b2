"""Harmless reads on the real services, for who has accounts: ``OPTCLOUD_LIVE=1 nox -s tests -- tests/live``.

Each cloud that is configured (environment or profile) is asked; none of it was run where this was written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from optcloud import CredentialsNotFound, OptCloud

pytestmark = pytest.mark.skipif(not os.environ.get("OPTCLOUD_LIVE"), reason="opt-in: set OPTCLOUD_LIVE=1")

READS: dict[str, Callable[[OptCloud], Any]] = {
    "aimms": lambda cloud: cloud.aimms.versions(),
    "adiutaopt": lambda cloud: cloud.adiutaopt.shift.version(),
    "gurobi": lambda cloud: cloud.gurobi.licenses(),
}


@pytest.fixture
def cloud() -> Iterator[OptCloud]:
    with OptCloud() as opened:
        yield opened


@pytest.mark.parametrize("name", READS)
def test_a_read_is_understood(name: str, cloud: OptCloud) -> None:
    try:
        assert READS[name](cloud) is not None
    except CredentialsNotFound as error:
        pytest.skip(str(error))
