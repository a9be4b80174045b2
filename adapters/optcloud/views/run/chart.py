"""What a picture of a run shows, before it is drawn: layers over time, how long things took, what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field, frozen


@frozen
class RunLayer:
    """A state: how many were in it at each moment of the chart (from the first on), and how many are now."""

    name: str
    colour: str
    passing: bool
    """Whether it is one that lasts while something is done: these are drawn alone, too."""
    counts: Sequence[int] = field(repr=False)

    @property
    def now(self) -> int:
        """How many are in it at the end."""
        return self.counts[-1] if self.counts else 0


@frozen
class RunTimes:
    """How long things took, in seconds: how many between each two edges, and what to say about all of them."""

    title: str
    edges: Sequence[float] = field(repr=False)
    counts: Sequence[int] = field(repr=False)
    remark: str = ""


@frozen
class RunFailure:
    """What went wrong with several in the same way."""

    state: str
    message: str
    count: int
    example: str
    varied: bool = False
    """The messages are not quite the same; this is the first."""


@frozen
class RunChart:
    """The whole picture. ``moments``: seconds since the epoch; the layers are stacked in their order, first below."""

    title: str
    remarks: Sequence[str]
    moments: Sequence[float] = field(repr=False)
    layers: Sequence[RunLayer] = field(repr=False)
    passing: str
    """The heading of the passing ones."""
    times: RunTimes | None
    failures: Sequence[RunFailure] = field(repr=False)
    other_failures: int = 0
    """How many went wrong in other ways than those listed."""
