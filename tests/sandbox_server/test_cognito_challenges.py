"""Cognito: what is asked after the password, each kind answered rightly and wrongly."""

import base64
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.sandbox import Sandbox
from optcloud_sandbox.cognito import totp
from optcloud_sandbox.settings import CognitoSettings
from sandbox_server.raw_clients import CognitoClient

NAME, PASSWORD = "ada@sandbox.invalid", "Fake-Password-1"
NEW = "Fake-Password-2"


def refused(reply: httpx.Response, name: str) -> str:
    assert (reply.status_code, reply.json()["__type"]) == (400, name)
    return str(reply.json()["message"])


def asked(cognito: CognitoClient, challenge: str, password: str = PASSWORD) -> dict[str, Any]:
    """The reply to the right password, which asks for `challenge`."""
    reply = cognito.sign_in(NAME, password)
    assert reply.status_code == 200, reply.text
    assert "AuthenticationResult" not in reply.json()
    assert reply.json()["ChallengeName"] == challenge
    assert len(reply.json()["Session"]) >= 20
    found: dict[str, Any] = reply.json()
    return found


def answer(cognito: CognitoClient, challenge: dict[str, Any], **responses: str) -> httpx.Response:
    user = {"USERNAME": challenge["ChallengeParameters"]["USER_ID_FOR_SRP"]}
    return cognito.respond(challenge["ChallengeName"], user | responses, challenge["Session"])


def signed_in(reply: httpx.Response) -> dict[str, Any]:
    assert reply.status_code == 200, reply.text
    tokens: dict[str, Any] = reply.json()["AuthenticationResult"]
    assert {"IdToken", "AccessToken", "RefreshToken"} <= set(tokens)
    return tokens


def test_a_new_password_is_asked_for_once(sandbox: Sandbox, cognito: CognitoClient) -> None:
    sandbox.add_cognito_user(NAME, PASSWORD, challenge="NEW_PASSWORD_REQUIRED", required_attributes=["name"])
    challenge = asked(cognito, "NEW_PASSWORD_REQUIRED")
    parameters = challenge["ChallengeParameters"]
    assert json.loads(parameters["requiredAttributes"]) == ["userAttributes.name"]
    assert json.loads(parameters["userAttributes"])["email"] == NAME
    tokens = signed_in(answer(cognito, challenge, NEW_PASSWORD=NEW, **{"userAttributes.name": "Ada Amsel"}))
    user = cognito.call("GetUser", {"AccessToken": tokens["AccessToken"]}).json()
    assert {"Name": "name", "Value": "Ada Amsel"} in user["UserAttributes"]
    signed_in(cognito.sign_in(NAME, NEW))
    refused(cognito.sign_in(NAME, PASSWORD), "NotAuthorizedException")


def test_a_wrong_password_is_refused_before_anything_is_asked(sandbox: Sandbox, cognito: CognitoClient) -> None:
    sandbox.add_cognito_user(NAME, PASSWORD, challenge="NEW_PASSWORD_REQUIRED")
    refused(cognito.sign_in(NAME, "wrong"), "NotAuthorizedException")


@pytest.mark.parametrize(
    ("responses", "name", "words"),
    [
        ({}, "InvalidParameterException", "NEW_PASSWORD"),
        ({"NEW_PASSWORD": NEW}, "InvalidParameterException", "name is missing"),
        ({"NEW_PASSWORD": NEW, "userAttributes.email": "b"}, "NotAuthorizedException", "already provided email"),
        ({"NEW_PASSWORD": "Fa-1"}, "InvalidPasswordException", "not long enough"),
        ({"NEW_PASSWORD": "fake-password-2"}, "InvalidPasswordException", "uppercase"),
        ({"NEW_PASSWORD": "FAKE-PASSWORD-2"}, "InvalidPasswordException", "lowercase"),
        ({"NEW_PASSWORD": "Fake-Password"}, "InvalidPasswordException", "numeric"),
        ({"NEW_PASSWORD": "FakePassword2"}, "InvalidPasswordException", "symbol"),
    ],
)
def test_new_passwords_that_will_not_do(
    sandbox: Sandbox, cognito: CognitoClient, responses: dict[str, str], name: str, words: str
) -> None:
    sandbox.add_cognito_user(NAME, PASSWORD, challenge="NEW_PASSWORD_REQUIRED", required_attributes=["name"])
    challenge = asked(cognito, "NEW_PASSWORD_REQUIRED")
    more = {"userAttributes.name": "Ada"} if name == "InvalidPasswordException" else {}
    assert words in refused(answer(cognito, challenge, **responses, **more), name)
    # The session is still good for a better answer, and the old password for a new session.
    signed_in(answer(cognito, challenge, NEW_PASSWORD=NEW, **{"userAttributes.name": "Ada"}))


