"""Cognito: the pool's settings, the client with a secret, users who may not sign in, throttling, skew, revocation."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optcloud.sandbox import Sandbox
from optcloud_sandbox.settings import CognitoSettings
from sandbox_server.raw_clients import CognitoClient

USER, PASSWORD = "planner@sandbox.invalid", "Fake-Password-Of-The-Sandbox-1"


def refused(reply: httpx.Response, name: str) -> str:
    assert (reply.status_code, reply.json()["__type"]) == (400, name)
    return str(reply.json()["message"])


def tokens_of(reply: httpx.Response) -> dict[str, Any]:
    assert reply.status_code == 200, reply.text
    tokens: dict[str, Any] = reply.json()["AuthenticationResult"]
    return tokens


def refresh(cognito: CognitoClient, token: str, **more: str) -> httpx.Response:
    parameters = {"REFRESH_TOKEN": token, **more}
    flow = {"AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": cognito.client_id, "AuthParameters": parameters}
    return cognito.call("InitiateAuth", flow)


def choose(sandbox: Sandbox, **changes: Any) -> None:
    sandbox.settings = replace(sandbox.settings, cognito=CognitoSettings(**changes))


@pytest.fixture
def with_secret(sandbox: Sandbox, cognito: CognitoClient) -> Callable[[str], str]:
    """Makes `cognito` the app client with a secret; gives SECRET_HASH of a user name."""
    credentials = sandbox.credentials
    cognito.client_id = credentials.confidential_client_id

    def secret_hash(name: str) -> str:
        message = (name + cognito.client_id).encode()
        return base64.b64encode(hmac.new(credentials.client_secret.encode(), message, hashlib.sha256).digest()).decode()

    return secret_hash


def start(cognito: CognitoClient, **more: str) -> httpx.Response:
    return cognito.start(USER, AuthParameters={"USERNAME": USER, "SRP_A": f"{pow(2, cognito.a, cognito.n):x}", **more})


def test_a_client_with_a_secret_signs_in_and_refreshes(
    sandbox: Sandbox, cognito: CognitoClient, with_secret: Callable[[str], str], http: httpx.Client
) -> None:
    challenge = start(cognito, SECRET_HASH=with_secret(USER)).json()["ChallengeParameters"]
    name = challenge["USERNAME"]
    tokens = tokens_of(cognito.answer(challenge, PASSWORD, SECRET_HASH=with_secret(name)))
    claims = jwt.decode(tokens["IdToken"], options={"verify_signature": False})
    assert (claims["aud"], claims["cognito:username"]) == (cognito.client_id, name)
    url = f"{sandbox.urls.adiutaopt}/version"
    assert http.get(url, headers={"authorization": tokens["IdToken"]}).status_code == 200
    tokens_of(refresh(cognito, tokens["RefreshToken"], SECRET_HASH=with_secret(name)))
    # Refreshing takes the pool's own name of the user, not the mail address that was typed.
    message = refused(refresh(cognito, tokens["RefreshToken"], SECRET_HASH=with_secret(USER)), "NotAuthorizedException")
    assert "does not match" in message
    cognito.client_id = sandbox.credentials.client_id
    assert refused(refresh(cognito, tokens["RefreshToken"]), "NotAuthorizedException") == "Invalid Refresh Token"


def test_a_client_with_a_secret_must_prove_it(cognito: CognitoClient, with_secret: Callable[[str], str]) -> None:
    assert "SECRET_HASH was not received" in refused(start(cognito), "NotAuthorizedException")
    assert "does not match" in refused(start(cognito, SECRET_HASH="x"), "NotAuthorizedException")
    challenge = start(cognito, SECRET_HASH=with_secret(USER)).json()["ChallengeParameters"]
    refused(cognito.answer(challenge, PASSWORD), "NotAuthorizedException")
    refused(cognito.answer(challenge, PASSWORD, SECRET_HASH=with_secret(USER)), "NotAuthorizedException")
    tokens_of(cognito.answer(challenge, PASSWORD, SECRET_HASH=with_secret(challenge["USERNAME"])))


def test_a_client_without_a_secret_must_not_send_one(cognito: CognitoClient) -> None:
    assert "not configured for secret" in refused(start(cognito, SECRET_HASH="x"), "NotAuthorizedException")


def test_an_unknown_user_is_named_only_by_a_setting(sandbox: Sandbox, cognito: CognitoClient) -> None:
    assert cognito.start("nobody").status_code == 200
    choose(sandbox, prevent_user_existence_errors=False)
    assert refused(cognito.start("nobody"), "UserNotFoundException") == "User does not exist."
    assert cognito.start(USER).status_code == 200


@pytest.mark.parametrize(
    ("status", "name", "message"),
    [
        ("UNCONFIRMED", "UserNotConfirmedException", "User is not confirmed."),
        ("RESET_REQUIRED", "PasswordResetRequiredException", "Password reset required for the user"),
        ("DISABLED", "NotAuthorizedException", "User is disabled."),
    ],
)
def test_users_who_may_not_sign_in(
    sandbox: Sandbox, cognito: CognitoClient, status: Any, name: str, message: str
) -> None:
    sandbox.add_cognito_user("eve", PASSWORD, status=status)
    assert refused(cognito.start("eve"), name) == message


def test_throttling_is_scripted(sandbox: Sandbox, cognito: CognitoClient) -> None:
    sandbox.refuse_cognito(times=2)
    sandbox.refuse_cognito("InternalErrorException", operation="GetUser", message="fake")
    for _ in range(2):
        reply = cognito.start(USER)
        refused(reply, "TooManyRequestsException")
        assert reply.headers["x-amzn-errortype"] == "TooManyRequestsException:"
    assert cognito.start(USER).status_code == 200
    failed = cognito.call("GetUser", {})
    assert (failed.status_code, failed.json()) == (500, {"__type": "InternalErrorException", "message": "fake"})
    refused(cognito.call("GetUser", {}), "InvalidParameterException")
    with pytest.raises(ValueError, match="times"):
        sandbox.refuse_cognito(times=0)


@pytest.mark.parametrize(("off", "good"), [(-290, True), (290, True), (-310, False), (310, False)])
def test_a_timestamp_too_far_off_is_refused(cognito: CognitoClient, off: int, good: bool) -> None:
    challenge = cognito.start(USER).json()["ChallengeParameters"]
    reply = cognito.answer(challenge, PASSWORD, TIMESTAMP=cognito.timestamp(off))
    if good:
        tokens_of(reply)
    else:
        assert "TIMESTAMP" in refused(reply, "NotAuthorizedException")


def test_skew_may_be_any_by_a_setting(sandbox: Sandbox, cognito: CognitoClient) -> None:
    choose(sandbox, skew=None)
    challenge = cognito.start(USER).json()["ChallengeParameters"]
    tokens_of(cognito.answer(challenge, PASSWORD, TIMESTAMP="Tue Nov 3 07:05:00 UTC 2020"))
    challenge = cognito.start(USER).json()["ChallengeParameters"]
    impossible = cognito.answer(challenge, PASSWORD, TIMESTAMP="Mon Feb 30 07:05:00 UTC 2026")
    refused(impossible, "InvalidParameterException")


def test_the_date_of_a_reply_is_the_sandboxs(sandbox: Sandbox, cognito: CognitoClient, http: httpx.Client) -> None:
    sandbox.turn(5 * 86_400)
    urls = [sandbox.urls.adiutaopt + "/version", sandbox.urls.control + "/clock", sandbox.urls.root + "/nowhere"]
    for reply in (cognito.start(USER), cognito.call("Nothing", {}), *map(http.get, urls)):
        (date,) = reply.headers.get_list("date")
        assert parsedate_to_datetime(date).astimezone(UTC).timestamp() == pytest.approx(sandbox.now(), abs=30)


def test_lives_of_tokens_are_settings(sandbox: Sandbox, cognito: CognitoClient) -> None:
    choose(sandbox, token=300, refresh_token=3600)
    tokens = cognito.tokens()
    claims = jwt.decode(tokens["IdToken"], options={"verify_signature": False})
    assert (tokens["ExpiresIn"], claims["exp"] - claims["iat"]) == (300, 300)
    sandbox.turn(3590)
    tokens_of(refresh(cognito, tokens["RefreshToken"]))
    sandbox.turn(11)
    assert "expired" in refused(refresh(cognito, tokens["RefreshToken"]), "NotAuthorizedException")


def test_a_revoked_user_must_sign_in_again(sandbox: Sandbox, cognito: CognitoClient, http: httpx.Client) -> None:
    tokens = cognito.tokens()
    sandbox.revoke(USER)
    assert (
        refused(refresh(cognito, tokens["RefreshToken"]), "NotAuthorizedException") == "Refresh Token has been revoked"
    )
    message = refused(cognito.call("GetUser", {"AccessToken": tokens["AccessToken"]}), "NotAuthorizedException")
    assert message == "Access Token has been revoked"
    # The ID token stands for itself until it ends.
    url = f"{sandbox.urls.adiutaopt}/version"
    assert http.get(url, headers={"authorization": tokens["IdToken"]}).status_code == 200
    tokens_of(refresh(cognito, cognito.tokens()["RefreshToken"]))


def test_global_sign_out_and_revoke_token(sandbox: Sandbox, cognito: CognitoClient) -> None:
    first, second, third = cognito.tokens(), cognito.tokens(), cognito.tokens()
    body = {"ClientId": cognito.client_id, "Token": first["RefreshToken"]}
    refused(cognito.call("RevokeToken", body | {"ClientSecret": "x"}), "NotAuthorizedException")
    assert cognito.call("RevokeToken", body).json() == {}
    assert "revoked" in refused(refresh(cognito, first["RefreshToken"]), "NotAuthorizedException")
    refused(cognito.call("GetUser", {"AccessToken": first["AccessToken"]}), "NotAuthorizedException")
    tokens_of(refresh(cognito, second["RefreshToken"]))
    assert cognito.call("GlobalSignOut", {"AccessToken": second["AccessToken"]}).json() == {}
    assert "revoked" in refused(refresh(cognito, third["RefreshToken"]), "NotAuthorizedException")


def test_rotation_replaces_the_refresh_token(sandbox: Sandbox, cognito: CognitoClient) -> None:
    first = cognito.tokens()["RefreshToken"]
    body = {"ClientId": cognito.client_id, "RefreshToken": first}
    assert "RefreshToken" not in tokens_of(cognito.call("GetTokensFromRefreshToken", body))
    choose(sandbox, rotate_refresh_tokens=True, rotation_grace=30)
    assert "not enabled" in refused(refresh(cognito, first), "InvalidParameterException")
    second = tokens_of(cognito.call("GetTokensFromRefreshToken", body))["RefreshToken"]
    assert second != first
    sandbox.turn(29)
    tokens_of(cognito.call("GetTokensFromRefreshToken", body))
    sandbox.turn(2)
    refused(cognito.call("GetTokensFromRefreshToken", body), "RefreshTokenReuseException")
    tokens_of(cognito.call("GetTokensFromRefreshToken", body | {"RefreshToken": second}))
    sandbox.revoke(USER)
    refused(cognito.call("GetTokensFromRefreshToken", body | {"RefreshToken": second}), "NotAuthorizedException")


def test_a_rotated_token_lives_for_the_rest_of_the_first_ones_life(sandbox: Sandbox, cognito: CognitoClient) -> None:
    choose(sandbox, rotate_refresh_tokens=True, refresh_token=3600)
    body = {"ClientId": cognito.client_id, "RefreshToken": cognito.tokens()["RefreshToken"]}
    sandbox.turn(3000)
    second = tokens_of(cognito.call("GetTokensFromRefreshToken", body))["RefreshToken"]
    sandbox.turn(601)
    reply = cognito.call("GetTokensFromRefreshToken", body | {"RefreshToken": second})
    assert "expired" in refused(reply, "NotAuthorizedException")


@pytest.mark.parametrize(
    "changes",
    [{"session": 0}, {"token": -1}, {"refresh_token": 0}, {"skew": -1}, {"code_attempts": 0}, {"rotation_grace": 61}],
)
def test_settings_that_make_no_sense(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"cognito.{next(iter(changes))}"):
        CognitoSettings(**changes)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=20)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXT, TEXT, st.booleans())
def test_any_text_is_a_user_name_and_a_password(
    sandbox: Sandbox, cognito: CognitoClient, username: str, password: str, alias: bool
) -> None:
    sandbox.add_cognito_user(username, password, alias=alias)
    challenge = cognito.start(username).json()["ChallengeParameters"]
    assert (challenge["USER_ID_FOR_SRP"] == username) == (not alias)
    tokens = tokens_of(cognito.answer(challenge, password))
    user = cognito.call("GetUser", {"AccessToken": tokens["AccessToken"]}).json()
    assert {"Name": "email", "Value": username} in user["UserAttributes"]
    refused(cognito.sign_in(username, password + "e"), "NotAuthorizedException")


def test_composed_and_decomposed_letters_are_different_passwords(sandbox: Sandbox, cognito: CognitoClient) -> None:
    sandbox.add_cognito_user("u", "caf\u00e9")
    tokens_of(cognito.sign_in("u", "caf\u00e9"))
    refused(cognito.sign_in("u", "cafe\u0301"), "NotAuthorizedException")


def test_the_control_plane_has_all_of_it(sandbox: Sandbox, cognito: CognitoClient) -> None:
    def control(path: str, body: dict[str, Any], method: str = "POST") -> httpx.Response:
        return cognito.http.request(method, f"{sandbox.urls.control}/{path}", json=body)

    user = {"username": "u", "password": "p", "challenge": "SMS_MFA", "sms_code": "111111"}
    assert control("cognito/users", user).status_code == 204
    assert cognito.sign_in("u", "p").json()["ChallengeName"] == "SMS_MFA"
    assert control("cognito/code", {"username": "u", "challenge": "SMS_MFA"}).json() == "111111"
    assert len(control("cognito/code", {"username": "u"}).json()) == 6
    assert control("cognito/users", user | {"challenge": "PIGEON"}).status_code == 400
    assert "colour" in control("cognito/users", user | {"colour": "red"}).text
    assert (
        control("cognito/refusals", {"name": "LimitExceededException", "operation": "InitiateAuth"}).status_code == 204
    )
    refused(cognito.start("u"), "LimitExceededException")
    token = cognito.tokens()["RefreshToken"]
    assert control("cognito/revoke", {"username": USER}).status_code == 204
    refused(refresh(cognito, token), "NotAuthorizedException")
    changed = control("settings", {"cognito": {"token": 60, "rotate_refresh_tokens": True}}, "PATCH").json()
    assert (changed["cognito"]["token"], changed["cognito"]["session"]) == (60, 180)
