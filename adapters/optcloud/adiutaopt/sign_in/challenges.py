"""What a pool asks beyond the password, and how it is answered: by a person, through `Ask`.

Source: Amazon's reference of RespondToAuthChallenge (names of challenges and of their responses).
"""

from __future__ import annotations

from itertools import count
from typing import Any

import msgspec
from attrs import define, frozen

from optcloud.adiutaopt.sign_in.identity_provider import VENDOR, IdentityProvider, is_named
from optcloud.core.errors import AuthError, ResponseMismatch, Unsupported
from optcloud.core.flow import Ask, Flow
from optcloud.core.prompts import Question
from optcloud.core.replies import UNREADABLE
from optcloud.core.secret import Secret

# Refusals of an answer after which the same challenge takes another one. That it does is inferred: Amazon's pages do
# not say so, people's reports and other emulators do.
ASK_AGAIN = (
    "CodeMismatchException",
    "ExpiredCodeException",
    "InvalidPasswordException",
    "PasswordHistoryPolicyViolationException",
)
NEW_PASSWORD = "NEW_PASSWORD"  # noqa: S105 - the name of a field  # nosec B105
_IN_WORDS = {
    "SMS_MFA": "the code sent by SMS",
    "EMAIL_OTP": "the code sent by e-mail",
    "SOFTWARE_TOKEN_MFA": "the code of the authenticator app",  # a question  # nosec B105
}
_CODES = frozenset(f"{name}_CODE" for name in _IN_WORDS)
_HINTS_BY_CHALLENGE = {
    "MFA_SETUP": "set up a second factor first, where your provider lets you sign in with a browser",
    "SELECT_MFA_TYPE": "several second factors are set up: have your provider set a preferred one",
    "CUSTOM_CHALLENGE": "it is made by the pool's own program: ask your provider for a user without it",
    "DEVICE_SRP_AUTH": "remembered devices are not supported: ask your provider to turn them off for this user",
}
_OTHER_HINT = "ask your provider for a user that signs in with SRP and, if need be, a code by SMS or from an app"
HOW_TO_ANSWER = (
    "give a function that answers: OptCloud(adiutaopt_challenge=…), or sign in on a terminal and keep the tokens: "
    "optcloud adiutaopt login"
)


@frozen
class Challenge:
    """A challenge of Cognito, read."""

    name: str
    parameters: dict[str, Any]
    session: Secret | None

    @classmethod
    def of(cls, answer: dict[str, Any]) -> Challenge | None:
        """Return the challenge in an answer, if there is one. Raises `ResponseMismatch`."""
        name = answer.get("ChallengeName")
        if not name:
            return None
        parameters, session = answer.get("ChallengeParameters") or {}, answer.get("Session")
        if not (isinstance(name, str) and isinstance(parameters, dict) and isinstance(session, Secret | None)):
            raise ResponseMismatch("the challenge cannot be read", vendor=VENDOR)
        return cls(name, parameters, session)

    @property
    def destination(self) -> str | None:
        """Where the code was sent, masked by Cognito."""
        place = self.parameters.get("CODE_DELIVERY_DESTINATION")
        return str(place) if place else None

    def wanted(self) -> list[tuple[str, str]]:
        """Return what is to be answered, by field and in words. Raises `Unsupported`, `ResponseMismatch`."""
        if self.name in _IN_WORDS:
            return [(f"{self.name}_CODE", _IN_WORDS[self.name])]
        if self.name != "NEW_PASSWORD_REQUIRED":
            hint = _HINTS_BY_CHALLENGE.get(self.name, _OTHER_HINT)
            raise Unsupported(f"{VENDOR} asks for {self.name}, which is not supported: {hint}")
        try:
            required = msgspec.json.decode(self.parameters.get("requiredAttributes") or "[]", type=list[str])
        except (*UNREADABLE, TypeError) as error:
            raise ResponseMismatch("requiredAttributes cannot be read", vendor=VENDOR) from error
        attributes = [(name, f"the attribute {name.removeprefix('userAttributes.')}") for name in required]
        return [(NEW_PASSWORD, "a new password, since the pool demands one"), *attributes]


@define
class Person:
    """The person who answers during one sign-in. Once ``asked``, it is not repeated: that would ask them again."""

    provider: IdentityProvider
    asked: bool = False
    new_password: Secret | None = None

    def answer(self, answer: dict[str, Any], user: str) -> Flow[dict[str, Any]]:
        """Answer challenges until there are tokens. ``user``: the name that the pool has for the user.

        Raises `Unsupported`, `AuthError`.
        """
        while (challenge := Challenge.of(answer)) is not None:
            answer = yield from self._answered(challenge, user)
        return answer

    def ask(self, question: Question) -> Flow[Secret | None]:
        """Ask, and hide the answer from now on."""
        self.asked = True
        given: Secret | None = yield Ask(question)
        if given is not None:
            self.provider.redact.add(given)
        return given

    def _answered(self, challenge: Challenge, user: str) -> Flow[dict[str, Any]]:
        wanted = challenge.wanted()
        refusal: AuthError | None = None
        for attempt in count(1):
            given: dict[str, Secret] = {}
            for field, words in wanted:
                to = f" to {challenge.destination}" if challenge.destination else ""
                said = refusal.message if refusal else None
                question = Question(challenge.name, field, words + to, challenge.destination, said, attempt)
                if (reply := (yield from self.ask(question))) is None:
                    raise refusal or _unanswered(challenge)
                given[field] = reply
            try:
                answer = yield from self._respond(challenge, user, given)
            except AuthError as error:
                if not is_named(error, *ASK_AGAIN):
                    raise
                refusal = error
            else:
                self.new_password = given.get(NEW_PASSWORD, self.new_password)
                return answer
        raise AssertionError("count() has no end")

    def _respond(self, challenge: Challenge, user: str, given: dict[str, Secret]) -> Flow[dict[str, Any]]:
        """Send the answers, once: a code is used up by being sent."""
        blanks_off = {field: Secret(value.reveal().strip()) for field, value in given.items() if field in _CODES}
        session = {} if challenge.session is None else {"Session": challenge.session}
        return self.provider.call(
            "RespondToAuthChallenge",
            ChallengeName=challenge.name,
            ChallengeResponses={"USERNAME": user, **given, **blanks_off, **self.provider.secret_hash(user)},
            **session,
        )


def _unanswered(challenge: Challenge) -> AuthError:
    what = challenge.name + (f" (a code was sent to {challenge.destination})" if challenge.destination else "")
    return AuthError(f"asks for {what}, and no answer was given: {HOW_TO_ANSWER}", vendor=VENDOR)
