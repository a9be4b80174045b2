"""What a pool asks beyond the password, app clients with a secret, and who is asked when."""

from __future__ import annotations

import json
from typing import Any

import pytest

from optcloud.core.errors import (
    AuthError,
    ConfigError,
    CredentialsNotFound,
    OptCloudError,
    RateLimited,
    ResponseMismatch,
    ServerError,
    TransportError,
    Unsupported,
)
from optcloud.core.flow import Flow, Sleep
from optcloud.core.prompts import Question
from optcloud.core.secret import MASK, Secret
from unit.identity_provider import IdentityProvider, Step, refused
from unit.script import LOST, NEVER_LEFT, json_reply
from unit.signing_cloud import CALL, Cloud, call, call_twice

SMS = Step(
    "SMS_MFA",
    {"SMS_MFA_CODE": "246810"},
    {"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+*******0000"},
)
TOTP = Step("SOFTWARE_TOKEN_MFA", {"SOFTWARE_TOKEN_MFA_CODE": "135790"}, exception="ExpiredCodeException")
MAIL = Step("EMAIL_OTP", {"EMAIL_OTP_CODE": "112233"}, {"CODE_DELIVERY_DESTINATION": "p***@s***"})
NEW = Step("NEW_PASSWORD_REQUIRED", {"NEW_PASSWORD": "better horse"}, {"requiredAttributes": "[]"})
NEW_WITH_NAME = Step(
    "NEW_PASSWORD_REQUIRED",
    {"NEW_PASSWORD": "better horse", "userAttributes.name": "Ada"},
    {"requiredAttributes": json.dumps(["userAttributes.name"]), "userAttributes": "{}"},
    "InvalidPasswordException",
)


def asking(*steps: Step, **changes: Any) -> Cloud:
    provider = IdentityProvider()
    provider.steps = list(steps)
    return Cloud(provider, json_reply({}), **changes)


@pytest.mark.parametrize(
    ("steps", "answers"),
    [
        ([SMS], ["246810"]),
        ([SMS], [Secret(" 246810\n")]),
        ([TOTP], ["135790"]),
        ([MAIL], ["112233"]),
        ([NEW], ["better horse"]),
        ([NEW_WITH_NAME, TOTP], ["better horse", "Ada", "135790"]),
    ],
)
@pytest.mark.parametrize("secret", [None, "fake-client-secret"])
def test_right_answers_sign_in(steps: list[Step], answers: list[Any], secret: str | None) -> None:
    cloud = asking(*steps, client_secret=secret)
    cloud.provider.client_secret = secret
    cloud.answers = list(answers)
    cloud.run(call())
    assert cloud.provider.actions[2:] == [step.name for step in steps]
    assert cloud.answers == [] and len(cloud.tokens) == 1


def test_a_question_says_what_is_asked_and_where_the_code_went() -> None:
    cloud = asking(SMS, NEW_WITH_NAME)
    cloud.answers = ["wrong1", "246810", "better horse", "Ada"]
    cloud.run(call())
    words = "the code sent by SMS to +*******0000"
    assert cloud.questions[:2] == [
        Question("SMS_MFA", "SMS_MFA_CODE", words, "+*******0000"),
        Question("SMS_MFA", "SMS_MFA_CODE", words, "+*******0000", "CodeMismatchException: not that", 2),
    ]
    assert [one.asked for one in cloud.questions[2:]] == ["NEW_PASSWORD", "userAttributes.name"]


@pytest.mark.parametrize(("step", "exception"), [(SMS, "CodeMismatch"), (TOTP, "ExpiredCode")])
def test_wrong_codes_are_refused_in_cognitos_words_as_often_as_there_are_answers(step: Step, exception: str) -> None:
    cloud = asking(step)
    cloud.answers = ["000000", "000001", "000002", None]
    with pytest.raises(AuthError, match=f"{exception}Exception: not that"):
        cloud.run(call())
    assert cloud.provider.actions == ["USER_SRP_AUTH", "PASSWORD_VERIFIER", *[step.name] * 3]
    assert cloud.slept == [] and cloud.sent == []


def test_a_refusal_that_is_not_about_the_answer_ends_it() -> None:
    cloud = asking(SMS)
    cloud.answers = ["000000", "246810"]
    cloud.trouble = [None, None, refused("NotAuthorizedException", "Invalid session for the user.")]
    with pytest.raises(AuthError, match="Invalid session"):
        cloud.run(call())
    assert len(cloud.questions) == 1


def test_without_anybody_to_ask_the_error_says_how() -> None:
    cloud = asking(SMS)
    with pytest.raises(
        AuthError, match=r"asks for SMS_MFA \(a code was sent to \+\*{7}0000\).*adiutaopt_challenge="
    ) as caught:
        cloud.run(call())
    assert "optcloud adiutaopt login" in str(caught.value) and caught.value.vendor == "Amazon Cognito"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("MFA_SETUP", "set up a second factor"),
        ("SELECT_MFA_TYPE", "preferred"),
        ("CUSTOM_CHALLENGE", "ask your provider"),
        ("DEVICE_SRP_AUTH", "remembered devices"),
        ("WEB_AUTHN", "ask your provider"),
    ],
)
def test_what_cannot_be_answered_is_named_with_a_mend(name: str, hint: str) -> None:
    cloud = asking(Step(name, {}))
    with pytest.raises(Unsupported, match=f"asks for {name}, which is not supported: .*{hint}"):
        cloud.run(call())
    assert cloud.questions == []