@pytest.mark.parametrize(("challenge", "field"), [("SMS_MFA", "SMS_MFA_CODE"), ("EMAIL_OTP", "EMAIL_OTP_CODE")])
def test_codes_that_were_sent(sandbox: Sandbox, cognito: CognitoClient, challenge: str, field: str) -> None:
    sandbox.add_cognito_user(NAME, PASSWORD, challenge=challenge)
    for _ in range(2):  # it is asked each time
        found = asked(cognito, challenge)
        assert "*" in found["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"]
        assert "auth state" in refused(answer(cognito, found, **{field: "000000"}), "CodeMismatchException")
        refused(answer(cognito, found), "InvalidParameterException")
        code = sandbox.cognito_code(NAME, challenge)
        assert code == sandbox.credentials.sms_code
        signed_in(answer(cognito, found, **{field: code}))
    sandbox.add_cognito_user(NAME, PASSWORD, challenge=challenge, sms_code="111111")
    signed_in(answer(cognito, asked(cognito, challenge), **{field: "111111"}))


def test_totp_by_the_sandboxs_clock(sandbox: Sandbox, cognito: CognitoClient) -> None:
    sandbox.add_cognito_user(NAME, PASSWORD, challenge="SOFTWARE_TOKEN_MFA")
    old = sandbox.cognito_code(NAME)
    sandbox.turn(90)
    challenge = asked(cognito, "SOFTWARE_TOKEN_MFA")
    message = refused(answer(cognito, challenge, SOFTWARE_TOKEN_MFA_CODE=old), "CodeMismatchException")
    assert message == "Invalid code received for user"
    code = sandbox.cognito_code(NAME)
    assert code == totp.code_for(sandbox.credentials.totp_secret, int(sandbox.now()) // 30)
    signed_in(answer(cognito, challenge, SOFTWARE_TOKEN_MFA_CODE=code))
    again = asked(cognito, "SOFTWARE_TOKEN_MFA")
    message = refused(answer(cognito, again, SOFTWARE_TOKEN_MFA_CODE=code), "ExpiredCodeException")
    assert message == "Your software token has already been used once."
    sandbox.turn(30)
    signed_in(answer(cognito, again, SOFTWARE_TOKEN_MFA_CODE=sandbox.cognito_code(NAME)))


# The seconds and codes of appendix B of RFC 6238, the last six of their eight digits.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_totp_gives_the_codes_of_the_rfc(seconds: int, code: str) -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert totp.code_for(secret, totp.step_at(seconds)) == code
    assert totp.matching_step(secret, code, seconds + 30) == totp.step_at(seconds)
    assert totp.matching_step(secret, code, seconds + 60) is None


@given(st.binary(min_size=1, max_size=40), st.integers(0, 2**40))
def test_a_secret_is_the_same_with_and_without_padding(secret: bytes, step: int) -> None:
    text = base64.b32encode(secret).decode()
    assert totp.code_for(text, step) == totp.code_for(text.rstrip("="), step)


def test_an_mfa_type_is_chosen_first(sandbox: Sandbox, cognito: CognitoClient) -> None:
    sandbox.add_cognito_user(NAME, PASSWORD, challenge="SELECT_MFA_TYPE")
    first = asked(cognito, "SELECT_MFA_TYPE")
    assert json.loads(first["ChallengeParameters"]["MFAS_CAN_CHOOSE"]) == ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]
    refused(answer(cognito, first, ANSWER="PIGEON"), "InvalidParameterException")
    second = answer(cognito, first, ANSWER="SMS_MFA").json()
    assert second["ChallengeName"] == "SMS_MFA"
    signed_in(answer(cognito, second, SMS_MFA_CODE=sandbox.credentials.sms_code))


