"""Sign-in by SRP and the tokens, against a small identity provider of the tests' own."""

import asyncio
import threading
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optcloud.adiutaopt.connection import TokenAuth
from optcloud.adiutaopt.sign_in import srp
from optcloud.adiutaopt.sign_in.session import CognitoSession
from optcloud.adiutaopt.sign_in.tokens import token_end
from optcloud.core.clock import SystemClock
from optcloud.core.errors import (
    AuthError,
    OptCloudError,
    RateLimited,
    ResponseMismatch,
    ServerError,
    TransportError,
    Unsupported,
)
from optcloud.core.events import Retrying
from optcloud.core.flow import Flow, Instant, Sleep
from optcloud.core.secret import MASK, Redactor, Secret
from optcloud.transport.asynchronous import AsyncDriver
from optcloud.transport.blocking import Driver
from optcloud.transport.httpx_mapping import DriverConfig
from unit.identity_provider import IdentityProvider, make_token, prime, refused
from unit.script import EPOCH, LOST, json_reply
from unit.signing_cloud import CALL, Cloud, call, call_twice, settings_for

# ---------------------------------------------------------------- SRP


def test_the_group_is_the_one_of_the_rfc() -> None:
    assert prime() == srp.N


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    st.one_of(st.just(1), st.integers(2**120, 2**128)),
)
def test_any_user_and_password_are_proven(username: str, password: str, salt: int) -> None:
    provider = IdentityProvider(username, password)
    provider.salt = salt
    cloud = Cloud(provider, json_reply({}), password=password)
    cloud.run(call())
    assert provider.actions == ["USER_SRP_AUTH", "PASSWORD_VERIFIER"]


def test_a_wrong_password_is_refused_and_does_not_show() -> None:
    cloud = Cloud(IdentityProvider(), password="incorrect horse")
    with pytest.raises(AuthError, match="NotAuthorizedException: Incorrect username or password") as caught:
        cloud.run(call())
    assert (caught.value.vendor, caught.value.status, caught.value.request_id) == ("Amazon Cognito", 400, "idp-1")
    assert cloud.sent == [] and cloud.slept == []
    assert "incorrect horse" not in b"".join(post.content for post in cloud.posts).decode()


def test_the_private_value_is_fresh_and_hidden() -> None:
    one, two = srp.SrpClient(), srp.SrpClient()
    assert one.private != two.private and str(one.private) not in repr(one)


@pytest.mark.parametrize("public", [0, srp.N, 2 * srp.N])
def test_a_server_value_that_makes_the_password_irrelevant_is_refused(public: int) -> None:
    provider = IdentityProvider()
    provider.changes = {"SRP_B": f"{public:x}"}
    with pytest.raises(ResponseMismatch, match="the SRP challenge cannot be read"):
        Cloud(provider).run(call())


@pytest.mark.parametrize(
    "changes",
    [{"SALT": "no hex"}, {"SALT": None}, {"SRP_B": 7}, {"SECRET_BLOCK": 7}, {"USER_ID_FOR_SRP": 7}],
)
def test_an_unreadable_challenge_is_a_mismatch(changes: dict[str, Any]) -> None:
    provider = IdentityProvider()
    provider.changes = changes
    with pytest.raises(ResponseMismatch, match="the SRP challenge cannot be read"):
        Cloud(provider).run(call())


def test_timestamps_are_english_and_the_day_is_not_padded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert srp.timestamp(EPOCH) == "Sat Nov 7 09:05:01 UTC 2026"
    assert srp.timestamp(1_795_824_000.9) == "Sat Nov 28 00:00:00 UTC 2026"
    assert srp.timestamp(0) == "Thu Jan 1 00:00:00 UTC 1970"


# ---------------------------------------------------------------- tokens


def test_one_sign_in_serves_many_calls() -> None:
    cloud = Cloud(IdentityProvider(), json_reply({}), json_reply({}))
    cloud.run(call_twice())
    assert len(cloud.provider.actions) == 2
    assert len(set(cloud.tokens)) == 1 and cloud.tokens[0].startswith("Bearer ey")


def test_the_token_goes_out_bare_where_asked_for() -> None:
    cloud = Cloud(IdentityProvider(), json_reply({}), bearer=False)
    cloud.run(call())
    assert cloud.tokens[0].startswith("ey") and cloud.tokens[0].count(".") == 2


