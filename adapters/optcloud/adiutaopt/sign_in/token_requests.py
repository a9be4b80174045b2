"""How tokens are got and given up at Cognito: by user name and password, by a refresh token, by revoking it.

Source: adiutaOpt facts F059-F062; Amazon's pages "Refresh tokens" and "RefreshTokenRotationType" for rotation, which
only the action GetTokensFromRefreshToken takes part in.
"""

from __future__ import annotations

from typing import Any

from optcloud.adiutaopt.sign_in.challenges import Person
from optcloud.adiutaopt.sign_in.identity_provider import VENDOR, IdentityProvider, is_named
from optcloud.adiutaopt.sign_in.srp import SrpClient, claim_signature, timestamp
from optcloud.adiutaopt.sign_in.tokens import Tokens, read_tokens
from optcloud.core.errors import AuthError, ResponseMismatch, Unsupported
from optcloud.core.flow import Flow
from optcloud.core.secret import Secret


def prove(provider: IdentityProvider, password: Secret, person: Person) -> Flow[Tokens]:
    """Sign in by SRP, with what else the pool asks for. Raises as `IdentityProvider.call`, `Unsupported`."""
    srp = SrpClient()
    name = provider.settings.username
    parameters = {"USERNAME": name, "SRP_A": f"{srp.public:x}", **provider.secret_hash(name)}
    challenge = yield from provider.call("InitiateAuth", AuthFlow="USER_SRP_AUTH", AuthParameters=parameters)
    if challenge.get("ChallengeName") != "PASSWORD_VERIFIER":
        raise Unsupported(f"{VENDOR} asks for {challenge.get('ChallengeName')} before the password: not supported")
    time = yield from provider.time()
    responses = _proof(provider, srp, challenge, password, time)
    user = responses["USERNAME"]
    answer = yield from provider.call(
        "RespondToAuthChallenge",
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses={**responses, **provider.secret_hash(user)},
    )
    answer = yield from person.answer(answer, user)
    return read_tokens(answer, user, None, provider.skew)


def refresh(provider: IdentityProvider, old: Tokens) -> Flow[Tokens]:
    """Renew the ID token. A new refresh token, if there is one, takes the place of the old one."""
    if not provider.rotates:
        parameters = {"REFRESH_TOKEN": old.refresh_token, **provider.secret_hash(old.user)}
        try:
            answer = yield from provider.call("InitiateAuth", AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=parameters)
            return read_tokens(answer, old.user, old.refresh_token, provider.skew)
        except AuthError as refusal:
            # An app client that rotates refresh tokens refuses this flow; by which exception is inferred.
            if not is_named(refusal, "InvalidParameterException"):
                raise
    answer = yield from provider.call(
        "GetTokensFromRefreshToken", RefreshToken=old.refresh_token, **provider.client_secret()
    )
    provider.rotates = True
    return read_tokens(answer, old.user, old.refresh_token, provider.skew)


def revoke(provider: IdentityProvider, token: Secret) -> Flow[None]:
    """Revoke a refresh token."""
    yield from provider.call("RevokeToken", Token=token, **provider.client_secret())


def _proof(
    provider: IdentityProvider, srp: SrpClient, challenge: dict[str, Any], password: Secret, time: float
) -> dict[str, str]:
    pool = provider.settings.user_pool_id.partition("_")[2]
    try:
        given = challenge["ChallengeParameters"]
        user, secret_block = given["USER_ID_FOR_SRP"], given["SECRET_BLOCK"]
        salt, server_public = int(given["SALT"], 16), int(given["SRP_B"], 16)
        key = srp.signing_key(pool=pool, user=user, password=password, salt=salt, server_public=server_public)
        at = timestamp(time)
        proof = claim_signature(key, pool=pool, user=user, secret_block=secret_block, timestamp=at)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ResponseMismatch(f"the SRP challenge cannot be read ({type(error).__name__})", vendor=VENDOR) from error
    return {
        "USERNAME": user,
        "PASSWORD_CLAIM_SECRET_BLOCK": secret_block,
        "PASSWORD_CLAIM_SIGNATURE": proof,
        "TIMESTAMP": at,
    }
