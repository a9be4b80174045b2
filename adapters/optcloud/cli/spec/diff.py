"""`optcloud spec diff` and `spec changelog`: what changed between two documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import optcloud
from optcloud.cli.extras import needs
from optcloud.cli.options import Json
from optcloud.cli.session import session_of
from optcloud.cli.spec.check import UsesOption
from optcloud.cli.spec.checkout import Root, find_checkout
from optcloud.cli.spec.reporting import (
    AcceptedFile,
    FailOn,
    FailOnOption,
    Format,
    FormatOption,
    LeastLevel,
    LevelOption,
    ReportFile,
    judge,
    leave,
    publish,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openapi_drift.checks.inputs import Input
    from openapi_drift.diff.change import Change
    from optcloud.cli.session import Session

Base = Annotated[str, typer.Argument(metavar="BASE", help="The document before.")]
Revision = Annotated[str, typer.Argument(metavar="REVISION", help="The document after.")]
Raw = Annotated[bool, typer.Option("--raw", help="Leave the overlays beside the documents away.")]
Account = Annotated[str | None, typer.Option("--account", metavar="NAME", help="Account, for live:ID.")]
Url = Annotated[str | None, typer.Option("--url", metavar="URL", help="Address for live:ID, not the registry's.")]


def diff(
    context: typer.Context,
    base: Base,
    revision: Revision,
    *,
    form: FormatOption = Format.TEXT,
    output: ReportFile = None,
    fail_on: FailOnOption = FailOn.NONE,
    accepted: AcceptedFile = None,
    level: LevelOption = LeastLevel.INFO,
    raw: Raw = False,
    account: Account = None,
    url: Url = None,
    uses: UsesOption = None,
    root: Root = None,
    json: Json = False,
) -> None:
    """Say what changed between two OpenAPI documents, and what of it breaks.

    Each is a file; a folder of specs/ or its id (with its overlay applied); REV:path in a git revision; a revision
    such as HEAD~1 (the other one's path there); or live:ID, what the vendor serves now (then no overlay is applied).

    Exit codes: 0 compared, 1 error, 6 a change of the level of --fail-on, 7 not checked: the vendor's document could
    not be had.
    """
    session = session_of(context)
    before, after, changes = _compare(session, (base, revision), root=root, raw=raw, account=account, url=url)
    judged = judge(changes, accepted, fail_on, level)
    from openapi_drift.reports.report import ChangeReport  # noqa: PLC0415 - only for commands on changes

    report = ChangeReport(
        before.name,
        after.name,
        **judged.parts,
        details=_details(session, judged.shown, before, find_checkout(root), uses),
        base_sources=before.sources,
        revision_sources=after.sources,
    )
    publish(session, report, form, output)
    leave(failed=judged.failed)


def changelog(
    context: typer.Context,
    base: Base,
    revision: Revision,
    *,
    current: Annotated[
        str | None, typer.Option("--current", metavar="VERSION", help="The version now [default: optcloud's own].")
    ] = None,
    package: Annotated[str, typer.Option("--package", metavar="NAME", help="The package to name in the entry.")] = "",
    raw: Raw = False,
    account: Account = None,
    url: Url = None,
    root: Root = None,
    json: Json = False,
) -> None:
    """Write the next CHANGELOG entry for what is generated from a document.

    The entry goes to stdout and the proposed version with its reason to stderr: major if something breaks, minor,
    or patch; before 1.0.0, minor if something breaks, else patch. BASE and REVISION are those of `spec diff`.
    """
    session = session_of(context)
    _, _, changes = _compare(session, (base, revision), root=root, raw=raw, account=account, url=url)
    from openapi_drift.reports import changelog as writer  # noqa: PLC0415 - only for this command

    proposal = writer.propose(changes, current or optcloud.__version__)
    entry = writer.entry(changes, proposal.following, package=package)
    session.talk.say(
        f"{proposal.current} → {proposal.following} ({proposal.bump}): {proposal.why}",
        event="version",
        bump=proposal.bump,
    )
    if session.out.as_json:
        record = {"bump": proposal.bump, "why": proposal.why, "current": proposal.current, "next": proposal.following}
        session.out.json(record | {"entry": entry})
    else:
        session.out.data(None, entry.removesuffix("\n"))


def _details(
    session: Session, changes: Sequence[Change], before: Input, checkout: Path | None, uses: Path | None
) -> dict[Change, list[str]]:
    """What each change touches here, and in the user's code; what that reading cannot see is said."""
    from openapi_drift.checks import impact  # noqa: PLC0415 - only for this command
    from openapi_drift.checks import uses as reading  # noqa: PLC0415
    from openapi_drift.checks.operation_table import NAME, read_table  # noqa: PLC0415

    packages = impact.packages_of(before.document.content, checkout)
    own = None if checkout else read_table(Path(optcloud.__file__).with_name(NAME))
    lines, notes = reading.details(impact.touched(changes, checkout, packages, own), uses)
    for note in [*notes, reading.LIMITS] if uses is not None else []:
        session.talk.say(note, event="uses", note=note)
    return lines


def _compare(
    session: Session, named: tuple[str, str], *, root: Path | None, raw: bool, account: str | None, url: str | None
) -> tuple[Input, Input, list[Change]]:
    with needs("codegen"), session.talk.progress("comparing"):
        from openapi_drift.checks.inputs import Reader  # noqa: PLC0415 - likewise
        from openapi_drift.diff.compare import compare  # noqa: PLC0415 - needs the extra codegen

        before, after = Reader(find_checkout(root), raw, account, url).pair(*named)
        return before, after, compare(before.document, after.document)