def test_several_challenges_come_in_their_order(sandbox: Sandbox, cognito: CognitoClient) -> None:
    sandbox.add_cognito_user(NAME, PASSWORD, challenge=["NEW_PASSWORD_REQUIRED", "SMS_MFA"])
    second = answer(cognito, asked(cognito, "NEW_PASSWORD_REQUIRED"), NEW_PASSWORD=NEW).json()
    assert second["ChallengeName"] == "SMS_MFA"
    signed_in(answer(cognito, second, SMS_MFA_CODE=sandbox.credentials.sms_code))
    asked(cognito, "SMS_MFA", NEW)


@pytest.mark.parametrize("challenge", ["CUSTOM_CHALLENGE", "MFA_SETUP", "DEVICE_SRP_AUTH"])
def test_challenges_that_are_raised_only(sandbox: Sandbox, cognito: CognitoClient, challenge: str) -> None:
    sandbox.add_cognito_user(NAME, PASSWORD, challenge=challenge)
    found = asked(cognito, challenge)
    assert challenge in refused(answer(cognito, found, ANSWER="42"), "InvalidParameterException")


def test_a_session_belongs_to_its_challenge_its_user_and_its_client(sandbox: Sandbox, cognito: CognitoClient) -> None:
    sandbox.add_cognito_user(NAME, PASSWORD, challenge="SMS_MFA")
    found, code = asked(cognito, "SMS_MFA"), sandbox.credentials.sms_code
    right = {"USERNAME": NAME, "SMS_MFA_CODE": code}
    refused(cognito.respond("SOFTWARE_TOKEN_MFA", right, found["Session"]), "NotAuthorizedException")
    refused(cognito.respond("SMS_MFA", right | {"USERNAME": "eve"}, found["Session"]), "NotAuthorizedException")
    refused(cognito.respond("SMS_MFA", right, "made-up-session-of-nobody"), "NotAuthorizedException")
    refused(cognito.respond("SMS_MFA", right), "InvalidParameterException")
    refused(cognito.respond("CAPTCHA", right, found["Session"]), "InvalidParameterException")
    signed_in(cognito.respond("SMS_MFA", right, found["Session"]))
    refused(cognito.respond("SMS_MFA", right, found["Session"]), "NotAuthorizedException")


def test_a_session_ends_with_time_and_with_wrong_codes(sandbox: Sandbox, cognito: CognitoClient) -> None:
    sandbox.add_cognito_user(NAME, PASSWORD, challenge="SMS_MFA")
    sandbox.settings = replace(sandbox.settings, cognito=CognitoSettings(session=60, code_attempts=2))
    right = {"SMS_MFA_CODE": sandbox.credentials.sms_code}
    found = asked(cognito, "SMS_MFA")
    sandbox.turn(61)
    assert "expired" in refused(answer(cognito, found, **right), "NotAuthorizedException")
    found = asked(cognito, "SMS_MFA")
    for _ in range(2):
        refused(answer(cognito, found, SMS_MFA_CODE="000000"), "CodeMismatchException")
    assert "only be used once" in refused(answer(cognito, found, **right), "NotAuthorizedException")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"challenge": "CAPTCHA"}, "CAPTCHA"),
        ({"challenge": ["SMS_MFA", "PIGEON"]}, "PIGEON"),
        ({"status": "GONE"}, "GONE"),
        ({"totp_secret": "not base32!"}, "base32|padding|alphabet"),
        ({"required_attributes": "name"}, "list of names"),
    ],
)
def test_users_that_cannot_be(sandbox: Sandbox, wanted: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sandbox.add_cognito_user(NAME, PASSWORD, **wanted)


def test_only_codes_are_told(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="to have a code"):
        sandbox.cognito_code(sandbox.credentials.username, "NEW_PASSWORD_REQUIRED")
    with pytest.raises(ValueError, match="no user has the name"):
        sandbox.cognito_code("nobody")
