"""What tools that print the local variables of frames would show of an error."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType

from rich.pretty import pretty_repr
from rich.traceback import Traceback

TESTS = str(Path(__file__).parents[1])


def _is_of_tests(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(TESTS)


def errors_of(error: BaseException | None, seen: set[int] | None = None) -> Iterator[BaseException]:
    """The error and all that it came of, suppressed or not."""
    seen = set() if seen is None else seen
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield error
    for other in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
        yield from errors_of(other, seen)


def frames_of(error: BaseException) -> Iterator[FrameType]:
    """The frames of all of them, but for those of tests, which have the secrets."""
    for one in errors_of(error):
        for frame, _line in traceback.walk_tb(one.__traceback__):
            if not _is_of_tests(frame):
                yield frame


def shown_by(error: BaseException) -> Iterator[tuple[str, str]]:
    """Each place and what is shown there: the message, the variables of each frame, what rich prints."""
    for one in errors_of(error):
        yield type(one).__name__, f"{one} {one!r} {one.args}"
    for frame in frames_of(error):
        place = f"{frame.f_code.co_filename.rpartition('site-packages')[2]}:{frame.f_code.co_qualname}"
        for name, value in frame.f_locals.items():
            with suppress(AttributeError):  # an object that is half made
                yield f"{place} {name}", repr(value)
                yield f"{place} {name} (rich)", pretty_repr(value)
    own = error.__traceback__
    while own is not None and _is_of_tests(own.tb_frame):
        own = own.tb_next
    # What rich would print, without its colouring of each file, which takes most of the time.
    trace = Traceback.extract(type(error), error, own, show_locals=True, locals_max_string=None)
    for stack in trace.stacks:
        yield "rich", f"{stack.exc_type}: {stack.exc_value}"
        for shown in stack.frames:
            for name, node in (shown.locals or {}).items():
                yield f"rich {shown.name} {name}", node.render(max_width=300)


def leaks(error: BaseException, secrets: tuple[str, ...]) -> list[str]:
    """The places that show one of the secrets."""
    return [place for place, text in shown_by(error) if any(secret in text for secret in secrets)]
