"""Errors that survive pickle, copy and deepcopy: how they come whole out of another process.

As it is, Python pickles an error as "call its class with its words", which fails for most classes that take more, and
drops what the error came of. A process pool then loses the error, or breaks, or waits for ever.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any, Self, TypeAlias

_MOST = 100  # errors of one chain; where they come of each other in a loop, it has no end
_PLAIN = (str, bytes, int, float, bool, type(None))
_Content: TypeAlias = tuple[Any, ...]
_Entry: TypeAlias = tuple[_Content, int | None, int | None, bool]


class StandIn(Exception):  # noqa: N818 - it is no error of its own
    """Stands for an error or a value that cannot leave its process: its class and its words."""


class PortableError(Exception):
    """Base of errors that cross process borders with words, fields, notes, cause and context.

    Errors of other libraries among their causes keep class, words and notes, and nothing else: other attributes may
    hold requests, and so keys. One that cannot be pickled even so is replaced by a `StandIn`, and so is a field.
    Tracebacks stay behind. A copy has the very cause of the original, and its traceback.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        return _blank, (type(self),), {"chain": _chain_of(self)}

    def __setstate__(self, state: dict[str, Any] | None) -> None:
        if state:
            _restore(self, state["chain"])

    def __copy__(self) -> Self:
        return self._twin(self.args, vars(self))

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        memo[id(self)] = twin = self._twin((), {})
        twin.args = tuple(_deep(argument, memo) for argument in self.args)
        vars(twin).update({name: _deep(value, memo) for name, value in vars(self).items()})
        return twin

    def _twin(self, args: tuple[Any, ...], fields: dict[str, Any]) -> Self:
        twin: Self = _blank(type(self))
        twin.args = args
        vars(twin).update(fields)
        twin.__cause__, twin.__context__ = self.__cause__, self.__context__
        twin.__suppress_context__ = self.__suppress_context__
        return twin.with_traceback(self.__traceback__)


def _blank(kind: Any) -> Any:
    """Return an error without calling its ``__init__``: what that needs is not known here."""
    return kind.__new__(kind)


def _deep(value: Any, memo: dict[int, Any]) -> Any:
    try:
        return copy.deepcopy(value, memo)
    except Exception:  # noqa: BLE001 - whatever a field's class raises: it is shared then
        return value


# ---------------------------------------------------------------- what an error came of, as a flat list


def _chain_of(error: BaseException) -> list[_Entry]:
    """Return the error and all that it came of, each with the places of its cause and its context in the list."""
    errors = [error]
    places: dict[int | None, int] = {id(error): 0}
    for link in errors:  # it grows meanwhile
        for origin in (link.__cause__, link.__context__):
            if origin is not None and id(origin) not in places and len(errors) < _MOST:
                places[id(origin)] = len(errors)
                errors.append(origin)
    return [
        (_content(link), places.get(id(link.__cause__)), places.get(id(link.__context__)), link.__suppress_context__)
        for link in errors
    ]


def _restore(error: BaseException, chain: Iterable[_Entry]) -> None:
    entries = list(chain)
    errors = [error, *(_made(content) for content, *_links in entries[1:])]
    _fill(error, *entries[0][0][1:])
    for link, (_, cause, context, suppressed) in zip(errors, entries, strict=True):
        link.__cause__ = None if cause is None else errors[cause]
        link.__context__ = None if context is None else errors[context]
        link.__suppress_context__ = suppressed


def _content(error: BaseException) -> _Content:
    if isinstance(error, PortableError):
        fields = {name: _portable(value) for name, value in vars(error).items()}
        return type(error), tuple(_portable(argument) for argument in error.args), fields
    return _pickled(error), _words(error)


def _made(content: _Content) -> BaseException:
    if len(content) == 2:
        return _unpickled(*content)
    kind, args, fields = content
    error: BaseException = _blank(kind)
    _fill(error, args, fields)
    return error


def _fill(error: BaseException, args: tuple[Any, ...], fields: dict[str, Any]) -> None:
    error.args = args
    vars(error).update(fields)


def _pickled(error: BaseException) -> bytes | None:
    """Pickle an error of another library: how it is made, and its notes."""
    import pickle  # noqa: PLC0415 - not needed at start-up; reads only what was made here  # nosec B403

    try:
        reduced: Any = error.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
        make, arguments, *_attributes = reduced
        return pickle.dumps((make, arguments, getattr(error, "__notes__", [])))
    except Exception:  # noqa: BLE001 - whatever its own pickling raises: it is stood in for
        return None


def _unpickled(pickled: bytes | None, words: str) -> BaseException:
    import pickle  # noqa: PLC0415 - as above  # nosec B403

    try:
        make, arguments, notes = pickle.loads(pickled or b"")  # noqa: S301 - made by `_pickled`, in the same pickle  # nosec B301
        error = make(*arguments)
        for note in notes:
            error.add_note(note)
    except Exception:  # noqa: BLE001 - its class is not here, or asks for more than its words
        return StandIn(words)
    return error if isinstance(error, BaseException) else StandIn(words)


def _portable(value: Any) -> Any:
    """Return the value, or what stands for it where it does not survive."""
    if type(value) in _PLAIN or isinstance(value, PortableError):
        return value
    import pickle  # noqa: PLC0415 - as above  # nosec B403

    try:
        pickle.loads(pickle.dumps(value))  # noqa: S301 - just made  # nosec B301
    except Exception:  # noqa: BLE001 - whatever its class raises
        return StandIn(f"a {type(value).__module__}.{type(value).__qualname__}, which cannot leave its process")
    return value


def _words(error: BaseException) -> str:
    """Return class and words, as the last line of a traceback has them."""
    import traceback  # noqa: PLC0415

    return "".join(traceback.format_exception_only(error)).rstrip("\n")
