"""What a check found in a value before it was sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

_MOST_LINES = 20


@frozen
class InputFinding:
    """One thing: where (``tasks[17].duration``, "" for the whole), what is the matter, and what to do about it."""

    path: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{where}{self.what}{f'; {self.hint}' if self.hint else ''}"


def listed(findings: Sequence[InputFinding]) -> str:
    """Return one finding in a line, or several in lines of their own, at most 20 of them."""
    if len(findings) == 1:
        return str(findings[0])
    more = [f"… and {len(findings) - _MOST_LINES:,} more"] if len(findings) > _MOST_LINES else []
    lines = [*(str(finding) for finding in findings[:_MOST_LINES]), *more]
    return "".join(f"\n  {line}" for line in lines)


def path_text(steps: Iterable[str | int]) -> str:
    """Write steps into JSON as a path: ``tasks[17].duration``; names that are no words are quoted."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.isidentifier():
            text += f".{step}" if text else step
        else:
            text += f"[{step!r}]"
    return text
