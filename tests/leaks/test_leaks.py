"""A few runs of the kill test (`leaks.leaks`), and proof that it can fail: the product broken on purpose."""

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from leaks.plan import Aim, ClientPlan, FaultPlan, RunPlan, plan
from leaks.processes import read_notes
from leaks.run import Lane

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are watched by descriptors that Linux has")
SEED = 6
KILLED_WHILE_USING = RunPlan(
    index=0,
    clients=(
        ClientPlan("block", (2,), "aimed SIGKILL", aim=Aim("using")),
        ClientPlan("bare", (1,)),
        ClientPlan("reaper", ()),
    ),
    next_starts=((ClientPlan("start", ()),),),
    early=False,
    under_way=(),
    boot=0.02,
    unlisted=0.0,
    faults=(FaultPlan("drop-after", "/launch$"),),
)


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane() as lane:
        yield lane


def test_machines_of_a_killed_process_are_killed_at_the_next_start(lane: Lane) -> None:
    figures = lane.run(KILLED_WHILE_USING)
    assert figures.good, "\n".join(figures.faults)
    assert (figures.kills, figures.launched, figures.reaped) == ({"using": 1}, 3, 2)


@pytest.mark.parametrize("number", range(2))
def test_nothing_is_left_doubled_or_killed_of_others(lane: Lane, number: int) -> None:
    figures = lane.run(plan(SEED, number))
    assert figures.good, "\n".join(figures.faults)
    assert figures.launched


def test_a_launch_in_asyncio_is_left_in_order_by_sigterm(lane: Lane) -> None:
    client = ClientPlan("async_block", (2,), "aimed SIGTERM", aim=Aim("launch sent"))
    slow = FaultPlan("slow", "/launch$", seconds=0.5)
    figures = lane.run(replace(KILLED_WHILE_USING, clients=(client,), faults=(slow,)))
    assert figures.good, "\n".join(figures.faults)
    assert (figures.ends["SIGTERM"], figures.launched, figures.left_in_order) == (1, 2, 0)


@pytest.mark.parametrize(("sabotage", "figure"), [("by-state", "killed_of_others"), ("resend", "doubled")])
def test_each_figure_shows_a_product_that_is_broken(lane: Lane, sabotage: str, figure: str) -> None:
    assert getattr(lane.run(KILLED_WHILE_USING, sabotage), figure) > 0


@pytest.mark.parametrize("torn", ["", '{"at": ', '{"at": 2}'])
def test_the_line_that_a_kill_tore_is_no_note(torn: str) -> None:
    assert read_notes('{"at": 1}\n' + torn) == [{"at": 1}]


def test_a_torn_line_within_the_notes_is_an_error() -> None:
    with pytest.raises(ValueError, match="line 1"):
        read_notes('{"at": \n{"at": 2}\n')
