"""Cognito: the SRP proof, the challenge's rules, tokens and their life by the sandbox's clock."""

from typing import Any

import httpx
import jwt
import pytest

from optcloud.sandbox import Sandbox
from sandbox_server.raw_clients import CognitoClient

USER, PASSWORD = "planner@sandbox.invalid", "Fake-Password-Of-The-Sandbox-1"


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def refused(reply: httpx.Response, name: str) -> str:
    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/x-amz-json-1.1"
    assert reply.headers["x-amzn-errortype"] == f"{name}:"
    assert reply.json()["__type"] == name
    return str(reply.json()["message"])


def test_the_right_password_yields_tokens_that_the_jwks_verifies(sandbox: Sandbox, cognito: CognitoClient) -> None:
    result = cognito.sign_in(USER, PASSWORD).json()["AuthenticationResult"]
    assert (result["ExpiresIn"], result["TokenType"]) == (3600, "Bearer")
    url = f"{sandbox.urls.cognito}{sandbox.credentials.user_pool_id}/.well-known/jwks.json"
    (key,) = cognito.http.get(url).json()["keys"]
    header = jwt.get_unverified_header(result["IdToken"])
    assert (header["alg"], header["kid"]) == ("RS256", key["kid"])
    found = jwt.decode(
        result["IdToken"],
        jwt.PyJWK(key).key,
        algorithms=["RS256"],
        audience=sandbox.credentials.client_id,
        issuer=f"{sandbox.urls.cognito}{sandbox.credentials.user_pool_id}",
    )
    assert (found["token_use"], found["exp"] - found["iat"]) == ("id", 3600)
    assert claims(result["AccessToken"])["token_use"] == "access"


@pytest.mark.parametrize("round_", range(8))
def test_the_arithmetic_holds_for_many_secrets(cognito: CognitoClient, round_: int) -> None:
    assert cognito.sign_in(USER, PASSWORD).status_code == 200, round_
    refused(cognito.sign_in(USER, f"{PASSWORD}{round_}"), "NotAuthorizedException")


def test_wrong_password_and_unknown_user_look_alike(cognito: CognitoClient) -> None:
    wrong = cognito.sign_in(USER, "wrong")
    unknown = cognito.sign_in("nobody@sandbox.invalid", PASSWORD)
    assert refused(wrong, "NotAuthorizedException") == refused(unknown, "NotAuthorizedException")
    known = cognito.start(USER).json()["ChallengeParameters"]
    assert set(known) == set(cognito.start("nobody").json()["ChallengeParameters"])


def test_a_challenge_is_good_for_one_answer(cognito: CognitoClient) -> None:
    challenge = cognito.start(USER).json()["ChallengeParameters"]
    assert cognito.answer(challenge, PASSWORD).status_code == 200
    refused(cognito.answer(challenge, PASSWORD), "NotAuthorizedException")


def test_a_challenge_expires(sandbox: Sandbox, cognito: CognitoClient) -> None:
    challenge = cognito.start(USER).json()["ChallengeParameters"]
    sandbox.turn(181)
    refused(cognito.answer(challenge, PASSWORD), "NotAuthorizedException")


def test_the_answer_names_the_challenged_user(sandbox: Sandbox, cognito: CognitoClient) -> None:
    sandbox.add_cognito_user("other", PASSWORD)
    challenge = cognito.start(USER).json()["ChallengeParameters"]
    other = cognito.start("other").json()["ChallengeParameters"]["USERNAME"]
    timestamp = cognito.timestamp()
    proof = cognito.proof(challenge, PASSWORD, timestamp, signed_as=other)
    changed = {"USERNAME": other, "TIMESTAMP": timestamp, "PASSWORD_CLAIM_SIGNATURE": proof}
    refused(cognito.answer(challenge, PASSWORD, **changed), "NotAuthorizedException")


@pytest.mark.parametrize("srp_a", ["0", CognitoClient.N_HEX, "not hex", "-1f"])
def test_a_useless_srp_a_is_refused(cognito: CognitoClient, srp_a: str) -> None:
    refused(cognito.start(USER, srp_a), "InvalidParameterException")


@pytest.mark.parametrize(
    "timestamp",
    [
        "2026-11-03T07:05:00Z",
        "Tue Nov 03 07:05:00 UTC 2026",
        "Di Nov 3 07:05:00 UTC 2026",
        "Tue Nov 3 24:05:00 UTC 2026",
        "Tue Nov 3 07:05:00 CET 2026",
    ],
)
def test_the_timestamp_has_one_form(cognito: CognitoClient, timestamp: str) -> None:
    challenge = cognito.start(USER).json()["ChallengeParameters"]
    message = refused(cognito.answer(challenge, PASSWORD, TIMESTAMP=timestamp), "InvalidParameterException")
    assert "EEE MMM d HH:mm:ss z yyyy" in message


