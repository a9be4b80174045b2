"""Why does adiutaOpt not work? Signing in, the address, what the planners say of themselves."""

from __future__ import annotations

from functools import partial
from typing import Any

from optcloud.adiutaopt.account import AdiutaOptAccount
from optcloud.adiutaopt.planners import PLANNERS, SHIFT, PlannerDescription
from optcloud.adiutaopt.sign_in.session import CognitoSession
from optcloud.core.diagnosis import Diagnosis, Health, check_clock
from optcloud.core.errors import AuthError, CredentialsNotFound, Forbidden, OptCloudError, ReplyError, TransportError
from optcloud.core.flow import Call, Flow
from optcloud.handles.doctor import Doctor, DoctorCheck, check_route

IDENTITY_PROVIDER = "identity provider"


def planners_doctor(url: str, account: AdiutaOptAccount, session: CognitoSession) -> Doctor:
    """Return the checks of a user: signing in (on the `IDENTITY_PROVIDER`), then the planners at an address."""
    checks = [
        DoctorCheck("connection", partial(check_route, url)),
        DoctorCheck("sign-in", partial(check_sign_in, session), essential=True, service=IDENTITY_PROVIDER),
        DoctorCheck("host", check_api, essential=True),
        DoctorCheck("clock", partial(check_clock, SHIFT.version._get_kwargs, "tokens last by it")),
    ]
    for planner in PLANNERS.values():
        checks.append(DoctorCheck(f"planner {planner.name}", partial(check_planner, account, planner)))
    return Doctor(checks)


def check_sign_in(session: CognitoSession) -> Flow[Diagnosis]:
    """Does the identity provider let this user in? Tokens that last are taken as they are."""
    settings = session.settings
    where = f"{settings.username} at {settings.cognito_url}"
    try:
        yield from session.token()
    except TransportError as error:
        return Diagnosis("sign-in", Health.FAULT, session.redact(str(error)), error.hint)
    except CredentialsNotFound as error:
        return Diagnosis("sign-in", Health.FAULT, str(error), "sign in once: optcloud adiutaopt login")
    except AuthError as error:
        hint = "are user name, password, user_pool_id and client_id right? optcloud adiutaopt login asks anew"
        return Diagnosis("sign-in", Health.FAULT, str(error), hint)
    except OptCloudError as error:  # such as a challenge that needs a person
        return Diagnosis("sign-in", Health.FAULT, str(error), "sign in once: optcloud adiutaopt login")
    return Diagnosis("sign-in", Health.FINE, f"signed in as {where}")


def check_api() -> Flow[Diagnosis]:
    """Is adiutaOpt there, and does it take the token?"""
    try:
        yield Call(SHIFT.version._get_kwargs())
    except TransportError as error:
        return Diagnosis("host", Health.FAULT, str(error), error.hint)
    except Forbidden:
        return Diagnosis("host", Health.FINE, "adiutaOpt answers")
    except AuthError as error:
        hint = "is the pool of the environment that the address is of? bearer = false sends the token without 'Bearer'"
        return Diagnosis("host", Health.FAULT, str(error), hint)
    except ReplyError as error:
        hint = "is the address right? A proxy or a sign-in page may have answered in its place"
        return Diagnosis("host", Health.FAULT, str(error), hint)
    return Diagnosis("host", Health.FINE, "adiutaOpt answers, and takes the token")


def check_planner(account: AdiutaOptAccount, planner: PlannerDescription[Any]) -> Flow[Diagnosis]:
    """May the user ask this planner, and which version is deployed?"""
    name = f"planner {planner.name}"
    try:
        deployed = yield from account.versions(planner)
    except (Forbidden, AuthError) as error:
        return Diagnosis(name, Health.WARNING, error.message, "ask your provider for it, if it is to be used")
    return Diagnosis(name, Health.FINE, f"version {deployed.version or 'not said'} is deployed")
