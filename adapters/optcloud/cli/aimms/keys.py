"""`optcloud aimms keys`: API keys. A secret goes into the keyring or a file, and is printed only when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.confirm import Yes, confirm
from optcloud.cli.exit_codes import ERROR
from optcloud.cli.group import Group
from optcloud.cli.options import Json
from optcloud.cli.secret_output import Overwrite, PrintSecret, Store, check_stowed
from optcloud.cli.session import session_of
from optcloud.cli.times import duration
from optcloud.core.secret_store import SecretNotStored

if TYPE_CHECKING:
    from optcloud.aimms.keys.api_key import ApiKey
    from optcloud.cli.session import Session

app = typer.Typer(
    cls=Group,
    help="API keys.\n\nA key's secret is shown once, when it is made: it goes into the keyring of this machine or into "
    "a file that only you can read. A setting api_key may name such a place.",
)

_COLUMNS = {"Name": "name", "Expires": "expires", "Scopes": "scopes"}


def _scopes() -> list[str]:
    from optcloud.aimms.keys.scopes import Scope  # noqa: PLC0415 - for completion only

    return list(Scope)


Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the key.")]
Expires = Annotated[
    str, typer.Option("--expires", metavar="WHEN", help="A day, such as 2027-01-31, or a time from now, such as 90d.")
]
Scopes = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        metavar="SCOPE",
        help="Such as Tasks or PublishApp; may be repeated.",
        autocompletion=_scopes,
    ),
]
Account = Annotated[str | None, typer.Option("--account", metavar="NAME", help="For another account.")]
Newer = Annotated[
    bool, typer.Option("--user-manager", help="By the newer service, which has the keys of the caller only.")
]


def _record(key: ApiKey) -> dict[str, Any]:
    """What is told of a key: all but its secret."""
    expires = key.expiration_date if key.expires is None else key.expires.date().isoformat()
    return {"name": key.name, "expires": expires, "scopes": [str(one) for one in key.scopes]}


def _print(session: Session, keys: list[ApiKey], empty: str) -> None:
    records = [_record(key) for key in keys]
    if not session.out.as_json:
        records = [record | {"scopes": ", ".join(record["scopes"])} for record in records]
    session.out.records(_COLUMNS, records, empty=empty)


@app.command("ls")
def list_keys(context: typer.Context, *, newer: Newer = False, json: Json = False) -> None:
    """List keys."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress("keys"):
        keys = oc.aimms.directory.list_keys() if newer else oc.aimms.keys.list()
    _print(session, keys, "no keys")


@app.command()
def expiring(
    context: typer.Context,
    *,
    within: Annotated[str, typer.Option("--within", metavar="TIME", help="Such as 30d or 8w.")] = "30d",
    json: Json = False,
) -> None:
    """List keys that end soon or have ended, the soonest first."""
    session = session_of(context)
    time = duration(within)
    if not isinstance(time, timedelta):
        raise typer.BadParameter(f"{within!r} is no time such as 30d or 8w", param_hint="--within")
    with session.connect() as oc, session.talk.progress("keys"):
        keys = oc.aimms.keys.expiring(time)
    _print(session, keys, f"none within {within}")


@app.command()
def scopes(context: typer.Context, json: Json = False) -> None:
    """List the scopes that a key of yours can have."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress("scopes"):
        words = [one.word for one in oc.aimms.directory.scopes()]
    session.out.data(words, *(words or ["no scopes"]))


@app.command()
def create(
    context: typer.Context,
    *,
    name: Name,
    scope: Scopes = None,
    expires: Expires = "365d",
    store: Store = None,
    print_secret: PrintSecret = False,
    overwrite: Overwrite = False,
    account: Account = None,
    newer: Newer = False,
    json: Json = False,
) -> None:
    """Make a key, for a year at most."""
    session = session_of(context)
    check_stowed(store, print_secret=print_secret)
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
    context: typer.Context,
    *,
    name: Name,
    scope: Scopes = None,
    expires: Expires = "365d",
    new_name: Annotated[
        str | None, typer.Option("--new-name", metavar="NAME", help="Of the new key [default: NAME and the day].")
    ] = None,
    store: Store = None,
    print_secret: PrintSecret = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Make a key in place of another, then delete that one.

    It has the scopes of the old one, unless some are given; its secret may go where the old one's is.
    """
    session = session_of(context)
    check_stowed(store, print_secret=print_secret)
    confirm(session, f"replace the key {name}, and delete it", yes=yes)
    with session.connect() as oc, _making(session, name, print_secret=print_secret):
        end = duration(expires)
        rotation = oc.aimms.keys.rotate(name, expires=end, scopes=scope, new_name=new_name, store=store)
    _print_new(session, rotation.new, store, print_secret=print_secret, old=name, old_key=rotation.old_key)
    if rotation.both_live:
        words = f"{name} is, or may be, still in use ({rotation.trouble})"
        hint = f"delete it: optcloud aimms keys delete {name}"
        session.talk.say(f"error: {words}\n  {hint}", event="error", message=words, hints=[hint], exit_code=ERROR)
        raise typer.Exit(ERROR)


@app.command()
def delete(
    context: typer.Context,
    *,
    name: Name,
    account: Account = None,
    newer: Newer = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Delete a key for good: whoever uses it is refused from now on."""
    session = session_of(context)
    confirm(session, f"delete the key {name}", yes=yes)
    with session.connect() as oc, session.talk.progress(name):
        if newer:
            oc.aimms.directory.delete_key(name)
        else:
            oc.aimms.keys.delete(name, account=account)
    session.out.data({"name": name, "done": "deleted"}, f"deleted {name}")


@contextmanager
def _making(session: Session, name: str, *, print_secret: bool) -> Iterator[None]:
    """Should the secret of a new key not be stored, say how to go on; it is printed only when that was asked for."""
    try:
        with session.talk.submitting("optcloud aimms keys ls"), session.talk.progress(name):
            yield
    except SecretNotStored as error:
        if print_secret:
            session.out.data({"secret": error.secret.reveal()}, error.secret.reveal())
        error.add_note("the new key is of no use without it: look with optcloud aimms keys ls, delete it, make another")
        raise


def _print_new(session: Session, key: ApiKey, store: str | None, *, print_secret: bool, **more: str) -> None:
    """Print a new key; for people, its secret is the only thing on stdout when it is asked for."""
    record = _record(key) | {"stored": store} | more
    secret = key.secret.reveal() if print_secret and key.secret is not None else None
    if secret is not None and not session.out.as_json:
        session.out.data(None, secret)
        session.talk.say(f"made {key.name}, until {record['expires']}")
        return
    shown = {} if secret is None else {"secret": secret}
    session.out.data(record | shown, f"made {key.name}, until {record['expires']}; its secret is at {store}")
