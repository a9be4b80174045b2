"""Tokens over days: renewed in time, by the provider's clock, by one flow at a time, shared with other processes."""

from __future__ import annotations

import asyncio
import threading
from itertools import pairwise
from typing import Any

import httpx
import pytest
from attrs import define, evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import patience
from optcloud.adiutaopt.sign_in.token_storage import PATIENCE
from optcloud.adiutaopt.sign_in.tokens import Tokens, read_kept, token_end
from optcloud.core.errors import AuthError, ConfigError, CredentialsNotFound, ServerError
from optcloud.core.events import ClockOff, TokensNotKept
from optcloud.core.flow import Flow, Sleep
from optcloud.core.secret import MASK, Secret
from optcloud.transport.asynchronous import AsyncDriver
from optcloud.transport.blocking import Driver
from optcloud.transport.httpx_mapping import DriverConfig
from unit.identity_provider import IdentityProvider, refused
from unit.script import EPOCH, json_reply
from unit.signing_cloud import CALL, Cloud, call, settings_for

HOUR = 3600


@define
class TokenStore:
    """A shelf in memory, with one lock for all turns."""

    text: Secret | None = None
    holder: object = None
    broken: str = ""
    place: str = "a shelf"

    def load(self) -> Secret | None:
        if "load" in self.broken:
            raise ConfigError("others than its owner may read it")
        return self.text

    def keep(self, text: Secret) -> None:
        if "keep" in self.broken:
            raise ConfigError("no space left")
        self.text = text

    def remove(self) -> bool:
        self.text, was = None, self.text
        return was is not None

    def turn(self) -> Turn:
        return Turn(self)


@define(eq=False)
class Turn:
    token_store: TokenStore

    def take(self) -> bool:
        if "lock" in self.token_store.broken:
            raise ConfigError("no locks here")
        if self.token_store.holder not in (None, self):
            return False
        self.token_store.holder = self
        return True

    def give_back(self) -> None:
        if self.token_store.holder is self:
            self.token_store.holder = None


def calls(times: int, every: float) -> Flow[None]:
    for _ in range(times):
        yield CALL
        yield Sleep(every)


# ---------------------------------------------------------------- days


def test_three_days_take_72_tokens_and_one_refresh_an_hour() -> None:
    provider = IdentityProvider()
    cloud = Cloud(provider, *[json_reply({}) for _ in range(3 * 24 * 12)])
    cloud.run(calls(3 * 24 * 12, 300))
    assert len(set(cloud.tokens)) == provider.issued == 72
    assert provider.actions.count("USER_SRP_AUTH") == 1
    assert min(b - a for a, b in pairwise(provider.times[1:])) >= HOUR


@settings(max_examples=20, deadline=None)
@given(st.floats(1, 5000), st.integers(1, 60))
def test_at_any_pace_no_token_is_ended_when_it_goes_out_nor_renewed_before_its_time(every: float, times: int) -> None:
    provider = IdentityProvider()
    ends: list[tuple[float, float]] = []

    def api(request: Any) -> httpx.Response:
        token = Secret(request.headers["authorization"].removeprefix("Bearer "))
        ends.append((cloud.now + EPOCH, token_end(token)))
        return json_reply({})

    cloud = Cloud(provider, *[api] * times)
    cloud.session._tokens = Tokens(Secret(_fresh_token(provider)), EPOCH + HOUR, Secret("refresh-token-1"), "id-of-ada")
    cloud.run(calls(times, every))
    assert all(end - now >= 120 for now, end in ends)
    assert provider.issued <= 1 + times * every / (HOUR - 120) and "USER_SRP_AUTH" not in provider.actions


def _fresh_token(provider: IdentityProvider) -> str:
    token: str = provider._tokens().json()["AuthenticationResult"]["IdToken"]
    return token


# ---------------------------------------------------------------- clocks


@pytest.mark.parametrize("ahead", [-7 * 24 * HOUR, -HOUR, -301, 301, 2 * HOUR])
def test_a_clock_that_is_off_is_corrected_for_and_told_once(ahead: float, caplog: pytest.LogCaptureFixture) -> None:
    provider = IdentityProvider()
    provider.ahead = ahead
    cloud = Cloud(provider, *[json_reply({}) for _ in range(30)])
    cloud.run(calls(30, 600))
    (told,) = [event for event in cloud.events if isinstance(event, ClockOff)]
    assert told.vendor == "Amazon Cognito" and told.seconds == pytest.approx(ahead, abs=1)
    assert provider.issued == 5, "tokens end by the provider's clock"
    assert "clock" in caplog.text


