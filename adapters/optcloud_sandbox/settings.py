"""What the vendors leave open, as settings."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

from optcloud_sandbox.parsing import MOST_JSON, check_words, typed

StillCalculating = Literal[202, 204, 404, "empty", "accepted", "other", "text"]
AuthorizationForm = Literal["either", "bearer", "bare"]
Words = Literal["v1", "v2"]
LogShape = Literal["lines", "array", "object"]
ListShape = Literal["array", "object"]
Digest = Literal["sha256", "sha1", "sha512", "md5"]
DigestEncoding = Literal["hex", "base64"]
MomentForm = Literal["iso", "blank", "epoch"]
ErrorForm = Literal["text", "string", "object"]

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

MEGABYTE = 1_000_000  # the smaller reading of the vendors' "MB" and "Mb": what passes here passes there (inferred)


YEARS = 100 * 365 * 24 * 3600.0  # a span beyond which no time of the sandbox goes


def _positive(name: str, value: float) -> None:
    if not 0 < value <= YEARS:
        raise ValueError(f"{name} must be more than 0 seconds and at most a hundred years, got {value!r}")


def _skew(name: str, value: float | None) -> None:
    if value is not None and not 0 <= value <= YEARS:
        raise ValueError(f"{name} must be 0 seconds to a hundred years, or None for any, got {value!r}")


@dataclass(frozen=True)
class Limits:
    """Largest bodies in bytes."""

    aimms_task: int = 256 * MEGABYTE  # AIMMS facts 7
    dex_task: int = 128 * MEGABYTE  # AIMMS facts 3: dex::api::MaxRequestSize
    aimms_upload: int = 300 * MEGABYTE  # an app or an object with its form around it: the sandbox's own guard
    plan_plain: int = 6 * MEGABYTE  # adiutaOpt facts F035: must be less than this
    plan_compressed: int = 4_500_000  # adiutaOpt facts F036
    plan_decompressed: int = 64 * MEGABYTE  # the sandbox's own guard
    plan_looks: int = 3_000_000  # workers looked at for all tasks of a plan, some 3 s: the rest stays unassigned

    def largest(self, vendor: str) -> int:
        """Bytes beyond which nothing of that vendor takes a body; "sandbox" is the control plane."""
        largest = {
            "aimms": max(self.aimms_task, self.aimms_upload),
            "adiutaopt": max(self.plan_plain, self.plan_compressed),
            "dex": self.dex_task,
            "sandbox": self.aimms_upload,  # a solution to be planted
        }
        return largest.get(vendor, MOST_JSON)


@dataclass(frozen=True)
class HookSettings:
    """How a task state hook is called (AIMMS facts 2.9): nothing of this is published (inferred).

    `digest` and `encoding` make the query parameter `hmac`. `at` makes the one of that name: "iso"
    2026-01-31T12:00:00.000000Z, "blank" as the times of a task, "epoch" in seconds. `timeout` in real seconds ends a
    call.
    """

    digest: Digest = "sha256"
    encoding: DigestEncoding = "hex"
    at: MomentForm = "iso"
    timeout: float = 2.0

    def __post_init__(self) -> None:
        check_words(type(self), vars(self), "hooks.")
        _positive("hooks.timeout", self.timeout)


@dataclass(frozen=True)
class CognitoSettings:
    """Choices of a user pool and its app clients. Times are in seconds of the sandbox's clock.

    `prevent_user_existence_errors`: an unknown user looks like a wrong password; otherwise UserNotFoundException.
    `skew`: how far TIMESTAMP may be off (Amazon publishes no number: inferred); None for any time.
    `session`: life of a challenge (AuthSessionValidity). `code_attempts`: wrong codes after which a session is spent
    (inferred). `token`, `refresh_token`: their lives; adiutaOpt's is one hour and not published (adiutaOpt facts F062).
    `rotate_refresh_tokens`: a refresh gives a new refresh token, too, and only GetTokensFromRefreshToken refreshes;
    the one replaced stays good for `rotation_grace` (Amazon: 0 to 60).
    """

    prevent_user_existence_errors: bool = True
    skew: float | None = 300.0
    session: float = 180.0
    code_attempts: int = 3
    token: float = 3600.0
    refresh_token: float = 30 * 24 * 3600.0
    rotate_refresh_tokens: bool = False
    rotation_grace: float = 0.0

    def __post_init__(self) -> None:
        for name in ("session", "token", "refresh_token"):
            _positive(f"cognito.{name}", getattr(self, name))
        _skew("cognito.skew", self.skew)
        if not self.code_attempts >= 1:
            raise ValueError(f"cognito.code_attempts must be 1 or more, got {self.code_attempts!r}")
        if not 0 <= self.rotation_grace <= 60:
            raise ValueError(f"cognito.rotation_grace must lie between 0 and 60 seconds, got {self.rotation_grace!r}")


@dataclass(frozen=True)
class GurobiSettings:
    """What Gurobi's page on API v1 leaves open (inferred, each of them).

    `errors`: the body of a 400 as plain text, as a JSON string, or as a JSON object with "message".
    `skew`: seconds by which X-Gurobi-Date may be off, None for any time that can be read.
    `clock_off`: seconds by which the vendor's clock (header Date, createTime, what a request's date is judged by) goes
    before the sandbox's, or, below 0, after it.
    `credit_per_hour`: what an hour of one machine takes off the credit of its license.
    `error_listed`: seconds after which a machine in the state "error" drops out of the list.
    """

    errors: ErrorForm = "text"
    skew: float | None = 15 * 60.0
    clock_off: float = 0.0
    credit_per_hour: float = 1.0
    error_listed: float = 120.0

    def __post_init__(self) -> None:
        check_words(type(self), vars(self), "gurobi.")
        _skew("gurobi.skew", self.skew)
        if not -YEARS <= self.clock_off <= YEARS:
            raise ValueError(f"gurobi.clock_off must be a hundred years or less, got {self.clock_off!r} seconds")
        for name in ("credit_per_hour", "error_listed"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"gurobi.{name} must be 0 or more, got {getattr(self, name)!r}")


@dataclass(frozen=True)
class Settings:
    """Choices where a vendor's documents are silent or contradict themselves.

    `still_calculating`: how adiutaOpt answers for an unfinished plan (adiutaOpt facts F053: not published): 202 or 204
    without a body; 404; "empty": 200 without a body; "accepted": 202 with a JSON object; "other": 200 with one that is
    no plan; "text": 200 with a JSON string. Several are given in turn to the reads of one plan, the last from then on.
    `authorization`: adiutaOpt's header with "Bearer", without it ("bare"), or "either" (adiutaOpt facts C01: the page
    shows both).
    `aimms_words`: names and state words of tasks, as in the API v2 or as in v1 (AIMMS facts 2).
    `aimms_parallel`: tasks that run at once; None is no limit, 0 the vendor's default: they stay queued. A change
    holds for the tasks created after it, and lets go those that waited.
    `aimms_logs`: GET /tasks/{id}/logs (shape not published) as JSON lines, an array, or an object like the task list.
    `aimms_session_field`: the field of a task with its session's id since PRO 25.2.1, whose name is not published, such
    as "sessionId"; None leaves it out.
    `aimms_list_runs`: the task list has each run of a repeated task, not the last one only (not published).
    `siblings_lists`: lists of user-manager and session-manager (shape not published), bare or in an object.
    `dex_parallel`: like `aimms_parallel`, for the one AIMMS session behind a local DEX service.
    `dex_refuses_apikey`: a local DEX service before 23.1.0.13 mistook the header apikey (AIMMS facts 3).
    """

    still_calculating: StillCalculating | tuple[StillCalculating, ...] = 202
    authorization: AuthorizationForm = "either"
    aimms_words: Words = "v2"
    aimms_parallel: int | None = None
    aimms_logs: LogShape = "lines"
    aimms_session_field: str | None = None
    aimms_list_runs: bool = True
    hooks: HookSettings = HookSettings()
    siblings_lists: ListShape = "array"
    dex_parallel: int | None = 1
    dex_refuses_apikey: bool = True
    cognito: CognitoSettings = CognitoSettings()
    gurobi: GurobiSettings = GurobiSettings()
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        forms = (
            self.still_calculating if isinstance(self.still_calculating, list | tuple) else (self.still_calculating,)
        )
        if not forms or any(form not in get_args(StillCalculating) for form in forms):
            known = ", ".join(map(str, get_args(StillCalculating)))
            raise ValueError(f"still_calculating must be of {known}, one or several, got {self.still_calculating!r}")
        check_words(type(self), vars(self) | {"still_calculating": None})
        for name in ("aimms_parallel", "dex_parallel"):
            value = getattr(self, name)
            if value is not None and not (isinstance(value, int) and value >= 0):
                raise ValueError(f"{name} must be 0 or more tasks, or None for no limit, got {value!r}")

    def patched(self, changes: Mapping[str, Any]) -> "Settings":
        """With the changes of the control plane's JSON; ValueError or TypeError names what cannot be set."""
        return typed(Settings, asdict(_patched(self, changes)))


def _patched(settings: T, changes: Mapping[str, Any]) -> T:
    nested = {field.name for field in fields(settings) if is_dataclass(getattr(settings, field.name))}
    values = {
        name: _patched(getattr(settings, name), value) if name in nested and isinstance(value, Mapping) else value
        for name, value in changes.items()
    }
    return replace(settings, **values)
