"""Server: the document, the version, the health."""

import json
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from optcloud_sandbox.aimms.scopes import ANY, Scoped
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.world import World

FORMATS = ("yaml", "json")  # "can be downloaded in YAML/JSON format"; the words of the query are inferred


class ServerRoutes:
    def __init__(self, _: World) -> None:
        pass

    def table(self) -> list[Scoped]:
        return [
            ("GET", "", self.document, ANY),
            ("GET", "/", self.document, ANY),
            ("GET", "/version", self.version, ANY),
            ("GET", "/health-check", self.health, ANY),
        ]

    async def document(self, request: Request) -> Response:
        """The effective document as the package carries it, as data: JSON, which is YAML, too."""
        asked = request.query_params.get("format", FORMATS[0])
        if asked not in FORMATS:
            raise Refusal(400, f"format must be {' or '.join(FORMATS)}, got {asked!r}")
        document = json.loads(files("aimms_pro").joinpath("openapi.json").read_bytes())
        return PlainTextResponse(json.dumps(document, indent=2))

    async def version(self, _: Request) -> Response:
        return JSONResponse({"version": "sandbox of optcloud, in the manner of v2"})

    async def health(self, _: Request) -> Response:
        return Response()