@pytest.mark.parametrize(("after", "actions"), [(3479, 2), (3481, 3), (9999, 3)])
def test_a_token_is_refreshed_two_minutes_before_its_end(after: float, actions: int) -> None:
    cloud = Cloud(IdentityProvider(), json_reply({}), json_reply({}))
    cloud.run(call_twice(after))
    assert cloud.provider.actions == ["USER_SRP_AUTH", "PASSWORD_VERIFIER", "REFRESH_TOKEN_AUTH"][:actions]
    assert len(set(cloud.tokens)) == actions - 1


def test_the_refresh_token_is_kept_when_no_new_one_comes() -> None:
    cloud = Cloud(IdentityProvider(), *[json_reply({})] * 3)

    def thrice() -> Flow[None]:
        yield from call_twice(4000)
        yield Sleep(4000)
        yield CALL

    cloud.run(thrice())
    assert cloud.provider.actions[2:] == ["REFRESH_TOKEN_AUTH"] * 2


def test_when_the_refresh_token_has_ended_the_user_is_signed_in_anew() -> None:
    provider = IdentityProvider()
    provider.refresh_ends = 3000
    cloud = Cloud(provider, json_reply({}), json_reply({}))
    cloud.run(call_twice(4000))
    assert provider.actions[2:] == ["REFRESH_TOKEN_AUTH", "USER_SRP_AUTH", "PASSWORD_VERIFIER"]


def test_a_refused_token_is_renewed_once() -> None:
    cloud = Cloud(IdentityProvider(), json_reply({}, 401), json_reply({}))
    cloud.run(call())
    assert cloud.provider.actions[2:] == ["REFRESH_TOKEN_AUTH"] and len(set(cloud.tokens)) == 2
    cloud = Cloud(IdentityProvider(), json_reply({}, 401), json_reply({"message": "wrong pool"}, 401))
    with pytest.raises(AuthError, match="wrong pool"):
        cloud.run(call())
    assert cloud.provider.issued == 2


def test_a_token_that_another_flow_has_renewed_is_not_renewed_again() -> None:
    provider = IdentityProvider()
    cloud = Cloud(provider)
    session = CognitoSession(settings_for(provider), Redactor())
    request: Any = cloud.request("GET", "/version")
    auth = TokenAuth(session, bearer=True)

    def flow() -> Flow[None]:
        yield from auth.sign(request)
        refused: Any = cloud.request("GET", "/version")
        refused.headers["authorization"] = request.headers["authorization"]
        yield from auth.reject(refused, AuthError("refused"))
        yield from auth.sign(request)
        yield from auth.reject(refused, AuthError("refused"))  # with the old token, as a second request would be
        yield from auth.sign(request)

    cloud.run(flow())
    assert provider.actions[2:] == ["REFRESH_TOKEN_AUTH"]


def test_tokens_do_not_show() -> None:
    provider = IdentityProvider()
    redact = Redactor()
    session = CognitoSession(settings_for(provider), redact)
    cloud = Cloud(provider)

    token = cloud.run(session.token())
    assert redact(f"{token.reveal()} refresh-token-1") == f"{MASK} {MASK}"
    assert token.reveal() not in repr(session) + repr(token) + repr(TokenAuth(session, bearer=True))
    assert "correct horse" not in repr(session)


# ---------------------------------------------------------------- one refresh at a time


class Stopped(SystemClock):
    """Stands still at the provider's hour."""

    def now(self) -> Instant:
        return Instant(0.0, EPOCH)


def slow_provider(provider: IdentityProvider, entered: list[int], inside: list[int]) -> Any:
    """Answer, and note how many are being answered at the same time."""

    def perform(effect: Any) -> httpx.Response:
        inside[0] += 1
        entered.append(inside[0])
        try:
            return provider(effect)
        finally:
            inside[0] -= 1

    return perform


def signing(session: CognitoSession) -> Flow[None]:
    yield from TokenAuth(session, bearer=True).sign(httpx.Request("GET", "https://planner.test/"))  # type: ignore[arg-type]


def test_threads_sign_in_once_between_them() -> None:
    provider, entered = IdentityProvider(), list[int]()
    session = CognitoSession(settings_for(provider), Redactor())
    driver = Driver(slow_provider(provider, entered, [0]), DriverConfig(clock=Stopped()))
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        driver.run(signing(session))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert provider.actions == ["USER_SRP_AUTH", "PASSWORD_VERIFIER"] and set(entered) == {1}


