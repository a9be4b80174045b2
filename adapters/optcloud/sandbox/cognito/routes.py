"""Cognito's wire: AWS JSON 1.1, one path, the operation in X-Amz-Target, errors as {"__type", "message"} with 400."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from optcloud.sandbox.cognito.tokens import TokenError
from optcloud.sandbox.refusal import Refusal
from optcloud.sandbox.routing import vendor_app
from optcloud.sandbox.wire import body_of
from optcloud.sandbox.world import World

MEDIA_TYPE = "application/x-amz-json-1.1"
TARGET = "AWSCognitoIdentityProviderService."


def cognito_app(world: World) -> Starlette:
    routes = _CognitoRoutes(world)
    return vendor_app(
        [
            Route("/", routes.operation, methods=["POST"]),
            Route("/{pool}/.well-known/jwks.json", routes.jwks, methods=["GET"]),
        ],
        _written,
    )


def _written(refusal: Refusal) -> Response:
    name = refusal.name or "InvalidParameterException"
    return _reply({"__type": name, "message": refusal.message}, refusal.status, {"x-amzn-errortype": f"{name}:"})


def _reply(content: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    ids = {"x-amzn-requestid": str(uuid.uuid4())}
    return Response(json.dumps(content), status, headers=ids | dict(headers or {}), media_type=MEDIA_TYPE)


class _CognitoRoutes:
    def __init__(self, world: World) -> None:
        self._world = world
        self._operations = {
            "InitiateAuth": self._initiate_auth,
            "RespondToAuthChallenge": self._respond,
            "GetUser": self._get_user,
        }

    async def jwks(self, request: Request) -> Response:
        if request.path_params["pool"] != self._world.user_pool.pool_id:
            return JSONResponse({"message": f"User pool {request.path_params['pool']} does not exist."}, 404)
        return JSONResponse(self._world.user_pool.tokens.jwks())

    async def operation(self, request: Request) -> Response:
        media_type = request.headers.get("content-type", "").split(";")[0].strip()
        if media_type != MEDIA_TYPE:
            raise Refusal(400, f"Content-Type must be {MEDIA_TYPE}, got {media_type!r}", name="SerializationException")
        target = request.headers.get("x-amz-target", "")
        handler = self._operations.get(target.removeprefix(TARGET)) if target.startswith(TARGET) else None
        if handler is None:
            known = ", ".join(self._operations)
            raise Refusal(400, f"the sandbox has {known}, not {target!r}", name="UnknownOperationException")
        issuer = f"{request.base_url}{self._world.user_pool.pool_id}"
        return _reply(handler(_object(body_of(request).data), issuer))

    def _initiate_auth(self, body: Mapping[str, Any], issuer: str) -> dict[str, Any]:
        pool = self._world.user_pool
        pool.check_client(body.get("ClientId"))
        flow = body.get("AuthFlow")
        given = _parameters(body, "AuthParameters")
        if flow == "USER_SRP_AUTH":
            parameters = pool.start_srp(_needed(given, "USERNAME"), _needed(given, "SRP_A"))
            return {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": parameters}
        if flow in ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"):
            tokens = pool.refresh(issuer, _needed(given, "REFRESH_TOKEN"))
            return {"AuthenticationResult": tokens, "ChallengeParameters": {}}
        raise Refusal(400, f"{flow} flow not enabled for this client")

    def _respond(self, body: Mapping[str, Any], issuer: str) -> dict[str, Any]:
        pool = self._world.user_pool
        pool.check_client(body.get("ClientId"))
        if body.get("ChallengeName") != "PASSWORD_VERIFIER":
            raise Refusal(400, f"no challenge {body.get('ChallengeName')!r} is open; PASSWORD_VERIFIER is")
        given = _parameters(body, "ChallengeResponses")
        tokens = pool.answer_srp(
            issuer,
            _needed(given, "USERNAME"),
            _needed(given, "PASSWORD_CLAIM_SECRET_BLOCK"),
            _needed(given, "TIMESTAMP"),
            _needed(given, "PASSWORD_CLAIM_SIGNATURE"),
        )
        return {"AuthenticationResult": tokens, "ChallengeParameters": {}}

    def _get_user(self, body: Mapping[str, Any], _issuer: str) -> dict[str, Any]:
        try:
            user = self._world.user_pool.user_by_access_token(_needed(body, "AccessToken"))
        except TokenError as error:
            raise Refusal(400, f"Invalid Access Token: {error}", name="NotAuthorizedException") from error
        attributes = [{"Name": "sub", "Value": user.subject}, {"Name": "email", "Value": user.username}]
        return {"Username": user.subject, "UserAttributes": attributes}


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        data = json.loads(body)
    except ValueError as error:
        raise Refusal(400, f"the body is not JSON: {error}", name="SerializationException") from error
    if not isinstance(data, dict):
        raise Refusal(400, "the body must be a JSON object", name="SerializationException")
    return data


def _parameters(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    given = body.get(key)
    if not isinstance(given, dict):
        raise Refusal(400, f"{key} must be an object")
    if "SECRET_HASH" in given:
        raise Refusal(400, "Client is not configured for secret but secret was received", name="NotAuthorizedException")
    return given


def _needed(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value:
        raise Refusal(400, f"Missing required parameter {key}")
    return value
