"""What a connection needs to know, per cloud: addresses and credentials."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Literal, TypeAlias, cast, get_args

from attrs import field, frozen

from optcloud.core.addresses import check_aimms_base
from optcloud.core.errors import ConfigError
from optcloud.core.request_policy import check_address
from optcloud.core.secret import Secret, as_secret
from optcloud.core.setting import Setting
from optcloud.core.settings_of_clouds import ADIUTAOPT_SETTINGS, AIMMS_SETTINGS, GUROBI_SETTINGS

LOCAL_URL = "http://localhost:8080/api/v2"  # a DEX service's default (AIMMS facts 3)
LOCAL_LIMIT = 128 * 1024 * 1024  # its default (AIMMS facts 7: 128 MB); read as binary megabytes (inferred)
_OF_THE_CLOUD = re.compile(r"/pro-api/v\d+/*$")
TokenCacheWord: TypeAlias = Literal["file", "keyring", "off"]
GurobiApi: TypeAlias = Literal["v1", "v2"]
GUROBI_URLS = {"v1": "https://cloud.gurobi.com/api", "v2": "https://cloud.gurobi.com/api/v2"}
_ACCOUNT = re.compile(r"[A-Za-z0-9-]+")


def _aimms_url(url: str) -> str:
    return check_address(url, "aimms.url")


def _adiutaopt_url(url: str) -> str:
    return check_address(url, "adiutaopt.url")


def _cognito_url(url: str) -> str:
    return check_address(url, "adiutaopt.cognito_url")


def _gurobi_url(url: str) -> str:
    return check_address(url, "gurobi.url")


@frozen(kw_only=True)
class AimmsSettings:
    """AIMMS PRO: the account's address and an API key (AIMMS facts 1; scopes are chosen with the key).

    ``url`` is the base up to the API's version; left out, it is built from ``account``:
    ``https://{account}.aimms.cloud/pro-api/v2``.

    ``local``: the DEX service of an AIMMS on this desk instead (AIMMS facts 3), at ``url`` or `LOCAL_URL`; it takes
    no key. An account, a key and an address that ends with ``/pro-api/v2`` are the cloud's and do not count then.
    ``local_limit``: the bytes that it takes at most, ``dex::api::MaxRequestSize`` of the model.
    """

    url: str = field(converter=_aimms_url)
    api_key: Secret | None = field(default=None, converter=as_secret)
    local: bool = False
    local_limit: int = LOCAL_LIMIT

    CLOUD: ClassVar[str] = "aimms"
    VENDOR: ClassVar[str] = "AIMMS PRO"
    SETTINGS: ClassVar[tuple[Setting, ...]] = AIMMS_SETTINGS

    def __attrs_post_init__(self) -> None:
        if self.local == (self.api_key is not None):
            words = "is not for a local service, which takes none" if self.local else "is missing"
            raise ConfigError(f"aimms.api_key {words}")

    @classmethod
    def build(cls, found: dict[str, Any]) -> AimmsSettings:
        """Make settings from the texts, and the secrets, that were found."""
        if is_true(found.get("local", "false"), "aimms.local"):
            limit = _number(found.get("local_limit", str(LOCAL_LIMIT)), "aimms.local_limit")
            return cls(url=_desk(found.get("url")), local=True, local_limit=limit)
        return cls(url=found.get("url") or _portal(found["account"]), api_key=found["api_key"])


@frozen(kw_only=True)
class AdiutaOptSettings:
    """adiutaOpt: the API's address (not published: from your provider), a Cognito user and its pool.

    Source: adiutaOpt facts F059, F060.

    ``bearer``: the ID token goes out after the word ``Bearer`` (True) or bare; the vendor's page shows both
    (adiutaOpt facts C01). ``cognito_url`` defaults to the AWS endpoint of the pool's region. ``client_secret``: of an
    app client that has one. ``username`` may be of any script, without white space. ``password`` goes out as it is,
    with its spaces; it may be missing where tokens are kept or somebody can be asked. ``token_cache``: where tokens
    are kept between processes: ``file`` (the owner's only, in the user's state folder), ``keyring`` (of the operating
    system), or ``off``; None: as the caller of `OptCloud` says, else off. Passwords are never kept.

    The vendor's environments PROD, DEV and EXP (adiutaOpt facts F068) have addresses and pools of their own: make
    each a profile::

        [dev.adiutaopt]
        url = "…"
        username = "…"
        password = "keyring:adiutaopt-dev"  # or file:PATH, or left out: optcloud --profile dev adiutaopt login asks
        user_pool_id = "eu-central-1_AbCdEfGhI"
        client_id = "…"
        token_cache = "file"
    """

    url: str = field(converter=_adiutaopt_url)
    username: str
    password: Secret | None = field(default=None, converter=as_secret)
    user_pool_id: str
    client_id: str
    client_secret: Secret | None = field(default=None, converter=as_secret)
    cognito_url: str = field(converter=_cognito_url)
    bearer: bool = True
    token_cache: TokenCacheWord | None = None

    CLOUD: ClassVar[str] = "adiutaopt"
    VENDOR: ClassVar[str] = "adiutaOpt"
    SETTINGS: ClassVar[tuple[Setting, ...]] = ADIUTAOPT_SETTINGS

    @classmethod
    def build(cls, found: dict[str, Any]) -> AdiutaOptSettings:
        """Make settings from the texts, and the secrets, that were found."""
        pool = found["user_pool_id"]
        region, separator, name = pool.partition("_")
        if not (region and separator and name):
            raise ConfigError(f"adiutaopt.user_pool_id: {pool!r} does not look like eu-central-1_AbCdEfGhI")
        cognito_url = found.get("cognito_url") or f"https://cognito-idp.{region}.amazonaws.com"
        return cls(
            url=found["url"],
            username=found["username"],
            password=found.get("password"),
            user_pool_id=pool,
            client_id=found["client_id"],
            client_secret=found.get("client_secret"),
            cognito_url=cognito_url,
            bearer=is_true(found.get("bearer", "true"), "adiutaopt.bearer"),
            token_cache=_token_cache(found.get("token_cache")),
        )


@frozen(kw_only=True)
class GurobiSettings:
    """Gurobi Instant Cloud: access id and secret key of the account.

    ``api``: ``v1`` (deprecated by its vendor; the key signs each request) or ``v2``; keys of one do not open the
    other. ``url``: the vendor's own, left out. ``ledger``: the file in which launches are written down, so that
    machines of a process that was killed are found again; ``off``: nowhere; left out, in the user's state folder.
    """

    api: GurobiApi = "v1"
    url: str = field(converter=_gurobi_url)
    access_id: str
    secret_key: Secret = field(converter=as_secret)
    ledger: str | None = None

    CLOUD: ClassVar[str] = "gurobi"
    VENDOR: ClassVar[str] = "Gurobi Instant Cloud"
    SETTINGS: ClassVar[tuple[Setting, ...]] = GUROBI_SETTINGS

    @url.default
    def _vendors_own(self) -> str:
        return GUROBI_URLS[self.api]

    @classmethod
    def build(cls, found: dict[str, Any]) -> GurobiSettings:
        """Make settings from the texts, and the secrets, that were found."""
        place = {"url": found["url"]} if "url" in found else {}
        return cls(
            api=_gurobi_api(found.get("api", "v1")),
            access_id=found["access_id"],
            secret_key=found["secret_key"],
            ledger=found.get("ledger"),
            **place,
        )


AnySettings = AimmsSettings | AdiutaOptSettings | GurobiSettings
ALL_SETTINGS: tuple[type[AnySettings], ...] = (AimmsSettings, AdiutaOptSettings, GurobiSettings)


def check_given(settings: AnySettings) -> None:
    """Refuse in a settings object what is refused in texts that are read (`ConfigError`)."""
    for setting in settings.SETTINGS:
        value = getattr(settings, setting.name, None)
        if isinstance(value, str | Secret):
            setting.check(value, f"{settings.CLOUD}.{setting.name} (argument {type(settings).__name__})")
    check_base(settings)


def check_base(settings: AnySettings) -> None:
    """Refuse an address that cannot be AIMMS PRO's in the cloud (`ConfigError`)."""
    if isinstance(settings, AimmsSettings) and not settings.local:
        check_aimms_base(settings.url)


