"""How a parameter's value is to be sent, by its style: the pairs or the text that the document asks for."""

from __future__ import annotations

import json
from typing import Any

_DELIMITERS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_DEFAULTS = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def plain(value: Any) -> str:
    """Return a scalar as text, as JSON writes it but without quotes."""
    return value if isinstance(value, str) else json.dumps(value)


def pairs(parameter: dict[str, Any], value: Any) -> list[tuple[str, str]]:
    """Return what a query, a cookie or a form has for a parameter: names and texts, in order."""
    name = parameter["name"]
    if "content" in parameter:
        return [(name, json.dumps(value))]
    style, explode = _style(parameter)
    delimiter = _DELIMITERS.get(style, ",")
    if isinstance(value, dict):
        if style == "deepObject" or explode:
            written = "{name}[{key}]" if style == "deepObject" else "{key}"
            return [(written.format(name=name, key=key), plain(item)) for key, item in value.items()]
        return [(name, delimiter.join(part for key, item in value.items() for part in (key, plain(item))))]
    if isinstance(value, list):
        texts = [plain(item) for item in value]
        return [(name, text) for text in (texts if explode or not texts else [delimiter.join(texts)])]
    return [(name, plain(value))]


def joined(parameter: dict[str, Any], value: Any) -> str:
    """Return what a path or a header has for a parameter."""
    if "content" in parameter:
        return json.dumps(value)
    style, explode = _style(parameter)
    name, prefix, delimiter = parameter["name"], "", ","
    if style == "label":
        prefix, delimiter = ".", "." if explode else ","
    elif style == "matrix":
        prefix, delimiter = f";{name}=", f";{name}=" if explode else ","
    if isinstance(value, dict):
        if style == "matrix" and explode:
            return "".join(f";{key}={plain(item)}" for key, item in value.items())
        between = "=" if explode else delimiter
        return prefix + delimiter.join(f"{key}{between}{plain(item)}" for key, item in value.items())
    return prefix + (delimiter.join(map(plain, value)) if isinstance(value, list) else plain(value))


def _style(parameter: dict[str, Any]) -> tuple[str, bool]:
    style = parameter.get("style") or _DEFAULTS[parameter["in"]]
    return style, bool(parameter.get("explode", style == "form"))
