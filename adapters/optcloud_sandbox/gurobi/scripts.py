"""What a test has in store for the next launches: states out of the ordinary, machines that are listed late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from optcloud_sandbox.gurobi.constants import GONE


@dataclass(frozen=True)
class Step:
    """One state of a scripted machine: any word, or "gone" (it vanishes from the list without a word).

    It lasts `seconds` of the sandbox's clock, or is seen by so many `reads` of the list; with neither it lasts.
    """

    state: str
    seconds: float | None = None
    reads: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.state, str) or not self.state:
            raise ValueError(f"a step's state must be a word, got {self.state!r}")
        if self.seconds is not None and self.reads is not None:
            raise ValueError(f"step {self.state!r} ends after seconds or after reads, not both")
        if self.seconds is not None and not self.seconds >= 0:
            raise ValueError(f"step {self.state!r}: seconds must be 0 or more, got {self.seconds!r}")
        if self.reads is not None and not self.reads >= 1:
            raise ValueError(f"step {self.state!r}: reads must be 1 or more, got {self.reads!r}")

    def over(self, polls: int, elapsed: float) -> bool:
        if self.seconds is not None:
            return elapsed >= self.seconds
        return self.reads is not None and polls > self.reads

    @property
    def lasts(self) -> bool:
        return self.seconds is None and self.reads is None


Steps = tuple[Step, ...]
StepLike = Step | str | Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True)
class LaunchScript:
    """How the next `times` launches go (None: all from now on).

    `machines`: the steps of each machine in order, None for one that goes by the pace; `others`: of those beyond. The
    reply of the launch says "launching" all the same. After a last step that ends, the machine is idle.
    `unlisted_reads`, `unlisted_seconds`: the launch is carried out and answered, but its machines are missing from so
    many reads of the list, and for so many seconds of the sandbox's clock.
    """

    machines: tuple[Steps | None, ...] = ()
    others: Steps | None = None
    unlisted_reads: int = 0
    unlisted_seconds: float = 0.0
    times: int | None = 1

    def __post_init__(self) -> None:
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be 1 or more, or None for every launch, got {self.times!r}")
        if not (self.unlisted_reads >= 0 and self.unlisted_seconds >= 0):
            raise ValueError("unlisted_reads and unlisted_seconds must be 0 or more")

    @classmethod
    def of(
        cls,
        machines: Sequence[Sequence[StepLike] | None] = (),
        others: Sequence[StepLike] | None = None,
        **choices: Any,
    ) -> "LaunchScript":
        """From Python or the control plane's JSON: a step is "word", ["word", seconds] or {"state": …, "reads": …}."""
        unknown = set(choices) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"a launch script has no field {', '.join(sorted(unknown))}")
        return cls(tuple(_steps(steps_like) for steps_like in machines), _steps(others), **choices)

    def steps(self, index: int) -> Steps | None:
        return self.machines[index] if index < len(self.machines) else self.others


def _steps(steps_like: Sequence[StepLike] | None) -> Steps | None:
    if steps_like is None:
        return None
    if isinstance(steps_like, str) or not steps_like:
        raise ValueError(f"the steps of a machine must be a list with at least one step, got {steps_like!r}")
    steps = tuple(_step(step) for step in steps_like)
    if any(step.lasts or step.state == GONE for step in steps[:-1]):
        raise ValueError(f"only the last step may last or be {GONE!r}: {[step.state for step in steps]}")
    return steps


def _step(steps_like: StepLike) -> Step:
    if isinstance(steps_like, Step):
        return steps_like
    if isinstance(steps_like, str):
        return Step(steps_like)
    return Step(**steps_like) if isinstance(steps_like, Mapping) else Step(*steps_like)
