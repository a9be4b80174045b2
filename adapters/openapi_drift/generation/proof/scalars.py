"""Texts and numbers that a schema's limits, formats and patterns allow."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

from openapi_drift.generation.proof.flattening import UnbuildableError

_FORMATS = {
    "date-time": ("2026-01-02T03:04:05Z", "2031-12-31T23:59:59.250000+02:00"),
    "date": ("2026-01-02", "2031-12-31"),
    "time": ("03:04:05Z", "23:59:59Z"),
    "duration": ("PT90S", "P1DT1S"),
    "uuid": ("6f1c2d3e-4a5b-4c6d-8e7f-001122334455", "0b9f8a7c-1111-4222-8333-abcdefabcdef"),
    "email": ("person@example.org", "other@example.org"),
    "idn-email": ("person@example.org",),
    "uri": ("https://example.org/a?b=c", "https://example.org/"),
    "url": ("https://example.org/a", "https://example.org/"),
    "uri-reference": ("/a/b", "https://example.org/"),
    "hostname": ("example.org", "a.example.org"),
    "ipv4": ("192.0.2.1", "198.51.100.7"),
    "ipv6": ("2001:db8::1", "2001:db8::2"),
    "byte": ("Ynl0ZXM=", "AP8="),
    "decimal": ("1.50", "2"),
}
_TEXTS = ("text", "Grüße & mehr", 'a "quoted" \\ text', "two\nlines {x}")
_PLAIN = ("text", "a b", "x/y?z=1&u")


def text(schema: dict[str, Any], turn: int, *, plain: bool) -> str:
    """Return a text that the schema allows, another one at each turn where there are several."""
    least, most = schema.get("minLength", 0), schema.get("maxLength", 10_000)
    if isinstance(schema.get("pattern"), str):
        return _matching(schema["pattern"], least, most)
    words = _FORMATS.get(schema.get("format", ""), _PLAIN if plain else _TEXTS)
    word = words[turn % len(words)]
    if len(word) < least:
        word += "x" * (least - len(word))
    return word[:most]


def number(schema: dict[str, Any], turn: int, *, whole: bool) -> int | float:
    """Return a number that the schema allows, another one at each turn where there are several."""
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    step = schema.get("multipleOf") or (1 if whole else 0.25)
    if "exclusiveMinimum" in schema:
        low = max(low, schema["exclusiveMinimum"] + step)
    if "exclusiveMaximum" in schema:
        high = min(high, schema["exclusiveMaximum"] - step)
    start = low if low > -math.inf else min(high, 0)
    found = math.ceil(start / step) * step + turn * step
    if found > high:
        found = math.floor(high / step) * step
    if not low <= found <= high:
        middle = (low + high) / 2
        if whole or not low <= middle <= high:
            raise UnbuildableError("no number is allowed")
        found = middle
    return int(found) if whole or found == int(found) else found


def read_as(written: Any, types: list[str]) -> list[Any]:
    """Return what a text means where a schema wants no text: documents quote the defaults of numbers and booleans."""
    if not isinstance(written, str) or "string" in types:
        return []
    if "boolean" in types:
        return [written.lower() == "true"] if written.lower() in ("true", "false") else []
    try:
        return [int(written) if "integer" in types else float(written)]
    except ValueError:
        return []


@cache
def _matching(pattern: str, least: int, most: int) -> str:
    from random import Random  # noqa: PLC0415  only beside hypothesis

    from hypothesis import HealthCheck, Phase, errors, find, settings  # noqa: PLC0415  needs the extra codegen
    from hypothesis.strategies import from_regex  # noqa: PLC0415

    quiet = settings(
        database=None,
        deadline=None,
        max_examples=200,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    texts = from_regex(re.compile(pattern), fullmatch=True)
    try:
        return find(
            texts,
            lambda found: least <= len(found) <= most and found.isprintable(),
            settings=quiet,
            random=Random(0),  # noqa: S311  # nosec B311
        )
    except (errors.NoSuchExample, errors.Unsatisfiable) as error:
        raise UnbuildableError(f"no text was found for the pattern {pattern!r}") from error
