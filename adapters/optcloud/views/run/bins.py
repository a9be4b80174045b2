"""Numbers gathered over time, or over any other measure, in as much memory for a million as for a thousand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

_MOST = 4096
_FINEST = 1 / 64


class Bins:
    """Sums of some kinds by value; where they are many, the bins become wider, and the sums stay."""

    def __init__(self, kinds: int) -> None:
        self._kinds = kinds
        self._width = _FINEST
        self._sums: dict[int, list[int]] = {}

    def add(self, at: float, kind: int, number: int = 1) -> None:
        """Count a number of a kind at a value."""
        self._at(int(at // self._width))[kind] += number
        while len(self._sums) > _MOST:
            before, self._sums = self._sums, {}
            self._width *= 2
            for index, sums in before.items():
                wider = self._at(index // 2)
                for one, summed in enumerate(sums):
                    wider[one] += summed

    def _at(self, index: int) -> list[int]:
        return self._sums.setdefault(index, [0] * self._kinds)

    def __iter__(self) -> Iterator[tuple[float, list[int]]]:
        """Iterate over the middles of the bins, in order, and their sums."""
        return (((index + 0.5) * self._width, self._sums[index]) for index in sorted(self._sums))

    def standing(self, moments: Sequence[float]) -> list[list[int]]:
        """Return, for each moment, the sums of all that is below it or in its bin; for the last one, of all."""
        bins = iter([*((at - self._width / 2, sums) for at, sums in self), (float("inf"), [])])
        at, sums = next(bins)
        standing, found = [0] * self._kinds, []
        for moment in [*moments[:-1], float("inf")]:
            while at <= moment and sums:
                standing = [one + more for one, more in zip(standing, sums, strict=True)]
                at, sums = next(bins)
            found.append(standing)
        return found

    def between(self, edges: Sequence[float]) -> list[int]:
        """Return the sums of all kinds between each two edges."""
        found = [0] * (len(edges) - 1)
        spans = list(enumerate(pairwise(edges)))
        for at, sums in self:
            for index, (begin, end) in spans:
                if begin <= at < end:
                    found[index] += sum(sums)
        return found

    def quantile(self, share: float) -> float:
        """Return the value that this share of all is below, about; 0 where there is nothing."""
        wanted, seen = share * sum(sum(sums) for sums in self._sums.values()), 0
        for at, sums in self:
            seen += sum(sums)
            if seen >= wanted:
                return at
        return 0.0
