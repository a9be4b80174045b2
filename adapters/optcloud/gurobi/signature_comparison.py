"""What was signed here beside what the server says it signed: why a signature was refused.

Source: vendor page "REST API v1", API Errors, Invalid Signature: the message includes the StringToSign that the server
built from the request. In which form is not published, so the text is looked for wherever a reply has strings.

A password is masked by its place, not only by its value: the server may write it in any spelling, with ``&`` and
spaces in it. What comes after it is shown only where it is what was sent here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, unquote_plus

import msgspec
from attrs import field, frozen

from optcloud.core.escaping import escaped
from optcloud.core.replies import UNREADABLE, json_of
from optcloud.core.secret import MASK, Redactor, Secret
from optcloud.gurobi.models import PASSWORD
from optcloud.gurobi.signature import string_to_sign

MARK = ">>>"
"""Set into both texts where they begin to differ: inside the lines, so that it outlives logs of one line each."""
_BEFORE, _AFTER = 100, 160  # signs shown around the mark: the ids of a kill may be many
_NAMES = 5  # of parameters that nobody sent
_LONGEST = 65536  # of a text that is looked at
_TEXT = re.compile(r"(?<![a-z])(get|post|put|patch|delete|head|options)&.*", re.IGNORECASE | re.DOTALL)
_DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d(:|%3A)[\d:.%A]*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
_PASSWORD = re.compile(rf"(^|(?<=&)){PASSWORD}(=|%3D)", re.IGNORECASE)
_ON_THE_WAY = "something on the way (a proxy, a gateway) changed the request"


@frozen
class SignedText:
    """A StringToSign in its parts. The values of ``pairs`` are in the spelling of the text."""

    whole: str = field(repr=False)
    verb: str
    pairs: tuple[tuple[str, str], ...] = field(repr=False)
    date: str

    @classmethod
    def sent(cls, verb: str, encoded: str, date: str) -> SignedText:
        """Take what was signed here."""
        pairs = tuple((name, value) for name, _, value in (pair.partition("=") for pair in encoded.split("&") if pair))
        return cls(string_to_sign(verb, encoded, date), verb, pairs, date)

    @property
    def password(self) -> str | None:
        """The password as it was meant, where there is one."""
        return next((unquote(value) for name, value in self.pairs if name == PASSWORD), None)


@frozen
class SignatureComparison:
    """Both texts without secrets (``theirs`` "": not shown by the server), and why they, or the keys, may differ."""

    ours: str
    theirs: str
    cause: str

    def shown(self) -> str:
        """Say it for a person."""
        ours, theirs, cause = (escaped(text, keep="") for text in (self.ours, self.theirs, self.cause))
        if not theirs:
            return f"{cause} Signed here: {_around(ours, 0)}"
        if ours == theirs:
            return f"{cause} Signed here and there: {_around(ours, 0)}"
        at = next(
            (i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs))
        )
        here, there = _around(ours, at, MARK), _around(theirs, at, MARK)
        return f"{cause} They differ from {MARK!r} on.\n  signed here:       {here}\n  by the server:     {there}"


def compare(ours: SignedText, body: bytes, redact: Callable[[str], str]) -> SignatureComparison:
    """Compare what was signed with what the refusal tells. ``redact`` hides what is known to be secret."""
    hide = _hiding(ours, redact)
    found = _find(body, ours.date)
    if not found:
        words = "The reply does not show what the server signed. Check the secret key (IC_SECRET_KEY, "
        return SignatureComparison(hide(_masked(ours)), "", words + "gurobi.secret_key) first.")
    theirs = _read(found, ours)
    return SignatureComparison(hide(_masked(ours)), hide(_masked(theirs)), hide(_cause(ours, theirs)))


def _hiding(ours: SignedText, redact: Callable[[str], str]) -> Callable[[str], str]:
    """Return what hides the known secrets, and this request's password wherever it turns up."""
    own = Redactor([Secret(ours.password or "")])
    return lambda text: own(redact(text))


def _find(body: bytes, date: str) -> str:
    """Return the server's StringToSign out of a refusal: from its verb to its date; "" where there is none."""
    try:
        said = msgspec.json.decode(json_of(body))
    except UNREADABLE:
        said = body.decode("utf-8", errors="replace")
    found = next((match for text in _strings(said) if (match := _TEXT.search(text))), None)
    if found is None:
        return ""
    text = found[0][:_LONGEST]
    if text[len(found[1]) :].startswith("&amp;"):  # a page
        text = html.unescape(text)
    ends = [at + 1 + len(date)] if (at := text.rfind(f"&{date}")) >= 0 else []
    ends = ends or [match.end() for match in re.finditer(f"&(?:{_DATE.pattern})", text, re.IGNORECASE)]
    return text[: ends[-1]] if ends else text.rstrip().rstrip("\"'`.)]}>")


def _strings(said: Any) -> Iterator[str]:
    match said:
        case str():
            yield said
        case dict():
            for value in said.values():
                yield from _strings(value)
        case list():
            for value in said:
                yield from _strings(value)