@pytest.mark.parametrize("ahead", [0, 20, -20])
def test_a_clock_that_is_nearly_right_is_left_alone(ahead: float) -> None:
    provider = IdentityProvider()
    provider.ahead = ahead
    cloud = Cloud(provider, json_reply({}))
    cloud.run(call())
    assert cloud.events == []


def test_a_clock_that_is_set_right_again_is_told_too() -> None:
    provider = IdentityProvider()
    provider.ahead = HOUR
    cloud = Cloud(provider, json_reply({}), json_reply({}))

    def flow() -> Flow[None]:
        yield CALL
        provider.ahead = 0
        yield Sleep(HOUR)
        yield CALL

    cloud.run(flow())
    assert [event.seconds for event in cloud.events if isinstance(event, ClockOff)] == [pytest.approx(HOUR, abs=1), 0]


def test_a_date_that_cannot_be_read_is_no_date() -> None:
    provider = IdentityProvider()
    cloud = Cloud(provider, json_reply({}))
    answer = provider._answer
    provider._answer = lambda *given: _dated(answer(*given), "some day")  # type: ignore[method-assign]
    cloud.run(call())
    assert cloud.events == []


def _dated(reply: httpx.Response, date: str) -> httpx.Response:
    reply.headers["date"] = date
    return reply


# ---------------------------------------------------------------- refresh tokens


def test_refresh_tokens_that_rotate_are_followed() -> None:
    provider = IdentityProvider()
    provider.rotates = True
    cloud = Cloud(provider, *[json_reply({}) for _ in range(3)])
    cloud.run(calls(3, 4000))
    assert provider.actions[2:] == ["REFRESH_TOKEN_AUTH", *["GetTokensFromRefreshToken"] * 2]
    assert provider.alive == {"refresh-token-3"}


def test_a_revoked_refresh_token_leads_to_one_sign_in() -> None:
    provider = IdentityProvider()
    cloud = Cloud(provider, *[json_reply({}) for _ in range(4)])

    def flow() -> Flow[None]:
        yield CALL
        provider.alive.clear()
        yield CALL  # the ID token still lasts
        assert len(provider.actions) == 2
        yield Sleep(4000)
        yield from calls(2, 4000)

    cloud.run(flow())
    assert provider.actions[2:] == [
        "REFRESH_TOKEN_AUTH",
        "USER_SRP_AUTH",
        "PASSWORD_VERIFIER",
        "REFRESH_TOKEN_AUTH",
    ]


def test_a_refused_refresh_token_is_not_tried_again() -> None:
    provider = IdentityProvider()
    cloud = Cloud(provider, json_reply({}))
    cloud.run(call())
    provider.alive.clear()
    cloud.now = 4000
    cloud.trouble = [None, *[refused("InternalErrorException", "oops", 500)] * 4]
    with pytest.raises(ServerError):
        cloud.run(call())
    cloud.replies = [json_reply({})]
    cloud.run(call())
    assert provider.actions[2:] == ["REFRESH_TOKEN_AUTH", "USER_SRP_AUTH", "PASSWORD_VERIFIER"]


# ---------------------------------------------------------------- one at a time, also in failing


@pytest.mark.parametrize("form", ["threads", "tasks"])
def test_who_waits_shares_the_refusal(form: str) -> None:
    """A wrong password is sent once, however many wait: Cognito counts attempts, and each may send a message."""
    provider = IdentityProvider()
    cloud = Cloud(provider, password="incorrect horse")
    session, met = cloud.session, list[str]()
    waiting = threading.Semaphore(0)

    def answer(effect: Any) -> httpx.Response:
        for _ in range(0 if provider.actions else 8):
            assert waiting.acquire(timeout=patience.PATIENCE), "all others wait for this one"
        return provider(effect)

    class Noting(Driver):
        def _perform(self, effect: object) -> Any:
            if type(effect).__name__ == "WithLock":
                waiting.release()
            return super()._perform(effect)

    if form == "threads":
        driver = Noting(answer, DriverConfig())

        def work() -> None:
            with pytest.raises(AuthError) as caught:
                driver.run(session.token())
            met.append(str(caught.value))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:

        async def perform(effect: Any) -> httpx.Response:
            await asyncio.sleep(0)
            return provider(effect)

        async def main() -> None:
            tasks = AsyncDriver(perform, DriverConfig())
            for error in await asyncio.gather(*(tasks.run(session.token()) for _ in range(8)), return_exceptions=True):
                met.append(str(error))

        asyncio.run(main())
    assert len(met) == 8 and len(set(met)) == 1 and "Incorrect" in met[0]
    assert provider.actions == ["USER_SRP_AUTH", "PASSWORD_VERIFIER"]


