"""What a child process runs: it draws with vl-convert, whose native code can end the process that it runs in.

Read as text by `optcloud.views.gantt.renderer`; nothing of optcloud is imported here. It reads JSON and writes each
picture with its length before it.
"""

from __future__ import annotations

import json
import os
import re
import sys
from typing import Any


def main() -> None:
    """Draw what standard input asks for."""
    pictures = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is written is no picture
    asked = json.load(sys.stdin.buffer)
    sys.path[:] = asked["path"]
    for picture in asked["pictures"]:
        data = draw(picture)
        pictures.write(len(data).to_bytes(8, "big") + data)
    pictures.close()


def draw(asked: dict[str, Any]) -> bytes:
    """Draw one picture. ``size``: how large it is in the world, where Vega's CSS pixels do not say it."""
    import vl_convert  # noqa: PLC0415 - found on the path that was read

    svg: str = vl_convert.vega_to_svg(json.dumps(asked["spec"]), allowed_base_urls=[])
    if asked["size"] is not None:
        size = 'width="{}" height="{}"'.format(*asked["size"])
        svg = re.sub(r'<svg([^>]*?) width="[^"]*" height="[^"]*"', rf"<svg\1 {size}", svg, count=1)
    if asked["form"] == "pdf":
        return bytes(vl_convert.svg_to_pdf(svg))
    if asked["form"] == "png":
        return bytes(vl_convert.svg_to_png(svg, scale=asked["scale"], ppi=72))
    return svg.encode()


if __name__ == "__main__":
    main()
