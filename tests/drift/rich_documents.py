"""A document that has something of everything (`rich.yaml`), in the words of 3.0 and of 3.1; one of hostile names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

_TEXT = Path(__file__).with_name("rich.yaml").read_text(encoding="utf-8")
_OWNER, _LINE = "{allOf: [{$ref: '#/components/schemas/Owner'}], nullable: true}", "{type: string, nullable: true}"
_OWNER_31, _LINE_31 = "{anyOf: [{$ref: '#/components/schemas/Owner'}, {type: 'null'}]}", "{type: [string, 'null']}"


def _document(version: str, owner: str, line: str) -> dict[str, Any]:
    text = _TEXT.replace("OWNER", owner).replace("LINE", line)
    return {"openapi": version, "info": {"title": "Cars", "version": "1"}, **yaml.load(text, yaml.CSafeLoader)}


_NAMES = Path(__file__).with_name("words_as_names.yaml").read_text(encoding="utf-8")

DOCUMENTS: dict[str, dict[str, Any]] = {
    "3.0": _document("3.0.3", _OWNER, _LINE),
    "3.1": _document("3.1.0", _OWNER_31, _LINE_31),
    "words as names": yaml.load(_NAMES, yaml.CSafeLoader),
}
del DOCUMENTS["3.0"]["webhooks"]  # 3.0 has none