def test_the_proof_covers_the_timestamp(cognito: CognitoClient) -> None:
    challenge = cognito.start(USER).json()["ChallengeParameters"]
    proof = cognito.proof(challenge, PASSWORD, cognito.timestamp(-1))
    changed = {"TIMESTAMP": cognito.timestamp(), "PASSWORD_CLAIM_SIGNATURE": proof}
    refused(cognito.answer(challenge, PASSWORD, **changed), "NotAuthorizedException")


def test_refresh_gives_new_tokens_of_the_same_sign_in(sandbox: Sandbox, cognito: CognitoClient) -> None:
    first = cognito.tokens()
    sandbox.turn(3500)
    body: dict[str, Any] = {"AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": sandbox.credentials.client_id}
    body |= {"AuthParameters": {"REFRESH_TOKEN": first["RefreshToken"]}}
    result = cognito.call("InitiateAuth", body).json()["AuthenticationResult"]
    assert "RefreshToken" not in result
    old, new = claims(first["IdToken"]), claims(result["IdToken"])
    assert new["auth_time"] == old["auth_time"]
    assert new["exp"] - old["exp"] in (3500, 3501)
    sandbox.turn(30 * 24 * 3600)
    assert refused(cognito.call("InitiateAuth", body), "NotAuthorizedException") == "Refresh Token has expired"


def test_a_made_up_refresh_token_is_refused(sandbox: Sandbox, cognito: CognitoClient) -> None:
    body: dict[str, Any] = {"AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": sandbox.credentials.client_id}
    reply = cognito.call("InitiateAuth", body | {"AuthParameters": {"REFRESH_TOKEN": "fake"}})
    assert refused(reply, "NotAuthorizedException") == "Invalid Refresh Token"


def test_what_the_pool_does_not_know(cognito: CognitoClient) -> None:
    refused(cognito.start(USER, ClientId="another"), "ResourceNotFoundException")
    refused(cognito.start(USER, AuthFlow="USER_PASSWORD_AUTH"), "InvalidParameterException")
    refused(cognito.start(USER, AuthParameters={"USERNAME": USER}), "InvalidParameterException")
    secret = {"USERNAME": USER, "SRP_A": "abc", "SECRET_HASH": "x"}
    refused(cognito.start(USER, AuthParameters=secret), "NotAuthorizedException")
    refused(cognito.call("SignUp", {}), "UnknownOperationException")
    refused(cognito.call("InitiateAuth", {}, **{"x-amz-target": "InitiateAuth"}), "UnknownOperationException")
    refused(cognito.call("InitiateAuth", {}, **{"content-type": "application/json"}), "SerializationException")


def test_get_user_wants_the_access_token(cognito: CognitoClient) -> None:
    tokens = cognito.tokens()
    attributes = cognito.call("GetUser", {"AccessToken": tokens["AccessToken"]}).json()["UserAttributes"]
    assert {"Name": "email", "Value": USER} in attributes
    refused(cognito.call("GetUser", {"AccessToken": tokens["IdToken"]}), "NotAuthorizedException")


def test_the_jwks_of_another_pool_is_unknown(sandbox: Sandbox, http: httpx.Client) -> None:
    assert http.get(f"{sandbox.urls.cognito}eu-central-1_Other/.well-known/jwks.json").status_code == 404


def test_a_password_can_be_changed(sandbox: Sandbox, cognito: CognitoClient) -> None:
    sandbox.add_cognito_user(USER, "Another-Fake-Password")
    refused(cognito.sign_in(USER, PASSWORD), "NotAuthorizedException")
    assert cognito.sign_in(USER, "Another-Fake-Password").status_code == 200


def test_a_reset_makes_earlier_tokens_worthless(sandbox: Sandbox, cognito: CognitoClient, http: httpx.Client) -> None:
    tokens = cognito.tokens()
    sandbox.reset()
    reply = http.get(f"{sandbox.urls.adiutaopt}/version", headers={"authorization": tokens["IdToken"]})
    assert (reply.status_code, reply.json()["message"]) == (401, "the user of the token is not known any more")
    refused(cognito.call("GetUser", {"AccessToken": tokens["AccessToken"]}), "NotAuthorizedException")