def _read(text: str, ours: SignedText) -> SignedText:
    """Take a text of the server's apart."""
    verb, _, rest = text.partition("&")
    before, joint, date = rest.rpartition("&")
    if date != ours.date and not _DATE.fullmatch(date):
        before, joint, date = rest, "", ""
    if not joint and date:
        return SignedText(text, verb, (), date)
    named = _PASSWORD.search(before)
    pairs = [_pair(piece) for piece in (before[: named.start()] if named else before).split("&") if piece]
    after: list[tuple[str, str]] = []
    if named:
        value, after = _password_end(before[named.end() :], pairs, ours)
        pairs.append((PASSWORD, value))
    elif ours.password is not None:  # it may be here in another guise
        pairs = [pair if _is_own(pair, [], ours) else (MASK, "") for pair in pairs]
    return SignedText(text, verb, (*pairs, *after), date)


def _password_end(rest: str, seen: list[tuple[str, str]], ours: SignedText) -> tuple[str, list[tuple[str, str]]]:
    """Take the password's value from what follows its name, which may hold "&" in it.

    It ends where it is the one that was sent; one that came out otherwise, where nothing but pairs of ours follows.
    """
    pieces = rest.split("&")
    sent = dict(ours.pairs).get(PASSWORD, "")
    for end in range(1, unquote(sent).count("&") + 2):
        if _same(sent, value := "&".join(pieces[:end])):
            return value, [_pair(piece) for piece in pieces[end:] if piece]
    after: list[tuple[str, str]] = []
    while len(pieces) > 1 and _is_own(_pair(pieces[-1]), [*seen, *after], ours):
        after.insert(0, _pair(pieces.pop()))
    return "&".join(pieces), after


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _is_own(pair: tuple[str, str], seen: list[tuple[str, str]], ours: SignedText) -> bool:
    name, value = pair
    sent = dict(ours.pairs).get(name)
    return sent is not None and name not in {known for known, _ in seen} and _same(sent, value)


def _same(sent: str, theirs: str) -> bool:
    """Say whether a value is what was sent, in whatever spelling: raw, ``%20`` or ``+``, hex of either case."""
    return unquote(sent) in {theirs, unquote(theirs), unquote_plus(theirs)}


def _masked(text: SignedText) -> str:
    """Write a text without its password."""
    written = [name if name == MASK else f"{name}={MASK if name == PASSWORD else value}" for name, value in text.pairs]
    return "&".join(part for part in (text.verb, *written, text.date) if part)


def _cause(ours: SignedText, theirs: SignedText) -> str:
    """Return the likely cause, in a sentence."""
    if ours.whole == theirs.whole:
        return (
            "The server signed the same text, so with another secret key. Check ours (IC_SECRET_KEY, "
            "gurobi.secret_key): nothing of it left out, and of the same account as the access id."
        )
    causes = [*_head_causes(ours, theirs), *_pair_causes(ours, theirs)] or ["the texts are joined in another way"]
    return f"The server signed another text: {'; '.join(causes)}. Either {_ON_THE_WAY}, or the server reads it so."


def _head_causes(ours: SignedText, theirs: SignedText) -> Iterator[str]:
    if theirs.verb != ours.verb:
        yield f"the verb is {theirs.verb}, not {ours.verb}"
    if theirs.date != ours.date:
        yield f"the date is {theirs.date or 'missing'}, not {ours.date}"


def _pair_causes(ours: SignedText, theirs: SignedText) -> Iterator[str]:
    lost, added, matched = list(ours.pairs), list(theirs.pairs), []
    for pair in ours.pairs:
        for other in added:
            if other[0] == pair[0] and _same(pair[1], other[1]):
                matched.append((pair, other))
                lost.remove(pair)
                added.remove(other)
                break
    changed = [name for name, _ in lost if name in dict(added)]
    recoded = [mine[0] for mine, other in matched if mine != other]
    if recoded:
        yield f"the value of {', '.join(recoded)} is encoded in another way"
    if not lost and not added and [pair[0] for pair in ours.pairs] != [pair[0] for pair in theirs.pairs]:
        yield "the parameters are in another order"
    if changed:
        yield f"the value of {', '.join(changed)} was changed"
    if PASSWORD in changed and "&" in dict(added)[PASSWORD]:
        yield "what comes after it cannot be told from it, so it is masked too"
        return
    if missing := [name for name, _ in lost if name not in changed]:
        yield f"{', '.join(missing)} is missing"
    if more := ["something" if name == MASK else name for name, _ in added if name not in changed]:
        yield f"{', '.join(more[:_NAMES])}{' …' if len(more) > _NAMES else ''} was added"


def _around(text: str, at: int, mark: str = "") -> str:
    """Cut a text to what surrounds a place, and mark that."""
    start, end = max(0, at - _BEFORE), at + _AFTER
    before, after = ("…" if start else "") + text[start:at], text[at:end] + ("…" if end < len(text) else "")
    return before + mark + after
