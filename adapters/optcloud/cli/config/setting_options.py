"""The settings of all clouds as options of `optcloud config init`."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.options import flag, option
from optcloud.core import secret_store
from optcloud.core.errors import ConfigError
from optcloud.core.secret import Secret

if TYPE_CHECKING:
    from optcloud.core.settings import AnySettings

_STDIN = "_stdin"


def _place(text: str | None) -> str | None:
    """Refuse a secret in place of its place: others could read it in the list of processes."""
    if text is None:
        return None
    try:
        return str(secret_store.place_of(text).lasting())
    except ConfigError:
        raise typer.BadParameter("give keyring:NAME or file:PATH; the secret itself only through stdin") from None


def _place_of(what: str) -> Any:
    return option("PLACE", f"{what}, where it is kept already: keyring:NAME or file:PATH.", callback=_place)


def _from_stdin(what: str) -> Any:
    return flag(f"{what}: a line of stdin.")


@dataclass(frozen=True)
class SettingOptions:
    """Settings that are given, and need not be asked for. Of several secrets, each is a line of stdin, in this order.

    A field is called as its setting, or as that with ``_stdin``; a test looks that each setting has one.
    """

    url: Annotated[str | None, option("URL", "The address of the API.")] = None
    account: Annotated[str | None, option("NAME", "aimms: the first part of your portal's host name.")] = None
    api_key: Annotated[str | None, _place_of("aimms: the key")] = None
    api_key_stdin: Annotated[bool, _from_stdin("aimms: the key")] = False
    local: Annotated[bool, flag("aimms: tasks run in the DEX service of this machine, without a key.")] = False
    local_limit: Annotated[int | None, option("BYTES", "aimms: what a local service takes at most.", min=1)] = None
    username: Annotated[str | None, option("NAME", "adiutaopt: the user that signs in.")] = None
    password: Annotated[str | None, _place_of("adiutaopt: the password")] = None
    password_stdin: Annotated[bool, _from_stdin("adiutaopt: the password")] = False
    user_pool_id: Annotated[str | None, option("ID", "adiutaopt: the pool, such as eu-central-1_AbCdEfGhI.")] = None
    client_id: Annotated[str | None, option("ID", "adiutaopt: the app client of the pool.")] = None
    client_secret: Annotated[str | None, _place_of("adiutaopt: the client's secret")] = None
    client_secret_stdin: Annotated[bool, _from_stdin("adiutaopt: the client's secret")] = False
    cognito_url: Annotated[str | None, option("URL", "adiutaopt: the address of Amazon Cognito.")] = None
    bearer: Annotated[str | None, option("WORD", "adiutaopt: true or false: the word Bearer before tokens.")] = None
    token_cache: Annotated[str | None, option("WORD", "adiutaopt: file, keyring or off: where tokens are kept.")] = None
    access_id: Annotated[str | None, option("ID", "gurobi: the access id of the account.")] = None
    secret_key: Annotated[str | None, _place_of("gurobi: the secret key")] = None
    secret_key_stdin: Annotated[bool, _from_stdin("gurobi: the secret key")] = False
    api: Annotated[str | None, option("VERSION", "gurobi: v1 or v2.")] = None
    ledger: Annotated[str | None, option("FILE", "gurobi: where launches are written down, or off.")] = None

    def given(self, kind: type[AnySettings]) -> dict[str, Secret]:
        """Return what was given of a cloud's settings. Raises `typer.BadParameter` for one of another cloud."""
        names = {setting.name for setting in kind.SETTINGS}
        found: dict[str, Secret] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None or value is False:
                continue
            name = field.name.removesuffix(_STDIN)
            if name not in names:
                raise typer.BadParameter(f"it is no setting of {kind.CLOUD}", param_hint=option_name(field.name))
            if name in found:
                words = f"it is given by {option_name(name)} already"
                raise typer.BadParameter(words, param_hint=option_name(field.name))
            found[name] = _line(field.name) if name != field.name else Secret("true" if value is True else str(value))
        return found


def option_name(name: str) -> str:
    """Return what the option of a setting is called."""
    return f"--{name.replace('_', '-')}"


def _line(name: str) -> Secret:
    """Return the next line of stdin."""
    secret = Secret(sys.stdin.readline().rstrip("\r\n"))
    if not secret:
        raise typer.BadParameter("stdin has no more line for it", param_hint=option_name(name))
    return secret
