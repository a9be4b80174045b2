"""Pictures from drawings, in a child process: what the native code does not stand ends the child, and is an error."""

from __future__ import annotations

import subprocess  # runs our own interpreter, without a shell  # nosec B404
import sys
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Literal, Protocol

import msgspec
from attrs import asdict, frozen

from optcloud.core.errors import ConfigError, DrawingError
from optcloud.core.extras import check_installed
from optcloud.views.gantt.drawing import shown


class Drawable(Protocol):
    """What can be drawn."""

    def spec(self) -> dict[str, Any]:
        """Return the Vega specification."""


@frozen
class Picture:
    """A drawing in a form. ``size``: width and height with their units; ``scale``: dots for each CSS pixel."""

    drawing: Drawable
    form: Literal["svg", "png", "pdf"] = "svg"
    size: tuple[str, str] | None = None
    scale: float = 1.0


def render(pictures: Sequence[Picture]) -> list[bytes]:
    """Draw them. Raises `ConfigError` without vl-convert or an interpreter to run it, `DrawingError` where it fails."""
    check_installed("vl_convert", package="optcloud[pictures]", purpose="a picture")
    if not sys.executable:
        raise ConfigError("a picture is drawn in a process of its own, and this program knows no interpreter to run it")
    asked = [
        asdict(picture, recurse=False, filter=lambda field, _: field.name != "drawing")
        | {"spec": picture.drawing.spec()}
        for picture in pictures
    ]
    code = files("optcloud.views.gantt").joinpath("native.py").read_text(encoding="utf-8")
    command = [sys.executable, "-I", "-c", code]
    job = msgspec.json.encode({"path": sys.path, "pictures": asked})
    done = subprocess.run(command, input=job, capture_output=True, check=False)  # noqa: S603 - our own code  # nosec B603
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", errors="replace").strip().splitlines() or ["no word of why"]
        raise DrawingError(f"the picture could not be drawn (exit code {done.returncode}): {shown(said[-1], 300)}")
    return _split(done.stdout)


def _split(drawn: bytes) -> list[bytes]:
    pictures: list[bytes] = []
    at = 0
    while at < len(drawn):
        begin = at + 8
        at = begin + int.from_bytes(drawn[at:begin], "big")
        pictures.append(drawn[begin:at])
    return pictures
