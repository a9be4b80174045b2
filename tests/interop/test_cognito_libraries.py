"""Amazon's JavaScript library, pycognito and optcloud sign in, are refused, refresh, and answer what they are asked."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from interop.sign_ins import NodeSignIns, node_sign_ins, our_sign_in, pycognito_user, subject_of
from optcloud import AuthError, RateLimited, Unsupported
from optcloud.core.prompts import Question
from optcloud.sandbox import Sandbox

pytestmark = pytest.mark.filterwarnings("default")

USER, PASSWORD, NEW = "ada@sandbox.invalid", "Fake-Password-1", "Fake-Password-2"


def versions_with(sandbox: Sandbox, token: str) -> int:
    return httpx.get(f"{sandbox.urls.adiutaopt}/version", headers={"authorization": f"Bearer {token}"}).status_code


@pytest.fixture
def node(sandbox: Sandbox) -> Iterator[NodeSignIns]:
    with node_sign_ins(sandbox) as sign_ins:
        yield sign_ins


@pytest.fixture
def user(sandbox: Sandbox) -> Any:
    return pycognito_user(sandbox, USER)


def test_amazon_cognito_identity_js_signs_in_refreshes_and_reads_the_user(node: NodeSignIns, sandbox: Sandbox) -> None:
    credentials = sandbox.credentials
    result = node.sign_in(username=credentials.username, password=credentials.password)
    assert versions_with(sandbox, result["idToken"]) == 200
    assert versions_with(sandbox, result["refreshedIdToken"]) == 200
    assert "email" in result["attributes"]


@pytest.mark.parametrize(
    ("status", "password", "error"),
    [
        ("CONFIRMED", "wrong", "NotAuthorizedException"),
        ("UNCONFIRMED", PASSWORD, "UserNotConfirmedException"),
        ("RESET_REQUIRED", PASSWORD, "PasswordResetRequiredException"),
        ("DISABLED", PASSWORD, "NotAuthorizedException"),
    ],
)
def test_who_may_not_sign_in_is_refused_alike(
    node: NodeSignIns, user: Any, sandbox: Sandbox, status: Any, password: str, error: str
) -> None:
    sandbox.add_cognito_user(USER, PASSWORD, status=status)
    refused = node.sign_in(username=USER, password=password)
    with pytest.raises(user.client.exceptions.ClientError) as caught:
        user.authenticate(password=password)
    assert refused["error"] == caught.value.response["Error"]["Code"] == error
    assert refused["message"] == caught.value.response["Error"]["Message"]
    assert user.id_token is None
    with pytest.raises(AuthError, match=error):
        our_sign_in(sandbox, USER, password)


def test_pycognito_signs_in_verifies_the_tokens_and_renews_them(sandbox: Sandbox, user: Any) -> None:
    sandbox.add_cognito_user(USER, PASSWORD)
    user.authenticate(password=PASSWORD)  # checks signatures, audience, issuer itself
    first = user.id_token
    assert versions_with(sandbox, first) == 200
    assert user.get_user().email == USER
    user.renew_access_token()
    assert user.id_token != first
    assert versions_with(sandbox, user.id_token) == 200


def test_a_client_that_has_a_secret(sandbox: Sandbox) -> None:
    credentials = sandbox.credentials
    secret = {"client_id": credentials.confidential_client_id, "client_secret": credentials.client_secret}
    user = pycognito_user(sandbox, credentials.username, **secret)
    user.authenticate(password=credentials.password)
    assert versions_with(sandbox, user.id_token) == 200
    # It hashes the name it was given; Cognito wants the name that it has itself.
    with pytest.raises(user.client.exceptions.NotAuthorizedException, match="does not match"):
        user.renew_access_token()
    user.username = subject_of(user.id_token)
    user.renew_access_token()
    wrong_secret = secret | {"client_secret": "fakeandwrong"}
    wrong = pycognito_user(sandbox, credentials.username, **wrong_secret)
    with pytest.raises(wrong.client.exceptions.NotAuthorizedException, match="does not match"):
        wrong.authenticate(password=credentials.password)
    assert our_sign_in(sandbox, credentials.username, credentials.password, settings=secret)
    with pytest.raises(AuthError, match="does not match"):
        our_sign_in(sandbox, credentials.username, credentials.password, settings=wrong_secret)


def test_pycognito_signs_out_everywhere(sandbox: Sandbox, user: Any) -> None:
    sandbox.add_cognito_user(USER, PASSWORD)
    user.authenticate(password=PASSWORD)
    refresh_token = user.refresh_token
    user.logout()
    user.refresh_token = refresh_token
    with pytest.raises(user.client.exceptions.NotAuthorizedException, match="revoked"):
        user.renew_access_token()


def test_throttling_has_the_name_that_boto3_knows(sandbox: Sandbox, user: Any) -> None:
    sandbox.add_cognito_user(USER, PASSWORD)
    sandbox.refuse_cognito(times=100)
    with pytest.raises(user.client.exceptions.TooManyRequestsException):
        user.authenticate(password=PASSWORD)
    with pytest.raises(RateLimited):
        our_sign_in(sandbox, USER, PASSWORD)


def answering(sandbox: Sandbox, asked: list[str], **attributes: str) -> Callable[[Question], str]:
    """What optcloud calls with its questions; notes them in `asked`."""

    def answer(question: Question) -> str:
        if not asked or asked[-1] != question.name:
            asked.append(question.name)
        if question.asked == "NEW_PASSWORD":
            return NEW
        if question.asked.startswith("userAttributes."):
            return attributes[question.asked.removeprefix("userAttributes.")]
        return sandbox.cognito_code(USER, question.name)

    return answer


def test_a_new_password_is_given_by_each(node: NodeSignIns, user: Any, sandbox: Sandbox) -> None:
    sandbox.add_cognito_user(
        USER, PASSWORD, challenge="NEW_PASSWORD_REQUIRED", required_attributes=["name", "custom:team"]
    )
    attributes = {"name": "Ada Amsel", "custom:team": "night"}
    job = {"username": USER, "password": PASSWORD, "newPassword": NEW, "attributes": attributes}
    result = node.sign_in(**job)
    assert result["asked"] == ["NEW_PASSWORD_REQUIRED"]
    assert {"name", "custom:team"} <= set(result["attributes"])
    assert node.sign_in(**job)["error"] == "NotAuthorizedException"
    sandbox.add_cognito_user(USER, PASSWORD, challenge="NEW_PASSWORD_REQUIRED")
    user.new_password_challenge(PASSWORD, NEW)
    assert versions_with(sandbox, user.id_token) == 200
    sandbox.add_cognito_user(USER, PASSWORD, challenge="NEW_PASSWORD_REQUIRED", required_attributes=list(attributes))
    asked: list[str] = []
    assert our_sign_in(sandbox, USER, PASSWORD, answering(sandbox, asked, **attributes))
    assert asked == ["NEW_PASSWORD_REQUIRED"]
    assert our_sign_in(sandbox, USER, NEW)


@pytest.mark.parametrize(
    ("challenge", "answer"),
    [("SMS_MFA", "respond_to_sms_mfa_challenge"), ("SOFTWARE_TOKEN_MFA", "respond_to_software_token_mfa_challenge")],
)
def test_a_code_is_given_by_each(node: NodeSignIns, user: Any, sandbox: Sandbox, challenge: str, answer: str) -> None:
    sandbox.add_cognito_user(USER, PASSWORD, challenge=challenge)
    code = sandbox.cognito_code(USER, challenge)
    result = node.sign_in(username=USER, password=PASSWORD, code=code)
    assert result["asked"] == [challenge]
    assert versions_with(sandbox, result["idToken"]) == 200
    wrong = node.sign_in(username=USER, password=PASSWORD, code="000000")
    assert wrong["error"] == "CodeMismatchException"
    sandbox.add_cognito_user(USER, PASSWORD, challenge=challenge)  # a code is good once
    with pytest.raises(Exception, match="MFA") as caught:
        user.authenticate(password=PASSWORD)
    assert type(caught.value).__name__.endswith("MFAChallengeException")
    with pytest.raises(user.client.exceptions.CodeMismatchException):
        getattr(user, answer)("000000")
    getattr(user, answer)(code)
    assert versions_with(sandbox, user.id_token) == 200
    sandbox.add_cognito_user(USER, PASSWORD, challenge=challenge)
    asked: list[str] = []
    assert our_sign_in(sandbox, USER, PASSWORD, answering(sandbox, asked))
    assert asked == [challenge]


def test_an_mfa_type_is_chosen_and_several_challenges_are_answered_in_turn(node: NodeSignIns, sandbox: Sandbox) -> None:
    job = {"username": USER, "password": PASSWORD, "code": sandbox.credentials.sms_code, "mfaType": "SMS_MFA"}
    sandbox.add_cognito_user(USER, PASSWORD, challenge="SELECT_MFA_TYPE")
    result = node.sign_in(**job)
    assert result["asked"] == ["SELECT_MFA_TYPE", "SMS_MFA"]
    assert versions_with(sandbox, result["idToken"]) == 200
    sandbox.add_cognito_user(USER, PASSWORD, challenge=["NEW_PASSWORD_REQUIRED", "SMS_MFA"])
    assert node.sign_in(**job, newPassword=NEW)["asked"] == ["NEW_PASSWORD_REQUIRED", "SMS_MFA"]
    sandbox.add_cognito_user(USER, PASSWORD, challenge=["NEW_PASSWORD_REQUIRED", "SMS_MFA"])
    asked: list[str] = []
    assert our_sign_in(sandbox, USER, PASSWORD, answering(sandbox, asked))
    assert asked == ["NEW_PASSWORD_REQUIRED", "SMS_MFA"]


@pytest.mark.parametrize("challenge", ["CUSTOM_CHALLENGE", "MFA_SETUP"])
def test_challenges_that_are_raised_only_are_named(node: NodeSignIns, sandbox: Sandbox, challenge: str) -> None:
    sandbox.add_cognito_user(USER, PASSWORD, challenge=challenge)
    assert node.sign_in(username=USER, password=PASSWORD) == {"asked": [challenge]}
    with pytest.raises(Unsupported, match=challenge):
        our_sign_in(sandbox, USER, PASSWORD, lambda question: "anything")
