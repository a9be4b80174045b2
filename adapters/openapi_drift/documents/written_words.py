"""Numbers where the document says text: `enum: [007, 0x1F]` under `type: string` means the words as they stand there.

YAML reads them as 7 and 31, and neither is what the author wrote nor a value that the schema takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.documents.references import parts

if TYPE_CHECKING:
    from openapi_drift.documents.reading import Parsed

_WORDS = ("default", "const", "example")
_LISTS = ("enum", "examples")


def keep_written_words(parsed: Parsed) -> None:
    """Put back the text of numbers that are written otherwise than Python writes them, where a text is due."""
    if not parsed.written or not isinstance(parsed.content, dict):
        return
    for schema, _, names_of in parts(parsed.content):
        if names_of or not _is_text(schema.get("type")):
            continue
        for key in _WORDS:
            if (id(schema), key) in parsed.written:
                schema[key] = parsed.written[id(schema), key]
        for key in _LISTS:
            if isinstance(schema.get(key), list):
                _keep_in_list(parsed, schema[key])


def _keep_in_list(parsed: Parsed, values: list[Any]) -> None:
    """One such number makes words of all numbers of a list."""
    texts = [parsed.written.get((id(values), str(number))) for number in range(len(values))]
    if any(text is not None for text in texts):
        values[:] = [
            text or (str(value) if type(value) in (int, float) else value)
            for text, value in zip(texts, values, strict=True)
        ]


def _is_text(kind: Any) -> bool:
    if isinstance(kind, list):
        return "string" in kind and not {"integer", "number"} & {item for item in kind if isinstance(item, str)}
    return bool(kind == "string")