def _desk(url: str | None) -> str:
    """Return the local service's address. The cloud's, which may stand beside the word ``local``, is not meant."""
    return LOCAL_URL if url is None or _OF_THE_CLOUD.search(url) else url


def _portal(account: str) -> str:
    if _ACCOUNT.fullmatch(account) is None:
        raise ConfigError(f"aimms.account: {account!r} is not the first part of your portal's host name")
    return f"https://{account}.aimms.cloud/pro-api/v2"


def is_true(text: str, setting: str) -> bool:
    """Read a yes-or-no setting. Raises `ConfigError`."""
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text.lower() not in words:
        raise ConfigError(f"{setting}: {text!r} is neither true nor false")
    return words[text.lower()]


def _gurobi_api(text: str) -> GurobiApi:
    return cast(GurobiApi, _word(text, get_args(GurobiApi), "gurobi.api"))


def _token_cache(text: str | None) -> TokenCacheWord | None:
    if text is None:
        return None
    return cast(TokenCacheWord, _word(text, get_args(TokenCacheWord), "adiutaopt.token_cache"))


def _word(text: str, words: tuple[str, ...], setting: str) -> str:
    """Return the text if it is one of the words. Raises `ConfigError`."""
    if text not in words:
        raise ConfigError(f"{setting}: {text!r} is none of {', '.join(words)}")
    return text


def _number(text: str, setting: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ConfigError(f"{setting}: {text!r} is not a number of bytes")
    return int(text)
