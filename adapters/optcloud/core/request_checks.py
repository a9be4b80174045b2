"""What can be sent: names that stand in paths, methods, headers, texts. Everything else is refused before it is sent.

A name is quoted before it becomes a segment of a path, but ``.`` and ``..`` have no quoted form: whoever reads the path
takes them for steps, and the request addresses something else. So each path is compared with the template of its
operation (``/tasks/{id}``, in the request's extension ``operation``), before httpx has resolved any steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any
from urllib.parse import unquote

import msgspec

from optcloud.core.errors import BadRequest
from optcloud.core.escaping import shown
from optcloud.core.findings import InputFinding
from optcloud.core.replies import UNREADABLE

HOLDS_A_PATH = "path"  # a parameter of this name has slashes of its own (secret-manager, whose topmost is "/")
_LONGEST_NAME = 16_384  # bytes; percent-encoded, three times as many, an address still holds them
_MOST_DECODERS = 8  # that stand one behind the other, each of which undoes one percent-encoding
_NO_NAME = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FAULTY_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_PARAMETER = re.compile("{(.*?)}")
STEPS = frozenset({".", ".."})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER = re.compile(r"(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?")
HALF_A_PAIR = (
    "half of a surrogate pair, which cannot be sent; it comes from bytes that were read in another encoding, or from a "
    "JSON text that was cut"
)
_PARTS = {
    "params": "query parameter",
    "headers": "header",
    "cookies": "cookie",
    "data": "form field",
    "files": "form field",
    "json": "body",
    "content": "body",
}


def check_name(parameter: str, value: str, *, vendor: str = "", operation: str = "") -> None:
    """Raise `BadRequest` for a value that, as a segment of a path, could address something else than it names.

    That is an empty one, and one with a step in it (``.``, ``..``) as a server or a proxy may read it: percent-encoded
    once more, beside a slash, a backslash or a semicolon. Control characters and halves of surrogate pairs are in no
    name.
    """
    fault = _fault(parameter, value)
    if fault:
        raise BadRequest(f"{parameter}: {shown(value)} {fault}", vendor=vendor, operation=operation)


def _fault(parameter: str, value: str) -> str:
    if not value:
        return "is empty: it names nothing"
    if len(value.encode(errors="surrogatepass")) > _LONGEST_NAME:
        return f"is too long: {len(value):,} signs, more than any address holds"
    if _NO_NAME.search(value):
        return "has a control character or half of a surrogate pair in it, which no name has"
    pieces = re.split(r"[/\\]", _decoded(value))
    if any(piece.partition(";")[0].strip() in STEPS for piece in pieces):
        return "would address something else: '.' and '..' are steps in a path, not names"
    return "" if any(pieces) or parameter == HOLDS_A_PATH else "names nothing: it has nothing but slashes"


def _decoded(value: str) -> str:
    """Undo each percent-encoding that somebody on the way may undo."""
    for _ in range(_MOST_DECODERS):
        decoded = unquote(value)
        if decoded == value:
            break
        value = decoded
    return value


def check_path(path: str, template: str | None, *, vendor: str = "", operation: str = "") -> None:
    """Raise `BadRequest` for a path, as it is before anybody has resolved steps in it, that is not of the template.

    Without a template no segment may be a step, and none between two slashes empty.
    """
    where: dict[str, Any] = {"vendor": vendor, "operation": operation}
    given = re.split("[?#]", path, maxsplit=1)[0].removeprefix("/").split("/")
    wanted = ["{path}" if segment or at < len(given) - 1 else "" for at, segment in enumerate(given)]
    if template is not None:
        wanted = template.removeprefix("/").split("/")
    for segment, form in zip_longest(given, wanted):
        parameter = _PARAMETER.search(form or "")
        if parameter and segment is not None:
            check_name(parameter[1], unquote(segment, errors="surrogatepass"), **where)
        elif segment != form:
            raise BadRequest(f"path: {shown(path)} is not of the form {template}", **where)


def check_line(method: str, headers: Iterable[tuple[str, Any]], **where: Any) -> None:
    """Raise `BadRequest` for a method or a header that would break the request's lines. Values are not shown."""
    if not _TOKEN.fullmatch(method):
        raise BadRequest(f"method: {shown(method)} is no HTTP method", **where)
    for name, value in headers:
        if not _TOKEN.fullmatch(name):
            raise BadRequest(f"header {shown(name)}: this is no name of a header", **where)
        if isinstance(value, str) and not _HEADER.fullmatch(value):
            raise BadRequest(
                f"header {name}: the value has a sign that no header can carry (a line end, another control character, "
                "a letter that is not ASCII, or a blank at either end)",
                **where,
            )


def unencodable(arguments: Mapping[str, Any]) -> str:
    """Say which part of a request's arguments no UTF-8 can carry: ``query parameter appName``, ``body tasks[2].name``.

    ``arguments`` are those of httpx, or of one's own. The text itself is left out: it may be a secret.
    """
    for part, value in arguments.items():
        for place in _surrogates(value):
            words = f"{_PARTS.get(part, part)} {place.lstrip('.')}".strip()
            of_a_file = part == "files" and words.endswith("[0]")
            return f"{words.removesuffix('[0]')}, the name of the file" if of_a_file else words
    return "address"


def _surrogates(value: Any) -> Iterator[str]:
    """Walk through a value; give the place of each text that has half of a surrogate pair in it."""
    if isinstance(value, str):
        if re.search("[\ud800-\udfff]", value):
            yield ""
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            name = str(key).encode(errors="backslashreplace").decode()
            yield from (f".{name}{place}" for part in (key, inner) for place in _surrogates(part))
    elif isinstance(value, list) and all(isinstance(item, tuple) and len(item) == 2 for item in value):  # as of files
        yield from (place for name, inner in value for place in _surrogates({name: inner}))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from (f"[{index}]{place}" for place in _surrogates(inner))


def find_fault(value: Any, kind: Any) -> InputFinding | None:
    """Return the first fault of a value (JSON bytes, or Python objects) as an instance of ``kind``, or None."""
    try:
        if isinstance(value, bytes):
            msgspec.json.decode(value, type=kind)
        else:
            msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        text = str(error)
        match = _FAULTY_PATH.search(text)
        return InputFinding("", text) if match is None else InputFinding(match["path"], text[: match.start()])
    except UNREADABLE as error:
        return InputFinding("", f"not JSON: {error}")
    except UnicodeEncodeError:  # raised where text stands in place of something else
        return InputFinding(unencodable({"": value}), f"the text has {HALF_A_PAIR}")
    return None
