"""`optcloud aimms storage`: objects in buckets, by paths such as /icons/my_logo."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.group import CommandGroup
from optcloud.cli.options import STDIO, AnyLimit, Yes, argument, flag, readable
from optcloud.cli.output import pick
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column

if TYPE_CHECKING:
    from optcloud.aimms.storage.paths import Bucket, StoredObject

app = CommandGroup(
    help="""Files that AIMMS PRO keeps: objects in buckets.

    A path is like /icons/my_logo: the object my_logo in the bucket icons.

    Examples:
        optcloud aimms storage put logo.png /icons/my_logo
        optcloud aimms storage list /icons
        optcloud aimms storage get /icons/my_logo logo.png
    """,
    aliases={"info": "show", "mv": "rename"},
)

_COLUMNS = (
    name_column("Path", "path"),
    Column("Size", "size"),
    Column("Versions", "versions", 3),
    Column("Created", "created", 2),
)
ObjectPath = Annotated[str, argument("PATH", "Path of an object, such as /icons/my_logo.")]
AnyPath = Annotated[str, argument("PATH", "Path of an object, or with --bucket of a bucket.")]
IsBucket = Annotated[bool, flag("--bucket", "PATH is a bucket.")]


def _object(found: StoredObject) -> dict[str, Any]:
    return {"kind": "object"} | pick(found, "path", "id", "size", "versions", "version_id", "created")


def _bucket(found: Bucket) -> dict[str, Any]:
    return {"kind": "bucket", "path": f"{found.path.rstrip('/')}/"} | pick(found, "id", "created")


@app.command("list")
def list_bucket(
    session: CliSession,
    *,
    path: Annotated[str, argument("PATH", "Path of a bucket, such as /icons.")],
    limit: AnyLimit = None,
) -> None:
    """List what a bucket holds: other buckets, and objects.

    Names of buckets end with /.

    Examples:
        optcloud aimms storage list /data
        optcloud aimms storage list /icons --json
    """
    found = session.call(path, lambda oc: oc.aimms.storage.bucket(_bucket_path(path)))
    records = [*map(_bucket, found.buckets), *map(_object, found.objects)]
    session.out.records(_COLUMNS, records, empty="nothing in it", limit=limit)


@app.command()
def show(session: CliSession, *, path: ObjectPath) -> None:
    """Show an object's size, versions and times.

    Examples:
        optcloud aimms storage show /icons/my_logo
        optcloud aimms storage show /icons/my_logo --json
    """
    found = session.call(path, lambda oc: oc.aimms.storage.info(path))
    session.out.fields(_object(found))


@app.command()
def put(
    session: CliSession,
    *,
    file: Annotated[Path, argument("FILE", "The file; - reads stdin.", callback=readable)],
    path: Annotated[str, argument("PATH", "Path of the object, or of its bucket, with / at the end.")],
) -> None:
    """Store a file as an object.

    An object that is there already gets another version.

    Examples:
        optcloud aimms storage put logo.png /icons/my_logo
        optcloud aimms storage put logo.png /icons/
        optcloud aimms storage put - /icons/my_logo < logo.png
    """
    if path.endswith("/") and file == STDIO:
        raise typer.BadParameter("stdin has no name: give the object's own path", param_hint="PATH")
    target = path + file.name if path.endswith("/") else path
    session.change(
        "stored", lambda oc: oc.aimms.storage.upload(sys.stdin.buffer if file == STDIO else file, target), path=target
    )


@app.command()
def get(
    session: CliSession,
    *,
    path: ObjectPath,
    to: Annotated[Path, argument("[TO]", "A file or a folder; - writes to stdout.")] = Path(),
) -> None:
    """Fetch an object's content.

    Examples:
        optcloud aimms storage get /icons/my_logo
        optcloud aimms storage get /icons/my_logo logo.png
        optcloud aimms storage get /icons/my_logo - > logo.png
    """
    if to == STDIO and session.out.as_json:
        raise typer.BadParameter("the content cannot go to stdout together with --json", param_hint="TO")
    with session.connect() as oc:

        def save(file: Path) -> Path:
            with session.messages.progress(path):
                return oc.aimms.storage.download(path, file)

        if to == STDIO:
            session.out.streamed(save)
            return
        saved = save(to)
    session.out.data({"path": path, "file": str(saved)}, f"saved {saved}")


@app.command()
def rename(
    session: CliSession,
    *,
    path: AnyPath,
    label: Annotated[str, argument("LABEL", "New label: the last part of the path.")],
    is_bucket: IsBucket = False,
) -> None:
    """Give an object or a bucket another label, in the same bucket.

    Examples:
        optcloud aimms storage rename /icons/my_logo logo
        optcloud aimms storage rename --bucket /data archive
    """
    if is_bucket:
        new = session.call(path, lambda oc: oc.aimms.storage.rename_bucket(_bucket_path(path), label))
    else:
        new = session.call(path, lambda oc: oc.aimms.storage.rename(path, label))
    session.out.data({"path": new, "was": path}, f"renamed to {new}")


@app.command()
def delete(session: CliSession, *, path: AnyPath, is_bucket: IsBucket = False, yes: Yes = False) -> None:
    """Delete an object with all its versions, or a bucket.

    Examples:
        optcloud aimms storage delete /icons/my_logo
        optcloud aimms storage delete --bucket /data --yes
    """
    session.confirm(f"delete {path}", yes=yes)
    if is_bucket:
        session.change("deleted", lambda oc: oc.aimms.storage.delete_bucket(_bucket_path(path)), path=path)
    else:
        session.change("deleted", lambda oc: oc.aimms.storage.delete(path), path=path)


@app.command("mkdir")
def make_bucket(
    session: CliSession,
    *,
    path: Annotated[str, argument("PATH", "Path of the bucket.")],
    parents: Annotated[
        bool, flag("--parents", "-p", "Also create the buckets that it is in; those that are there stay.")
    ] = False,
) -> None:
    """Create a bucket.

    Examples:
        optcloud aimms storage mkdir /data
        optcloud aimms storage mkdir --parents /data/2026/january
    """
    target = _bucket_path(path)
    with session.connect() as oc, session.messages.progress(target):
        if parents:
            made = oc.aimms.storage.ensure_bucket(target)
        else:
            oc.aimms.storage.make_bucket(target)
            made = [target]
    session.out.data({"path": target, "made": made}, *([f"made {bucket}" for bucket in made] or [f"there is {target}"]))


def _bucket_path(path: str) -> str:
    """A bucket may be written with a / at its end, as `list` does."""
    return path.rstrip("/") or "/"