def test_tasks_sign_in_once_between_them() -> None:
    provider = IdentityProvider()
    session = CognitoSession(settings_for(provider), Redactor())

    async def perform(effect: Any) -> httpx.Response:
        await asyncio.sleep(0)  # lets the others run
        return provider(effect)

    async def main() -> None:
        driver = AsyncDriver(perform, DriverConfig(clock=Stopped()))
        await asyncio.gather(*(driver.run(signing(session)) for _ in range(8)))

    asyncio.run(main())
    assert provider.actions == ["USER_SRP_AUTH", "PASSWORD_VERIFIER"]


# ---------------------------------------------------------------- trouble


@pytest.mark.parametrize(
    "trouble",
    [
        LOST,
        refused("TooManyRequestsException", "slow down"),
        refused("ThrottlingException", "slow down"),
        refused("InternalErrorException", "oops", 500),
        httpx.Response(503, html="<h1>Service Unavailable</h1>"),
    ],
)
def test_passing_trouble_at_the_provider_is_waited_out(trouble: Any) -> None:
    cloud = Cloud(IdentityProvider(), json_reply({}))
    cloud.trouble = [trouble]
    cloud.run(call())
    assert len(cloud.slept) == 1
    assert [type(event) for event in cloud.events] == [Retrying]


@pytest.mark.parametrize(
    ("trouble", "kind", "message"),
    [
        (LOST, TransportError, "signing in"),
        (refused("InternalErrorException", "oops", 500), ServerError, "oops"),
        (refused("TooManyRequestsException", "slow down"), RateLimited, "slow down"),
        (httpx.Response(429, json={"message": "by a gateway"}), RateLimited, "by a gateway"),
        (httpx.Response(502, html="<h1>Bad Gateway</h1>"), ServerError, "not a JSON object"),
        (httpx.Response(200, html="<h1>Welcome</h1>"), ResponseMismatch, "not a JSON object"),
        (httpx.Response(200, json=[]), ResponseMismatch, "not a JSON object"),
        (httpx.Response(200, content=b'{"a": "\xff"}'), ResponseMismatch, "not a JSON object"),
        (json_reply({"ChallengeName": "SMS_MFA"}), Unsupported, "asks for SMS_MFA"),
        (
            refused("ResourceNotFoundException", "no client"),
            AuthError,
            "check user_pool_id, client_id, client_sec",
        ),
        (refused("a.b#NotAuthorizedException", "no"), AuthError, "NotAuthorizedException: no"),
        (refused("UserNotFoundException", "nobody"), AuthError, "UserNotFoundException: nobody"),
    ],
)
def test_lasting_trouble_is_named(trouble: Any, kind: type[OptCloudError], message: str) -> None:
    cloud = Cloud(IdentityProvider())
    cloud.trouble = [trouble] * 4
    with pytest.raises(kind, match=message) as caught:
        cloud.run(call())
    assert type(caught.value) is kind and cloud.sent == []
    assert not isinstance(caught.value, TransportError) or caught.value.sent == "no"


@pytest.mark.parametrize(
    "result",
    [
        None,
        [],
        {},
        {"IdToken": 7, "RefreshToken": "r"},
        {"IdToken": "no-dots", "RefreshToken": "r"},
        {"IdToken": "a.#.c", "RefreshToken": "r"},
        {"IdToken": "a.aGVsbG8.c", "RefreshToken": "r"},
        {"IdToken": make_token([]), "RefreshToken": "r"},
        {"IdToken": make_token({"exp": "soon"}), "RefreshToken": "r"},
        {"IdToken": make_token({"exp": 1e9})},
    ],
)
def test_unreadable_tokens_are_a_mismatch(result: Any) -> None:
    cloud = Cloud(IdentityProvider())
    cloud.trouble = [None, json_reply({"AuthenticationResult": result})]
    with pytest.raises(ResponseMismatch, match="token"):
        cloud.run(call())


@given(st.integers(0, 2**40), st.text(max_size=5))
def test_a_tokens_end_is_read_whatever_its_length(end: int, filler: str) -> None:
    assert token_end(Secret(make_token({"sub": filler, "exp": end}))) == end
