"""One user's session at an AWS Cognito user pool: signed in when needed, renewed in time, shared, signed out; as flows.

Source: adiutaOpt facts F059-F064: three tokens, the ID token is the one to send, valid one hour, renewed with the
refresh token.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from attrs import define, field, frozen

from optcloud.adiutaopt.sign_in.challenges import HOW_TO_ANSWER, Person
from optcloud.adiutaopt.sign_in.identity_provider import IdentityProvider
from optcloud.adiutaopt.sign_in.token_requests import prove, refresh, revoke
from optcloud.adiutaopt.sign_in.token_storage import in_turn, keep_on, load_from
from optcloud.adiutaopt.sign_in.tokens import Tokens, TokenStore
from optcloud.core.errors import AuthError, CredentialsNotFound, DeadlineExceeded, OptCloudError
from optcloud.core.flow import Flow, Instant, ReadClock, RunBlocking, WithLock
from optcloud.core.logs import sign_in
from optcloud.core.prompts import Question
from optcloud.core.retry import RetryPolicy
from optcloud.core.secret import Redactor, Secret
from optcloud.core.settings import AdiutaOptSettings

EARLY = 120.0  # seconds before its end at which a token is renewed
QUIET = 300.0  # seconds for which nobody is asked again after an answer stayed away: no messages sent for nothing


@frozen
class SignedIn:
    """Who is signed in, until when the ID token lasts (it is renewed from then on), and where tokens are kept."""

    username: str
    until: datetime
    kept: str | None


@frozen
class SignedOut:
    """Whether there were tokens, and whether Cognito revoked them; if it refused, ``refusal`` has its words."""

    was_signed_in: bool
    revoked: bool
    refusal: str | None = None


@define
class CognitoSession:
    """Keeps the tokens in memory, and in a store if there is one, and renews them in time."""

    settings: AdiutaOptSettings
    redact: Redactor = field(repr=False)
    retry: RetryPolicy = field(factory=RetryPolicy, repr=False)
    token_store: TokenStore | None = None
    _provider: IdentityProvider = field(init=False, repr=False)
    _tokens: Tokens | None = field(default=None, repr=False)
    _password: Secret | None = field(init=False, repr=False)
    _rejected: Secret | None = field(default=None, repr=False)
    _spent: Secret | None = field(default=None, repr=False)
    _rounds: int = field(default=0, repr=False)
    _failure: OptCloudError | None = field(default=None, repr=False)
    _quiet_until: float = field(default=0.0, repr=False)
    _is_kept: bool = field(default=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._provider = IdentityProvider(self.settings, self.redact, self.retry)
        self._password = self.settings.password

    def token(self) -> Flow[Secret]:
        """Return an ID token that lasts for a while; signs in or refreshes where needed, one flow at a time.

        Raises what the identity provider's refusal is (`AuthError`…), `CredentialsNotFound`, `Unsupported`.
        """
        tokens = self._tokens
        if tokens is None or not (yield from self._lasts(tokens)):
            tokens = yield WithLock(self._renewed(self._rounds))
        return tokens.id_token

    def reject(self, token: Secret) -> None:
        """Count this token as ended, since it was refused; another flow may have renewed it meanwhile."""
        if self._tokens is not None and self._tokens.id_token == token:
            self._rejected = token

    def sign_in(self) -> Flow[SignedIn]:
        """Sign in anew, whatever tokens there are; what the pool asks for goes to ``adiutaopt_challenge``.

        Raises `AuthError`, `CredentialsNotFound`, `Unsupported` (a challenge that cannot be answered), `RateLimited`,
        `ServerError`, `TransportError`.
        """
        tokens: Tokens = yield WithLock(self._signed_in_anew())
        kept_at = self.token_store.place if self.token_store and self._is_kept else None
        return SignedIn(self.settings.username, datetime.fromtimestamp(tokens.ends, UTC), kept_at)

    def sign_out(self) -> Flow[SignedOut]:
        """Forget the tokens, here and where they are kept, and have the refresh token revoked.

        An ID token that went out before lasts to its end, an hour at most. Raises `RateLimited`, `ServerError`,
        `TransportError`: the tokens are forgotten then, too, but not revoked.
        """
        out: SignedOut = yield WithLock(self._signed_out())
        return out

    # ------------------------------------------------------------ one at a time

    def _renewed(self, rounds: int) -> Flow[Tokens]:
        """Renew the tokens; a flow that waited for another one takes over its tokens or its error."""
        if self._tokens is not None and (yield from self._lasts(self._tokens)):
            return self._tokens
        now: Instant = yield ReadClock()
        if self._failure is not None and (self._rounds != rounds or now.monotonic < self._quiet_until):
            raise self._failure
        flow = self._fresh(self._tokens) if self.token_store is None else self._shared(self.token_store)
        return (yield from self._noted(flow))

    def _signed_in_anew(self) -> Flow[Tokens]:
        flow = self._by_password()
        if self.token_store is not None:
            flow = in_turn(self.token_store, self._keeping(self.token_store, flow))
        return (yield from self._noted(flow))

    def _noted(self, flow: Flow[Tokens]) -> Flow[Tokens]:
        """Run a flow, and keep its tokens or its error for the flows that wait for it."""
        self._failure = None
        try:
            self._tokens = yield from flow
        except DeadlineExceeded:  # the time of one caller: who waited tries for itself
            raise
        except OptCloudError as error:
            self._failure = error
            raise
        finally:
            self._rounds += 1
        self._hide(self._tokens)
        return self._tokens

    def _lasts(self, tokens: Tokens) -> Flow[bool]:
        time = yield from self._provider.time()
        return tokens.lasts(time + EARLY, self._rejected)

    # ------------------------------------------------------------ one process at a time

    def _shared(self, token_store: TokenStore) -> Flow[Tokens]:
        """Take what another process has kept; else renew, while no other process does."""
        kept = yield from self._kept(token_store)
        if kept is not None and (yield from self._lasts(kept)):
            return kept
        return (yield from in_turn(token_store, self._looked_again(token_store)))

    def _looked_again(self, token_store: TokenStore) -> Flow[Tokens]:
        kept = yield from self._kept(token_store)  # another process may have renewed while this one waited
        if kept is not None and (yield from self._lasts(kept)):
            return kept
        return (yield from self._keeping(token_store, self._fresh(kept or self._tokens)))

    def _kept(self, token_store: TokenStore) -> Flow[Tokens | None]:
        kept = yield from load_from(token_store)
        if kept is not None:
            sign_in.debug("the tokens kept at %s are looked at", token_store.place)
            self._hide(kept)
            if self._tokens is None:
                self._provider.skew = kept.skew  # as good as known, until the provider answers
        return kept

    def _keeping(self, token_store: TokenStore, flow: Flow[Tokens]) -> Flow[Tokens]:
        tokens = yield from flow
        self._is_kept = yield from keep_on(token_store, tokens)
        return tokens

    # ------------------------------------------------------------ tokens

    def _fresh(self, old: Tokens | None) -> Flow[Tokens]:
        if old is not None and old.refresh_token != self._spent:
            try:
                sign_in.debug("the tokens of %s are renewed", self.settings.username)
                step = partial(refresh, self._provider, old)
                return (yield from self._provider.repeated("refresh", step, safe=lambda: True))
            except AuthError:
                self._spent = old.refresh_token  # it has ended or was revoked: sign in anew
        return (yield from self._by_password())

    def _by_password(self) -> Flow[Tokens]:
        person = Person(self._provider)
        password = self._password or (yield from self._asked_for(person))
        sign_in.debug("%s signs in at %s", self.settings.username, self.settings.cognito_url)
        step = partial(prove, self._provider, password, person)
        try:
            tokens = yield from self._provider.repeated("sign in", step, safe=lambda: not person.asked)
        except OptCloudError:
            if person.asked:
                now: Instant = yield ReadClock()
                self._quiet_until = now.monotonic + QUIET
            raise
        if self._password is not None:
            self._password = person.new_password or self._password
        return tokens

    def _asked_for(self, person: Person) -> Flow[Secret]:
        question = Question("PASSWORD", "PASSWORD", f"the password of {self.settings.username}")
        password = yield from person.ask(question)
        if password is None:
            where = "argument OptCloud(adiutaopt={'password': …})", "environment variable OPTCLOUD_ADIUTAOPT_PASSWORD"
            raise CredentialsNotFound("adiutaopt.password", (*where, "the profile in use", HOW_TO_ANSWER))
        person.asked = False  # a password may be sent again
        return password

    def _hide(self, tokens: Tokens) -> None:
        self.redact.add(tokens.id_token)
        self.redact.add(tokens.refresh_token)

    def _signed_out(self) -> Flow[SignedOut]:
        kept = None if self.token_store is None else (yield from self._kept(self.token_store))
        given_up = {tokens.refresh_token for tokens in (self._tokens, kept) if tokens is not None}
        self._tokens = self._failure = None
        if self.token_store is not None:
            yield RunBlocking(self.token_store.remove)
        try:
            for token in given_up:
                step = partial(revoke, self._provider, token)
                yield from self._provider.repeated("sign out", step, safe=lambda: True)
        except AuthError as refusal:  # revocation is an option of the app client
            return SignedOut(was_signed_in=True, revoked=False, refusal=refusal.message)
        return SignedOut(was_signed_in=bool(given_up), revoked=bool(given_up))