def test_who_comes_later_tries_again() -> None:
    cloud = Cloud(IdentityProvider(), password="incorrect horse")
    for _ in range(2):
        with pytest.raises(AuthError):
            cloud.run(call())
    assert cloud.provider.actions.count("USER_SRP_AUTH") == 2


# ---------------------------------------------------------------- shared with other processes


def two_processes(**changes: Any) -> tuple[TokenStore, Cloud, Cloud]:
    """Two sessions of one user, as in two processes."""
    provider, token_store = IdentityProvider(), TokenStore()
    return (
        token_store,
        Cloud(provider, token_store=token_store, **changes),
        Cloud(provider, token_store=token_store, **changes),
    )


def call_on(cloud: Cloud, now: float = 0.0, *replies: Any) -> None:
    cloud.now = now
    cloud.replies = list(replies or [json_reply({})])
    cloud.run(call())


def test_another_process_signs_in_no_more_and_refreshes_for_both() -> None:
    token_store, one, two = two_processes()
    call_on(one)
    call_on(two)
    assert one.provider.actions == ["USER_SRP_AUTH", "PASSWORD_VERIFIER"]
    call_on(two, 4000)
    call_on(one, 4000)
    assert one.provider.actions[2:] == ["REFRESH_TOKEN_AUTH"]
    assert one.tokens == two.tokens and token_store.holder is None


def test_a_401_in_two_processes_is_one_refresh() -> None:
    _, one, two = two_processes()
    for cloud in (one, two):
        call_on(cloud)
    for cloud in (one, two):
        call_on(cloud, 10, json_reply({}, 401), json_reply({}))
    assert one.provider.actions[2:] == ["REFRESH_TOKEN_AUTH"]


def test_no_password_is_needed_while_tokens_are_kept() -> None:
    token_store, one, _ = two_processes()
    call_on(one)
    other = Cloud(one.provider, token_store=token_store, password=None)
    call_on(other)
    call_on(other, 4000)
    one.provider.alive.clear()
    with pytest.raises(CredentialsNotFound, match="optcloud adiutaopt login"):
        call_on(other, 9000)


def test_what_is_kept_is_no_password_and_carries_the_clock_over() -> None:
    token_store, one, two = two_processes()
    one.provider.ahead = -2 * HOUR
    call_on(one)
    assert token_store.text is not None and "correct horse" not in token_store.text.reveal()
    call_on(two)
    assert one.provider.issued == 1, "by this machine's clock the token would have ended"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format":1}', '{"format":2,"id_token":"x"}', '"\\ud800"', "\ud800"])
def test_a_damaged_cache_is_signed_over_and_said(text: str, caplog: pytest.LogCaptureFixture) -> None:
    token_store, one, _ = two_processes()
    token_store.text = Secret(text)
    call_on(one)
    assert one.provider.issued == 1 and "tokens kept at a shelf are not used" in caplog.text
    assert token_store.text is not None and read_kept(token_store.text).user == "id-of-ada"


def test_of_another_format_is_not_used() -> None:
    text = Tokens(Secret("a"), 1.0, Secret("b")).text().reveal().replace('"format":1', '"format":2')
    with pytest.raises(ValueError, match="format 2"):
        read_kept(Secret(text))


@given(st.text(), st.text(), st.floats(0, 1e10), st.text(), st.floats(-1e6, 1e6))
def test_tokens_are_the_same_after_being_kept(token: str, fresh: str, ends: float, user: str, skew: float) -> None:
    try:
        "".join([token, fresh, user]).encode()
    except UnicodeEncodeError:
        return
    tokens = Tokens(Secret(token), ends, Secret(fresh), user, skew)
    assert read_kept(tokens.text()) == evolve(tokens, skew=round(skew, 1))


