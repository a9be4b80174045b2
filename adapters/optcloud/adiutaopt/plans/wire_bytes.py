"""A problem that is given as the bytes that go over the wire, so that every machine sends the same.

`optcloud.adiutaopt.plans.encoding` chooses a coding by what is installed; two machines, or one after an upgrade, may
compress the same document to other bytes, and how the vendor judges identity is not published (adiutaOpt facts F004).
Here nothing is chosen and nothing is compressed: JSON below 6 MB goes as it is, a larger problem has been compressed
before, by whoever gave it. The first bytes tell which.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from optcloud.adiutaopt.planners import PlannerDescription
from optcloud.adiutaopt.plans.encoding import (
    COMPRESSED_LIMIT,
    DEFLATE,
    GZIP,
    LARGEST_SOLUTION,
    PLAIN,
    PLAIN_LIMIT,
    VENDOR,
    EncodedProblem,
)
from optcloud.adiutaopt.problem.check import ProblemReport, check_document
from optcloud.adiutaopt.problem.schema import problem_node
from optcloud.core.content_codings import BadCoding, CutShort, TooMuch, undone
from optcloud.core.errors import PayloadTooLarge
from optcloud.core.findings import InputFinding
from optcloud.core.flow import Flow, RunBlocking

AT_ONCE = 100_000  # bytes: checking so much takes no longer than handing it to a thread does
_CODINGS = {GZIP: "gzip", DEFLATE: "deflate"}


def media_type_of(content: bytes) -> str:
    """Tell by the first bytes how a problem is coded: gzip (RFC 1952), zlib (RFC 1950), else plain.

    JSON begins with none of them. Brotli has no sign of its own, so it is taken for plain, and refused as no JSON.
    """
    if content[:2] == b"\x1f\x8b":
        return GZIP
    framed = len(content) > 1 and content[0] == 0x78 and (content[0] << 8 | content[1]) % 31 == 0
    return DEFLATE if framed else PLAIN


def ready_for_the_wire(content: bytes, planner: PlannerDescription[Any]) -> Flow[EncodedProblem]:
    """Check a problem, its coding undone, and return the very bytes that were given, with their media type.

    Raises `UnprocessablePlan` with all ``faults``, `PayloadTooLarge`.
    """
    check = partial(_check, content, planner)
    report: ProblemReport = check() if len(content) < AT_ONCE else (yield RunBlocking(check))
    report.raise_for_faults()
    return EncodedProblem(content, media_type_of(content))


def _check(content: bytes, planner: PlannerDescription[Any]) -> ProblemReport:
    media_type = media_type_of(content)
    if media_type == PLAIN:
        if len(content) >= PLAIN_LIMIT:
            raise PayloadTooLarge(
                f"the problem has {len(content):,} bytes, and {VENDOR} takes less than {PLAIN_LIMIT:,} uncompressed: "
                "compress it once, before it is added (gzip problem.json), so that every machine sends the same bytes",
                vendor=VENDOR,
            )
        return check_document(content, problem_node(planner))
    if len(content) > COMPRESSED_LIMIT:
        raise PayloadTooLarge(
            f"the problem has {len(content):,} bytes, compressed, and {VENDOR} takes {COMPRESSED_LIMIT:,}: split it, "
            "or leave out what the planner does not need",
            vendor=VENDOR,
        )
    try:
        document = undone(content, _CODINGS[media_type], LARGEST_SOLUTION)
    except CutShort:
        return _unreadable(media_type, "it ends early")
    except TooMuch:
        return _unreadable(media_type, f"more than {LARGEST_SOLUTION:,} bytes come of it")
    except BadCoding as error:
        return _unreadable(media_type, str(error))
    return check_document(document, problem_node(planner))


def _unreadable(media_type: str, words: str) -> ProblemReport:
    return ProblemReport((InputFinding("", f"is not {_CODINGS[media_type]}, as its first bytes say: {words}"),))