@pytest.mark.parametrize(
    "changes",
    [
        {"ChallengeName": 7},
        {"ChallengeParameters": 7},
        {"ChallengeParameters": {"requiredAttributes": "no list"}},
        {"ChallengeParameters": {"requiredAttributes": ["no text"]}},
        {"Session": 7},
    ],
)
def test_a_challenge_that_cannot_be_read_is_a_mismatch(changes: dict[str, Any]) -> None:
    cloud = asking()
    cloud.trouble = [None, json_reply({"ChallengeName": "NEW_PASSWORD_REQUIRED", **changes})]
    with pytest.raises(ResponseMismatch, match="cannot be read"):
        cloud.run(call())


def test_an_answer_of_another_type_is_named() -> None:
    cloud = asking(SMS)
    cloud.answers = [246810]  # type: ignore[list-item]
    with pytest.raises(ConfigError, match="adiutaopt_challenge returned a int"):
        cloud.run(call())


def test_answers_do_not_show() -> None:
    cloud = asking(NEW)
    cloud.answers = ["better horse"]
    cloud.run(call())
    assert cloud.session.redact("to better horse") == f"to {MASK}"
    assert "better horse" not in repr(cloud.session) + repr(cloud.questions)


# ---------------------------------------------------------------- nobody is asked in vain


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (LOST, TransportError),
        (NEVER_LEFT, TransportError),
        (refused("TooManyRequestsException", "slow down"), RateLimited),
        (refused("InternalErrorException", "oops", 500), ServerError),
    ],
)
def test_a_code_is_not_sent_twice(trouble: Any, kind: type[OptCloudError]) -> None:
    """It is used up, and whoever typed it would have to be asked for another one."""
    cloud = asking(SMS)
    cloud.answers = ["246810", "246810"]
    cloud.trouble = [None, None, trouble]
    with pytest.raises(kind):
        cloud.run(call())
    assert len(cloud.questions) == 1 and cloud.slept == []


def test_before_anybody_is_asked_trouble_is_waited_out() -> None:
    cloud = asking(SMS)
    cloud.answers = ["246810"]
    cloud.trouble = [None, refused("TooManyRequestsException", "slow down")]
    cloud.run(call())
    assert len(cloud.questions) == 1 and len(cloud.slept) == 1


def test_after_an_answer_stayed_away_nobody_is_asked_for_a_while() -> None:
    """Each attempt would have a message sent."""
    cloud = asking(SMS)
    caught: list[str] = []

    def flow() -> Flow[None]:
        for pause in (0, 1, 290, 10):
            yield Sleep(pause)
            if pause == 10:
                cloud.answers = ["246810"]
            try:
                yield CALL
            except AuthError as error:
                caught.append(str(error))

    cloud.run(flow())
    assert len(caught) == 3 and len(set(caught)) == 1
    assert cloud.provider.actions.count("USER_SRP_AUTH") == 2 and len(cloud.questions) == 2


def test_signing_in_by_hand_asks_all_the_same() -> None:
    cloud = asking(SMS)
    with pytest.raises(AuthError):
        cloud.run_all(call())
    cloud.answers = ["246810"]
    done = cloud.run_all(cloud.session.sign_in())
    assert (done.username, done.until.isoformat(), done.kept) == ("ada", "2026-11-07T10:05:01+00:00", None)
    cloud.run(call())


def test_a_new_password_is_the_one_to_sign_in_with_from_then_on() -> None:
    cloud = asking(NEW)
    cloud.answers = ["better horse"]
    cloud.replies.append(json_reply({}))
    cloud.provider.refresh_ends = 100

    def flow() -> Flow[None]:
        yield CALL
        cloud.provider.password, cloud.provider.steps = "better horse", []
        yield Sleep(4000)
        yield CALL

    cloud.run(flow())
    assert cloud.provider.actions[3:] == ["REFRESH_TOKEN_AUTH", "USER_SRP_AUTH", "PASSWORD_VERIFIER"]


# ---------------------------------------------------------------- the password, asked for


def test_a_password_that_is_no_setting_is_asked_for() -> None:
    cloud = asking(password=None)
    cloud.answers = ["correct horse"]
    cloud.trouble = [LOST]
    cloud.run(call())
    assert [(one.name, one.words) for one in cloud.questions] == [("PASSWORD", "the password of ada")]
    assert cloud.session.redact("correct horse") == MASK


def test_without_a_password_and_anybody_to_ask_the_places_are_told() -> None:
    with pytest.raises(CredentialsNotFound, match=r"(?s)adiutaopt\.password.*OPTCLOUD_ADIUTAOPT_PASSWORD.*login"):
        asking(password=None).run(call())


# ---------------------------------------------------------------- app clients with a secret


def test_the_secret_of_the_client_signs_each_call_also_refreshes() -> None:
    """The provider checks each SECRET_HASH: by the user name that was given, later by the one the pool has."""
    provider = IdentityProvider()
    provider.client_secret = "fake-client-secret"
    cloud = Cloud(provider, json_reply({}), json_reply({}), client_secret="fake-client-secret")
    cloud.run(call_twice(4000))
    assert provider.actions == ["USER_SRP_AUTH", "PASSWORD_VERIFIER", "REFRESH_TOKEN_AUTH"]
    assert b"fake-client-secret" not in b"".join(post.content for post in cloud.posts)
    assert "fake-client-secret" not in repr(cloud.session) + repr(cloud.policy)
    assert cloud.session.redact("fake-client-secret") == MASK
