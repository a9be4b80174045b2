"""Cognito's wire: AWS JSON 1.1, one path, the operation in X-Amz-Target, errors as {"__type", "message"} with 400."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.cognito.pool import AppClient
from optcloud_sandbox.cognito.tokens import TokenError
from optcloud_sandbox.cognito.users import CHALLENGES, PoolUser
from optcloud_sandbox.messages import body_of
from optcloud_sandbox.parsing import json_object
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.routing import PathRoute, vendor_app
from optcloud_sandbox.world import World

MEDIA_TYPE = "application/x-amz-json-1.1"
TARGET = "AWSCognitoIdentityProviderService."
REFRESH_FLOWS = ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN")


def cognito_app(world: World) -> Starlette:
    routes = _CognitoRoutes(world)
    return vendor_app(
        [
            PathRoute("/", routes.operation, methods=["POST"]),
            PathRoute("/{pool}/.well-known/jwks.json", routes.jwks, methods=["GET"]),
        ],
        _refusal_response,
    )


def _refusal_response(refusal: Refusal) -> Response:
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
            "GetTokensFromRefreshToken": self._get_tokens,
            "RevokeToken": self._revoke_token,
            "GlobalSignOut": self._global_sign_out,
            "GetUser": self._get_user,
        }

    async def jwks(self, request: Request) -> Response:
        if request.path_params["pool"] != self._world.user_pool.pool_id:
            return JSONResponse({"message": f"User pool {request.path_params['pool']} does not exist."}, 404)
        return JSONResponse(self._world.user_pool.tokens.jwks())

    async def operation(self, request: Request) -> Response:
        media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type != MEDIA_TYPE:
            raise Refusal(400, f"Content-Type must be {MEDIA_TYPE}, got {media_type!r}", name="SerializationException")
        target = request.headers.get("x-amz-target", "")
        name = target.removeprefix(TARGET)
        if not target.startswith(TARGET) or name not in self._operations:
            known = ", ".join(self._operations)
            raise Refusal(400, f"the sandbox has {known}, not {target!r}", name="UnknownOperationException")
        self._world.user_pool.script.check(name)
        issuer = f"{request.base_url}{self._world.user_pool.pool_id}"
        return _reply(self._operations[name](json_object(body_of(request).data, name="SerializationException"), issuer))

    def _initiate_auth(self, body: Mapping[str, Any], issuer: str) -> dict[str, Any]:
        pool = self._world.user_pool
        client_id = pool.check_client(body.get("ClientId"))
        flow = body.get("AuthFlow")
        parameters = _parameters(body, "AuthParameters")
        if flow == "USER_SRP_AUTH":
            username = _needed(parameters, "USERNAME")
            pool.check_hash(client_id, parameters, username)
            parameters = pool.start_srp(client_id, username, _needed(parameters, "SRP_A"))
            return {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": parameters}
        if flow in REFRESH_FLOWS and not self._world.settings.cognito.rotate_refresh_tokens:
            token = _needed(parameters, "REFRESH_TOKEN")
            # Not what the user typed: the name that the pool itself has for the user, which is in the tokens.
            pool.check_hash(client_id, parameters, pool.holder(client_id, token).name)
            return {
                "AuthenticationResult": pool.refresh(AppClient(client_id, issuer), token),
                "ChallengeParameters": {},
            }
        raise Refusal(400, f"{flow} flow not enabled for this client")

    def _respond(self, body: Mapping[str, Any], issuer: str) -> dict[str, Any]:
        pool = self._world.user_pool
        caller = AppClient(pool.check_client(body.get("ClientId")), issuer)
        name, parameters = _needed(body, "ChallengeName"), _parameters(body, "ChallengeResponses")
        username = _needed(parameters, "USERNAME")
        pool.check_hash(caller.client_id, parameters, username)
        if name == "PASSWORD_VERIFIER":
            claim = (_needed(parameters, f"PASSWORD_CLAIM_{part}") for part in ("SECRET_BLOCK", "SIGNATURE"))
            secret_block, signature = claim
            return pool.answer_srp(caller, username, secret_block, _needed(parameters, "TIMESTAMP"), signature)
        if name not in CHALLENGES:
            raise Refusal(400, f"ChallengeName must be PASSWORD_VERIFIER or one of {', '.join(CHALLENGES)}")
        return pool.answer(caller, name, _needed(body, "Session"), parameters)

    def _get_tokens(self, body: Mapping[str, Any], issuer: str) -> dict[str, Any]:
        client_id = self._client_with_secret(body)
        tokens = self._world.user_pool.refresh(AppClient(client_id, issuer), _needed(body, "RefreshToken"))
        return {"AuthenticationResult": tokens}

    def _revoke_token(self, body: Mapping[str, Any], _issuer: str) -> dict[str, Any]:
        client_id = self._client_with_secret(body)
        self._world.user_pool.revoke_token(client_id, _needed(body, "Token"))
        return {}

    def _client_with_secret(self, body: Mapping[str, Any]) -> str:
        client_id = self._world.user_pool.check_client(body.get("ClientId"))
        self._world.user_pool.check_secret(client_id, body.get("ClientSecret"))
        return client_id

    def _global_sign_out(self, body: Mapping[str, Any], _issuer: str) -> dict[str, Any]:
        self._world.user_pool.revoke(self._signed_in(body).username)
        return {}

    def _get_user(self, body: Mapping[str, Any], _issuer: str) -> dict[str, Any]:
        user = self._signed_in(body)
        attributes = {"sub": user.subject, **user.attributes}
        return {
            "Username": user.name,
            "UserAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
        }

    def _signed_in(self, body: Mapping[str, Any]) -> PoolUser:
        try:
            return self._world.user_pool.user_by_access_token(_needed(body, "AccessToken"))
        except TokenError as error:
            raise Refusal(400, str(error), name="NotAuthorizedException") from error


def _parameters(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    parameters = body.get(key)
    if not isinstance(parameters, dict) or not all(isinstance(value, str | None) for value in parameters.values()):
        raise Refusal(400, f"{key} must be an object of texts")
    # Amazon's JavaScript library sends null for a device key that it has not.
    return {name: value for name, value in parameters.items() if value is not None}


def _needed(parameters: Mapping[str, Any], key: str) -> str:
    value = parameters.get(key)
    if not isinstance(value, str) or not value:
        raise Refusal(400, f"Missing required parameter {key}")
    return value
