"""What a test can have of the sandbox and do to it: for Python here, over HTTP by the control plane."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from optcloud_sandbox.adiutaopt.plans import Planner
from optcloud_sandbox.aimms.account import FIRST_APP
from optcloud_sandbox.aimms.hooks import HookCall
from optcloud_sandbox.aimms.keys import YEAR
from optcloud_sandbox.aimms.services import Service
from optcloud_sandbox.aimms.sessions import Kind
from optcloud_sandbox.cognito.pool import ScriptedRefusal
from optcloud_sandbox.cognito.users import Status, UserChoices
from optcloud_sandbox.faults import Fault
from optcloud_sandbox.gurobi.controls import GurobiControls
from optcloud_sandbox.journal import Entry
from optcloud_sandbox.pace import Pace
from optcloud_sandbox.samples import SAMPLES
from optcloud_sandbox.settings import Settings
from optcloud_sandbox.world import World

T = TypeVar("T")


class Controls:
    """Controls of one sandbox. They run at once, in the caller's thread; a running `Sandbox` runs them in its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.faults = FaultControls(world, self._call)
        self.gurobi = GurobiControls(world, self._call)

    @property
    def pace(self) -> Pace:
        return self._world.pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        self._call(setattr, self._world, "pace", pace)

    @property
    def settings(self) -> Settings:
        return self._world.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._call(setattr, self._world, "settings", settings)

    def turn(self, seconds: float) -> None:
        """Turn the sandbox's clock forward."""
        self._call(self._world.clock.turn, seconds)

    def now(self) -> float:
        """The sandbox's clock, in seconds since the epoch."""
        return self._world.clock.now()

    def journal(self) -> list[Entry]:
        """Requests so far, oldest first, without secrets."""
        return self._call(self._world.journal.entries)

    def hook_calls(self) -> list[HookCall]:
        """Calls of task state hooks so far, oldest first: the state told and what the receiver answered."""
        return self._call(lambda: list(self._world.aimms.hooks.calls))

    def reset(self) -> None:
        """As constructed, with the services registered; tokens, tasks, plans, machines, journal and faults are gone."""
        self._call(self._world.reset)

    def register(self, app: str, service: str, function: Service) -> None:
        """Let tasks of `app`/`service` run `function(data, content_type) -> bytes | (bytes, content_type)`.

        An exception of the function fails the task, with its text as error message. The app is published as version 1.0
        with the latest tag when there is none of that name.
        """
        self._call(self._world.register, app, service, function)

    def register_samples(self) -> None:
        """Publish the app that the documentation uses: Scheduling 1.0, service solve (`optcloud_sandbox.samples`)."""
        for (app, service), function in SAMPLES.items():
            self.register(app, service, function)

    def publish_app(self, app: str) -> None:
        """Publish an app as version 1.0 with the latest tag, when there is none of that name; a reset keeps it.

        It exposes the services of every app: echo, solve and bytes.
        """
        self._call(self._world.publish_app, app)

    def forget_services(self) -> None:
        """Drop the registered services; their apps, and those of `publish_app`, go with the next reset."""
        self._call(self._world.services.forget)

    def add_aimms_key(self, key: str, *scopes: str, lifetime: float | None = None) -> None:
        """A further API key with the scopes given (`credentials.AIMMS_SCOPES`), for `lifetime` seconds or a year."""
        self._call(self._world.aimms.keys.add, key, scopes, YEAR if lifetime is None else lifetime)

    def add_aimms_session(self, kind: Kind, app: str = FIRST_APP, version: str = "1.0") -> str:
        """Id of a further running session, "webui" or "solve", as session-manager shows it; ValueError for another."""
        session_id = uuid.uuid4().hex
        self._call(self._world.sessions.add, kind, session_id, app, version)
        return session_id

    def aimms_packs(self) -> list[dict[str, str | int]]:
        """Name, version, size in bytes and SHA-256 of each .aimmspack published."""
        return self._call(self._world.aimms.apps.packs)

    def add_cognito_user(
        self,
        username: str,
        password: str,
        *,
        challenge: str | Sequence[str] | None = None,
        required_attributes: Sequence[str] = (),
        status: Status = "CONFIRMED",
        alias: bool = True,
        sms_code: str | None = None,
        totp_secret: str | None = None,
    ) -> None:
        """A further user, or a known one with another password and these choices; ValueError for an unknown word.

        `challenge`: what is asked after the right password, several in this order: NEW_PASSWORD_REQUIRED (until it is
        answered; with `required_attributes`), SMS_MFA and EMAIL_OTP (`sms_code`, or the published one),
        SOFTWARE_TOKEN_MFA (TOTP by the sandbox's clock under `totp_secret` in base32, or the published one),
        SELECT_MFA_TYPE; or, without an answer that would do, CUSTOM_CHALLENGE, MFA_SETUP, DEVICE_SRP_AUTH.
        `status`: CONFIRMED, UNCONFIRMED, RESET_REQUIRED or DISABLED. `alias`: the pool knows the user by a UUID, not
        by the user name.
        """
        wanted = UserChoices(
            challenge=challenge,
            required_attributes=required_attributes,
            status=status,
            alias=alias,
            sms_code=sms_code,
            totp_secret=totp_secret,
        )
        self._call(self._world.user_pool.add_user, username, password, wanted)

    def cognito_code(self, username: str, challenge: str = "SOFTWARE_TOKEN_MFA") -> str:
        """What that user would type now for SOFTWARE_TOKEN_MFA, SMS_MFA or EMAIL_OTP; ValueError for any other."""
        return self._call(self._world.user_pool.code, username, challenge)

    def revoke(self, username: str) -> None:
        """Revoke that user's refresh and access tokens, as AdminUserGlobalSignOut does; ValueError for nobody."""
        self._call(self._world.user_pool.revoke, username)

    def refuse_cognito(
        self,
        name: str = "TooManyRequestsException",
        *,
        times: int = 1,
        operation: str | None = None,
        message: str = "Too many requests",
    ) -> None:
        """Let the next `times` calls of `operation` ("InitiateAuth", …; None: of any) be refused under this name."""
        self._call(self._world.user_pool.script.add, ScriptedRefusal(name, message, operation), times)

    def plant_solution(self, text: bytes) -> str:
        """Key under which adiutaOpt's solution endpoint serves `text` (JSON), as it is."""
        return self._call(self._world.plans.plant, self._world.clock, text)

    def plan_with(self, planner: Planner | None) -> None:
        """Let `planner(name, problem, request_id)` make solutions, as dict or JSON text; None: the sandbox's own again.

        `name` is "mixed", "shift" or "floor". It runs in a thread; an exception of it is a 500 at the solution. A reset
        forgets it.
        """
        self._call(setattr, self._world.plans, "planner", planner)

    def fail_launches(self, count: int) -> None:
        """Let the next `count` Gurobi machines end in "launch error"; more by `gurobi.script_launch`."""
        self._call(self._world.fleet.fail_launches, count)

    def add_gurobi_account(self, access_id: str, secret_key: str) -> None:
        """A further account, with licenses and machines of its own; ValueError when there is one of that ID."""
        self._call(self._world.fleet.add_account, access_id, secret_key)

    def _call(self, function: Callable[..., T], *arguments: Any) -> T:
        return function(*arguments)


class FaultControls:
    """`sandbox.faults`."""

    def __init__(self, world: World, call: Callable[..., Any]) -> None:
        self._world = world
        self._call = call

    def add(self, *faults: Fault) -> None:
        for fault in faults:
            self._call(self._world.faults.add, fault, fault.times, fault.skip)

    def clear(self) -> None:
        self._call(self._world.faults.entries.clear)

    def release(self) -> None:
        """Let the slow replies without `seconds` go."""
        self._call(self._world.releases.release)
