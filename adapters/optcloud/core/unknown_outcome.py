"""Changes whose outcome is unknown. Nothing is sent twice on its own, so the error says how to look."""

from __future__ import annotations

from optcloud.core.errors import ApiError, OptCloudError, ReplyError, ResponseMismatch, TransportError
from optcloud.core.flow import Call, Flow, Reply

MAY_BE_DONE = "it may have been done all the same: look before it is asked for again"
"""Noted of each change that ends so, unless something closer is known."""


def may_have_happened(error: OptCloudError) -> bool:
    """Say whether the vendor may have acted on the request that ended so: nothing proves that it did not."""
    if isinstance(error, TransportError):
        return error.sent == "unknown"
    return not error.refused if isinstance(error, ApiError) else isinstance(error, ResponseMismatch)


def looked_up(call: Call, note: str) -> Flow[Reply]:
    """Make a call that changes something; ``note`` goes along with an error after which it may have happened."""
    try:
        reply: Reply = yield call
    except OptCloudError as error:
        tell_how_to_look(error, note)
        raise
    return reply


def tell_how_to_look(error: OptCloudError, note: str) -> None:
    """Note how to look, in place of what is noted of any change, on an error after which it may have happened."""
    if may_have_happened(error):
        note_instead(error, note)


def note_instead(error: OptCloudError, *notes: str) -> None:
    """Note something closer in place of what is noted of any change."""
    others = [note for note in getattr(error, "__notes__", []) if note != MAY_BE_DONE]
    error.__notes__ = [*others, *notes]


def add_words(error: OptCloudError, words: str) -> None:
    """Say it in the error's own text, where money is at stake."""
    if isinstance(error, ReplyError):
        error.say_more(words)
    else:
        error.args = (f"{error}; {words}",)
    note_instead(error)
