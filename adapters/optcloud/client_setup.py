"""From settings to request policies: what both facades do before they connect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, cast

import httpx
from attrs import asdict, evolve, field, frozen

from optcloud.adiutaopt.solution_rule import Rule, default_rule
from optcloud.core.clock import Clock, SystemClock
from optcloud.core.logs import start_logging
from optcloud.core.prompts import QuestionHandler
from optcloud.core.reference import CLOUDS
from optcloud.core.reply_limits import ReplyLimits
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.retry import RetryPolicy
from optcloud.core.secret import as_secrets
from optcloud.core.settings import AdiutaOptSettings, AimmsSettings, GurobiSettings, TokenCacheWord
from optcloud.core.settings_sources import Config
from optcloud.transport.httpx_mapping import TIMEOUT, DriverConfig, Observer

if TYPE_CHECKING:
    from optcloud.adiutaopt.account import AdiutaOptAccount
    from optcloud.aimms.connection import Endpoint
    from optcloud.gurobi.account import GurobiAccount
    from optcloud.gurobi.v2.account import GurobiV2Account


def _ignore(_event: object) -> None:
    """Nobody listens."""


@frozen(kw_only=True)
class Options:
    """The options of `OptCloud` and `AsyncOptCloud`, where each is explained. All have defaults."""

    config_file: str | Path | None = None
    aimms: AimmsSettings | Mapping[str, Any] | None = field(default=None, repr=False)
    adiutaopt: AdiutaOptSettings | Mapping[str, Any] | None = field(default=None, repr=False)
    gurobi: GurobiSettings | Mapping[str, Any] | None = field(default=None, repr=False)
    timeout: float | None = None
    retry: RetryPolicy = field(factory=RetryPolicy)
    on_event: Callable[[object], None] = _ignore
    clock: Clock = field(factory=SystemClock)
    adiutaopt_rule: Rule = default_rule
    adiutaopt_challenge: QuestionHandler | None = None
    adiutaopt_token_cache: TokenCacheWord = "off"  # noqa: S105 - a word, no password
    observe: str | Path | None = None
    limits: ReplyLimits = field(factory=ReplyLimits)

    @classmethod
    def of(cls, words: OptionWords) -> Options:
        """Return the options: each text of the clouds' settings as a `Secret`, and defaults for what is None."""
        given: Any = {name: value for name, value in words.items() if value is not None}
        return cls(
            **{name: as_secrets(value) if isinstance(value, Mapping) else value for name, value in given.items()}
        )

    def driver_config(self, observer: Observer | None = None) -> DriverConfig:
        """Return the configuration of the drivers."""
        timeout = TIMEOUT if self.timeout is None else httpx.Timeout(self.timeout, connect=min(self.timeout, 10.0))
        return DriverConfig(self.clock, self.on_event, timeout, observer, self.adiutaopt_challenge, self.limits)


class OptionWords(TypedDict, total=False):
    """The fields of `Options` as keyword arguments of the facade. None: the default."""

    config_file: str | Path | None
    aimms: AimmsSettings | Mapping[str, Any] | None
    adiutaopt: AdiutaOptSettings | Mapping[str, Any] | None
    gurobi: GurobiSettings | Mapping[str, Any] | None
    timeout: float | None
    retry: RetryPolicy | None
    on_event: Callable[[object], None] | None
    clock: Clock | None
    adiutaopt_rule: Rule | None
    adiutaopt_challenge: QuestionHandler | None
    adiutaopt_token_cache: TokenCacheWord
    observe: str | Path | None
    limits: ReplyLimits | None


@frozen
class Setup:
    """One profile and the options: makes the request policy and the account of each cloud."""

    config: Config
    options: Options

    @classmethod
    def of(cls, profile: str | None, options: Options) -> Setup:
        """Load the profile; settings are looked up when a cloud is first touched."""
        config = Config.load(profile, path=options.config_file)
        start_logging(config.environment)
        return cls(config, options)

    def for_another_profile(self) -> OptionWords:
        """Return the options that also hold for other profiles: settings given as arguments belong to this one."""
        words: Any = {name: value for name, value in asdict(self.options, recurse=False).items() if name not in CLOUDS}
        return cast(OptionWords, words)

    def driver_config(self, policy: RequestPolicy) -> DriverConfig:
        """Return the drivers' configuration for a policy. Raises `ConfigError` when observations cannot be written."""
        path = self.options.observe or self.config.environment.get("OPTCLOUD_OBSERVE")
        if not path:
            return self.options.driver_config()
        from optcloud.observe.vendors import watch

        return self.options.driver_config(
            watch(policy, path, self.config.environment.get("OPTCLOUD_OBSERVE_DOCUMENTS"))
        )

    def aimms(self) -> tuple[RequestPolicy, Endpoint]:
        """Return the request policy for AIMMS PRO, and where its tasks run: in the cloud or on this desk.

        Raises `CredentialsNotFound`, `ConfigError`.
        """
        from optcloud.aimms.connection import endpoint_of
        from optcloud.aimms.connection import policy as policy_of

        settings = self.config.settings(AimmsSettings, self.options.aimms)
        places = partial(self.config.places, AimmsSettings, self.options.aimms)
        return evolve(policy_of(settings, self.options.retry), places=places), endpoint_of(settings)

    def adiutaopt(self) -> tuple[RequestPolicy, AdiutaOptAccount]:
        """Return the policy for adiutaOpt and the account's flows. Raises `CredentialsNotFound`, `ConfigError`."""
        from optcloud.adiutaopt.account import AdiutaOptAccount
        from optcloud.adiutaopt.connection import policy as policy_of
        from optcloud.process.token_store import token_store_for

        settings = self.config.settings(AdiutaOptSettings, self.options.adiutaopt)
        token_store = token_store_for(settings, settings.token_cache or self.options.adiutaopt_token_cache)
        if settings.password is None and token_store is None and self.options.adiutaopt_challenge is None:
            raise self.config.not_found(AdiutaOptSettings, "password")
        places = partial(self.config.places, AdiutaOptSettings, self.options.adiutaopt)
        policy = evolve(policy_of(settings, self.options.retry, token_store), places=places)
        return policy, AdiutaOptAccount(self.config.profile, self.options.adiutaopt_rule)

    def gurobi(self) -> tuple[RequestPolicy, GurobiAccount | GurobiV2Account]:
        """Return the policy for Gurobi and the account's flows. Raises `CredentialsNotFound`, `ConfigError`."""
        settings = self.config.settings(GurobiSettings, self.options.gurobi)
        policy, account = self._gurobi_v2(settings) if settings.api == "v2" else self._gurobi_v1(settings)
        return evolve(policy, places=partial(self.config.places, GurobiSettings, self.options.gurobi)), account

    def _gurobi_v1(self, settings: GurobiSettings) -> tuple[RequestPolicy, GurobiAccount]:
        from optcloud.gurobi.account import GurobiAccount
        from optcloud.gurobi.connection import offset_of
        from optcloud.gurobi.connection import policy as policy_of
        from optcloud.gurobi.ledger_file import ledger_for

        policy = policy_of(settings, self.options.retry)
        ledger, offset = ledger_for(settings), offset_of(policy)
        return policy, GurobiAccount(self.config.profile, settings.access_id, policy.redact, ledger, offset)

    def _gurobi_v2(self, settings: GurobiSettings) -> tuple[RequestPolicy, GurobiV2Account]:
        from optcloud.gurobi.v2.account import GurobiV2Account
        from optcloud.gurobi.v2.connection import policy as policy_of

        policy = policy_of(settings, self.options.retry)
        return policy, GurobiV2Account(self.config.profile, policy.redact)