@pytest.mark.parametrize("broken", ["load", "keep", "lock", "load keep lock"])
def test_a_cache_that_cannot_be_used_is_no_obstacle(broken: str, caplog: pytest.LogCaptureFixture) -> None:
    token_store, one, _ = two_processes()
    token_store.broken = broken
    call_on(one)
    assert one.provider.issued == 1
    assert "a shelf" in caplog.text
    told = [event for event in one.events if isinstance(event, TokensNotKept)]
    assert bool(told) == (broken != "load")


def test_who_waits_for_another_process_takes_its_tokens() -> None:
    token_store, one, two = two_processes()
    call_on(one)
    tokens, token_store.text = token_store.text, None
    other = token_store.turn()
    assert other.take()

    def finish() -> None:
        if len(two.slept) == 5:
            token_store.text = tokens
            other.give_back()

    two.on_sleep = finish
    call_on(two)
    assert one.provider.issued == 1 and two.slept == [0.05, 0.1, 0.25, 0.25, 0.25]
    assert token_store.holder is None


def test_a_process_that_never_finishes_is_not_waited_for_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    token_store, one, _ = two_processes()
    other = token_store.turn()
    assert other.take()
    call_on(one)
    assert sum(one.slept) == pytest.approx(PATIENCE, abs=1)
    assert "has not renewed" in caplog.text and token_store.holder is other


def test_a_failure_leaves_no_lock_behind() -> None:
    token_store, one, _ = two_processes(password="incorrect horse")
    with pytest.raises(AuthError):
        call_on(one)
    assert token_store.holder is None and token_store.text is None


def test_kept_tokens_do_not_show() -> None:
    _, one, two = two_processes()
    call_on(one)
    call_on(two)
    token = two.tokens[0].removeprefix("Bearer ")
    assert two.session.redact(f"{token} refresh-token-1") == f"{MASK} {MASK}"
    assert token not in repr(two.session) + repr(two.session._tokens)


# ---------------------------------------------------------------- signing in and out by hand


def test_signing_out_forgets_and_revokes() -> None:
    token_store, one, two = two_processes()
    call_on(one)
    done = two.run(two.session.sign_out())
    assert (done.was_signed_in, done.revoked, done.refusal) == (True, True, None)
    assert token_store.text is None and one.provider.alive == set() and one.provider.actions[2:] == ["RevokeToken"]
    done = two.run(two.session.sign_out())
    assert (done.was_signed_in, done.revoked) == (False, False)
    assert one.provider.actions[3:] == []


def test_signing_out_names_the_secret_of_the_client() -> None:
    provider = IdentityProvider()
    provider.client_secret = "fake-client-secret"
    cloud = Cloud(provider, json_reply({}), client_secret="fake-client-secret")
    cloud.run(call())
    assert cloud.run(cloud.session.sign_out()).revoked


def test_where_tokens_cannot_be_revoked_they_are_forgotten_all_the_same() -> None:
    token_store, one, _ = two_processes()
    call_on(one)
    one.trouble = [refused("UnsupportedOperationException", "revocation is not enabled")]
    done = one.run(one.session.sign_out())
    assert done.was_signed_in and not done.revoked and "not enabled" in str(done.refusal)
    assert token_store.text is None
    call_on(one)
    one.trouble = [refused("InternalErrorException", "oops", 500)] * 4
    with pytest.raises(ServerError):
        one.run(one.session.sign_out())
    assert token_store.text is None


def test_signing_in_by_hand_keeps_the_tokens() -> None:
    token_store, one, two = two_processes()
    assert one.run(one.session.sign_in()).kept == "a shelf"
    assert one.run(one.session.sign_in()).kept == "a shelf"
    assert one.provider.actions.count("USER_SRP_AUTH") == 2
    call_on(two)
    assert one.provider.issued == 2 and token_store.holder is None
    token_store.broken = "keep"
    assert one.run(one.session.sign_in()).kept is None


def test_settings_show_no_secret() -> None:
    shown = repr(settings_for(IdentityProvider(), client_secret="fake-client-secret"))
    assert "fake-client-secret" not in shown and "correct horse" not in shown
