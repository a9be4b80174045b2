"""Verbs on faults: what a person gets when the wire or the vendor fails, and what the vendor was made to do.

A verb is called on a fresh sandbox, undisturbed for what is right, then once for each fault. It must end with what is
right or with a named error; no write may have been sent twice; and a job that came to be must be at hand, or the
error must say that its fate is unknown. What happened is kept in a table, which the run prints at its end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import field, frozen

from optcloud import OptCloudError, RateLimited, ResponseMismatch, TransportError
from optcloud.sandbox import AtOnce, Fault, Pace, Sandbox

READS = {"GET", "HEAD"}
OUTCOME = "verb on a fault"  # the property of a test that the table is made of

FAULTS: Mapping[str, Mapping[str, Any]] = {
    "drop before": {"kind": "drop-before"},
    "drop after": {"kind": "drop-after"},
    "429": {"kind": "status", "status": 429, "retry_after": 0},
    "500": {"kind": "status", "status": 500},
    "503": {"kind": "status", "status": 503, "retry_after": 0},
    "503, carried out": {"kind": "status", "status": 503, "carried_out": True},
    "HTML 200": {"kind": "html", "status": 200, "carried_out": True},
    "HTML 502": {"kind": "html", "status": 502},
    "cut": {"kind": "cut"},
    "slow": {"kind": "slow"},
    "other content type": {"kind": "content-type", "content_type": "text/html"},
    "wrong type": {"kind": "wrong-type"},
}

# Once by each fault; as long as they last, those that show what is given up, when, and with which error.
TIMES = [(fault, 1) for fault in FAULTS] + [(fault, None) for fault in ("drop after", "500", "429", "cut")]


def attached(cloud: Any, prepared: Any) -> Any:
    """Take up a job, or each of several, with this facade; anything else is the same for all."""
    if isinstance(prepared, list):
        return [attached(cloud, one) for one in prepared]
    return cloud.attach(prepared.ref) if hasattr(prepared, "ref") else prepared


@frozen
class Verb:
    """One verb of the facade, as a call on a facade.

    ``prepare`` makes what the call needs, undisturbed, at the ``pace`` given; the call is given its value too, and
    ``again`` takes it up with another facade. ``seen`` is what is compared with the undisturbed run. ``method`` and
    ``path`` restrict the faults to some of the requests. ``creates``: a call that makes a job, whose reference must
    not be lost. ``idempotent``: the vendor takes the same request twice for one, so that it may be sent again.
    """

    name: str
    call: Callable[[Any, Any], Any]
    prepare: Callable[[Any], Any] = lambda _cloud: None
    again: Callable[[Any, Any], Any] = attached
    seen: Callable[[Any], Any] = lambda value: value
    pace: Pace = AtOnce()  # noqa: RUF009 - a value
    method: str | None = None
    path: str | None = None
    creates: bool = False
    idempotent: bool = False


@frozen
class Two:
    """One form of the facade twice: ``impatient`` is for replies that never come."""

    patient: Any
    impatient: Any
    form: str


@frozen
class Ending:
    """How a call ended: with a value, or with an error; and the writes that reached the vendor."""

    value: Any = None
    error: Exception | None = None
    writes: Mapping[tuple[str, str], int] = field(factory=dict)


def undisturbed(verb: Verb, cloud: Any, sandbox: Sandbox) -> Any:
    """Return what is right."""
    return verb.seen(verb.call(cloud, _prepared(verb, cloud, sandbox)))


def disturbed(verb: Verb, two: Two, sandbox: Sandbox, vendor: Any, fault: str, times: int | None) -> Ending:
    """Call the verb on a fresh sandbox while the fault lasts."""
    prepared = _prepared(verb, two.patient, sandbox)
    begun = len(sandbox.journal())
    sandbox.faults.add(Fault(**FAULTS[fault], vendor=vendor, method=verb.method, path=verb.path, times=times))
    cloud = two.patient
    if fault == "slow":
        cloud = two.impatient
        prepared = verb.again(cloud, prepared)
    value, error = None, None
    try:
        value = verb.seen(verb.call(cloud, prepared))
    except Exception as raised:  # noqa: BLE001 - judged below: only named errors are right
        error = raised
    finally:
        sandbox.faults.clear()
        sandbox.faults.release()
    asked = [entry for entry in sandbox.journal()[begun:] if entry.vendor == vendor and entry.method not in READS]
    return Ending(value, error, Counter((entry.method, entry.path) for entry in asked))


def _prepared(verb: Verb, cloud: Any, sandbox: Sandbox) -> Any:
    sandbox.reset()
    sandbox.pace = verb.pace
    return verb.prepare(cloud)


def judge(verb: Verb, ending: Ending, right: Any) -> str:
    """Return the word for the table; AssertionError when the ending breaks a promise."""
    doubled = {request: count for request, count in ending.writes.items() if count > 1}
    assert verb.idempotent or not doubled, f"{verb.name}: sent again: {doubled}"
    if ending.error is None:
        assert ending.value == right, f"{verb.name}: {ending.value!r} is not {right!r}"
        return "right"
    if not isinstance(ending.error, OptCloudError) or type(ending.error) is OptCloudError:
        raise AssertionError(f"{verb.name}: a bare {type(ending.error).__name__}") from ending.error
    assert str(ending.error).strip()
    nothing_done = isinstance(ending.error, RateLimited) or getattr(ending.error, "sent", "") == "no"
    if verb.creates and not nothing_done:
        notes = " ".join(getattr(ending.error, "__notes__", []))
        assert "may have been" in notes, f"{verb.name}: {ending.error!r} does not say how to look for what may exist"
    return word(ending.error)


def word(error: OptCloudError) -> str:
    """The error as the table shows it."""
    sent = f" ({error.sent})" if isinstance(error, TransportError) else ""
    status = f" {error.status}" if isinstance(error, ResponseMismatch) and error.status else ""
    return type(error).__name__ + sent + status


class Table:
    """What each verb came to on each fault: ``once``, and, where it is another word, as long as it lasts."""

    def __init__(self, outcomes: Iterable[Mapping[str, str]]) -> None:
        self._rows: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for outcome in outcomes:
            words = self._rows[outcome["verb"]][outcome["fault"]]
            if outcome["word"] not in words:  # both forms of the facade came to the same
                words.append(outcome["word"])

    def lines(self) -> list[str]:
        """A row a verb, a column a fault."""
        faults = [fault for fault in FAULTS if any(fault in row for row in self._rows.values())]
        rows = [["", *faults]]
        rows += [[verb, *(" | ".join(row[fault]) for fault in faults)] for verb, row in self._rows.items()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
