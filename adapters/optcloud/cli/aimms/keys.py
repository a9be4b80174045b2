"""`optcloud aimms keys`: API keys. A secret goes into the keyring or a file, and is printed only when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.exit_codes import ERROR
from optcloud.cli.group import CommandGroup
from optcloud.cli.options import (
    AnyLimit,
    Overwrite,
    PrintSecret,
    Store,
    Yes,
    argument,
    check_secret_place,
    flag,
    option,
)
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column, text_column
from optcloud.cli.times import duration
from optcloud.core.secret_store import SecretNotStored

if TYPE_CHECKING:
    from optcloud.aimms.keys.api_key import ApiKey

app = CommandGroup(
    help="""API keys: list, create, rotate, delete them.

    A key's secret is shown once, when the key is created: it goes into the keyring of this machine or into a file that
    only you can read. The setting api_key can name such a place.

    Examples:
        optcloud aimms keys list
        optcloud aimms keys create ci --scope Tasks --store keyring:ci
    """
)

_COLUMNS = (name_column("Name", "name"), Column("Expires", "expires"), text_column("Scopes", "scopes", 2))


def _scopes() -> list[str]:
    from optcloud.aimms.keys.scopes import Scope  # noqa: PLC0415 - for completion only

    return list(Scope)


Name = Annotated[str, argument("NAME", "Name of the key.")]
Expires = Annotated[
    str, option("--expires", "WHEN", "When it expires: a day, such as 2027-01-31, or a time from now, such as 90d.")
]
NewExpires = Annotated[
    str | None,
    option("--expires", "WHEN", "When it expires: a day, or a time from now [default: the old key's lifetime]."),
]
Scopes = Annotated[
    list[str] | None,
    option(
        "--scope", "SCOPE", "What the key is for, such as Tasks or PublishApp; may be repeated.", autocompletion=_scopes
    ),
]
Account = Annotated[str | None, option("--account", "NAME", "For another account.")]
Newer = Annotated[
    bool, flag("--user-manager", "Use the newer service user-manager, which has only the caller's own keys.")
]


def _record(key: ApiKey) -> dict[str, Any]:
    """What is printed of a key: all but its secret."""
    expires = key.expiration_date if key.expires is None else key.expires.date().isoformat()
    return {"name": key.name, "expires": expires, "scopes": [str(scope) for scope in key.scopes]}


def _print(session: CliSession, keys: list[ApiKey], empty: str, limit: int | None) -> None:
    session.out.records(_COLUMNS, [_record(key) for key in keys], empty=empty, limit=limit)


@app.command("list")
def list_keys(session: CliSession, *, newer: Newer = False, limit: AnyLimit = None) -> None:
    """List API keys.

    Examples:
        optcloud aimms keys list
        optcloud aimms keys list --user-manager --json
    """
    keys = session.call("keys", lambda oc: oc.aimms.directory.list_keys() if newer else oc.aimms.keys.list())
    _print(session, keys, "no keys", limit)


@app.command()
def expiring(
    session: CliSession,
    *,
    within: Annotated[str, option("TIME", "How soon, such as 30d or 8w.")] = "30d",
    limit: AnyLimit = None,
) -> None:
    """List keys that have expired or soon will, the soonest first.

    Examples:
        optcloud aimms keys expiring
        optcloud aimms keys expiring --within 8w --json
    """
    time = duration(within)
    if not isinstance(time, timedelta):
        raise typer.BadParameter(f"{within!r} is no time such as 30d or 8w", param_hint="--within")
    keys = session.call("keys", lambda oc: oc.aimms.keys.expiring(time))
    _print(session, keys, f"none within {within}", limit)


@app.command()
def scopes(session: CliSession) -> None:
    """List the scopes that a key of yours can have.

    Examples:
        optcloud aimms keys scopes
        optcloud aimms keys scopes --json
    """
    words = session.call("scopes", lambda oc: [scope.word for scope in oc.aimms.directory.scopes()])
    session.out.data(words, *(words or ["no scopes"]))


@app.command()
def create(
    session: CliSession,
    *,
    name: Name,
    scope: Scopes = None,
    expires: Expires = "365d",
    store: Store = None,
    print_secret: PrintSecret = False,
    overwrite: Overwrite = False,
    account: Account = None,
    newer: Newer = False,
) -> None:
    """Create an API key, which lasts for a year at most.

    Examples:
        optcloud aimms keys create ci --scope Tasks --store keyring:ci
        optcloud aimms keys create ci --scope Tasks --expires 90d --store file:ci.key
        optcloud aimms keys create ci --scope Tasks --print-secret
    """
    check_secret_place(store, print_secret=print_secret)
    if newer and account is not None:
        raise typer.BadParameter("it makes no sense together with --user-manager", param_hint="--account")
    with session.connect() as oc, _making(session, name, print_secret=print_secret):
        end, wanted = duration(expires), scope or []
        if newer:
            key = oc.aimms.directory.create_key(name, end, wanted, store=store, overwrite=overwrite)
        else:
            key = oc.aimms.keys.create(name, end, wanted, account=account, store=store, overwrite=overwrite)
    _print_new(session, key, store, print_secret=print_secret)


@app.command()
def rotate(
    session: CliSession,
    *,
    name: Name,
    scope: Scopes = None,
    expires: NewExpires = None,
    new_name: Annotated[str | None, option("NAME", "Name of the new key [default: NAME and the day].")] = None,
    store: Store = None,
    print_secret: PrintSecret = False,
    yes: Yes = False,
) -> None:
    """Create a key in place of another, then delete that one.

    A new key is called NAME and the day, such as ci-2026-01-31; the next time, NAME means the newest of these. The new
    one has the scopes and the lifetime of the old one, unless others are given; its secret may go where the old one's
    is.

    Examples:
        optcloud aimms keys rotate ci --store keyring:ci
        optcloud aimms keys rotate ci --expires 90d --store keyring:ci
    """
    check_secret_place(store, print_secret=print_secret)
    with session.connect() as oc, _making(session, name, print_secret=print_secret):
        if not yes:
            from optcloud.aimms.keys.keys import newest_of  # noqa: PLC0415 - only when it is run

            old = newest_of(name, {key.name: key for key in oc.aimms.keys.list()})
            session.confirm(f"replace the key {old.name}, and delete it", yes=False)
        end = None if expires is None else duration(expires)
        rotation = oc.aimms.keys.rotate(name, expires=end, scopes=scope, new_name=new_name, store=store)
    _print_new(session, rotation.new, store, print_secret=print_secret, old=rotation.old, old_key=rotation.old_key)
    if not rotation.both_live:
        session.messages.say(f"deleted {rotation.old}", event="deleted", name=rotation.old)
    if not rotation.lifetime_known:
        words = f"{rotation.old} does not tell when it was made, so its lifetime is a guess: --expires sets another"
        session.messages.say(words, event="lifetime not known", old=rotation.old)
    if rotation.both_live:
        words = f"{rotation.old} is, or may be, still in use ({rotation.trouble})"
        hint = f"delete it: optcloud aimms keys delete {rotation.old}"
        session.messages.say(f"error: {words}\n  {hint}", event="error", message=words, hints=[hint], exit_code=ERROR)
        raise typer.Exit(ERROR)


@app.command()
def delete(session: CliSession, *, name: Name, account: Account = None, newer: Newer = False, yes: Yes = False) -> None:
    """Delete an API key for good: whoever uses it is refused.

    Examples:
        optcloud aimms keys delete ci
        optcloud aimms keys delete ci --yes
    """
    session.confirm(f"delete the key {name}", yes=yes)
    if newer:
        session.change("deleted", lambda oc: oc.aimms.directory.delete_key(name), name=name)
    else:
        session.change("deleted", lambda oc: oc.aimms.keys.delete(name, account=account), name=name)


@contextmanager
def _making(session: CliSession, name: str, *, print_secret: bool) -> Iterator[None]:
    """If the secret of a new key cannot be stored, say how to go on. It is printed only when that was asked for."""
    try:
        with session.messages.submitting("optcloud aimms keys list"), session.messages.progress(name):
            yield
    except SecretNotStored as error:
        if print_secret:
            session.out.data({"secret": error.secret.reveal()}, error.secret.reveal())
        error.add_note(
            "the new key is of no use without it: find it (optcloud aimms keys list), delete it, make another"
        )
        raise


def _print_new(session: CliSession, key: ApiKey, store: str | None, *, print_secret: bool, **more: str) -> None:
    """Print a new key; for people, its secret is the only thing on stdout when it is asked for."""
    record = _record(key) | {"stored": store} | more
    secret = key.secret.reveal() if print_secret and key.secret is not None else None
    if secret is not None and not session.out.as_json:
        session.out.lines(secret)
        session.messages.say(f"made {key.name}, until {record['expires']}")
        return
    shown = {} if secret is None else {"secret": secret}
    session.out.data(record | shown, f"made {key.name}, until {record['expires']}; its secret is at {store}")
