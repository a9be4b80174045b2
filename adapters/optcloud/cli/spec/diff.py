"""`optcloud spec diff` and `spec changelog`: what changed between two documents."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import optcloud
from optcloud.cli.exit_codes import DRIFT
from optcloud.cli.options import argument, flag, option
from optcloud.cli.session import CliSession
from optcloud.cli.spec.check import UsesOption, installed_table
from optcloud.cli.spec.checkout import Root, find_checkout
from optcloud.cli.spec.reporting import LevelsBy, PolicyOption, ReportOptions, publish, say_unexplained
from optcloud.core.extras import needs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openapi_drift.checks.inputs import Input
    from openapi_drift.checks.uses import Details
    from openapi_drift.diff.change import Change

Base = Annotated[str, argument("BASE", "The document before.")]
Revision = Annotated[str, argument("REVISION", "The document after.")]


@dataclass(frozen=True)
class ReaderOptions:
    """How the two documents are read, and their changes judged."""

    raw: Annotated[bool, flag("--raw", "Compare without the overlays beside the documents.")] = False
    account: Annotated[str | None, option("--account", "NAME", "Your account, for live:ID.")] = None
    url: Annotated[
        str | None, option("--url", "URL", "Address for live:ID, instead of the one that optcloud knows.")
    ] = None
    header: Annotated[
        list[str] | None,
        option("--header", "NAME=VARIABLE", "Header to send to addresses, from the environment; may be repeated."),
    ] = None
    policy: PolicyOption = LevelsBy.DEFAULT


def diff(
    session: CliSession,
    base: Base,
    revision: Revision,
    *,
    options: ReportOptions,
    reading: ReaderOptions,
    uses: UsesOption = None,
    root: Root = None,
) -> None:
    """Compare two OpenAPI documents: what changed, what breaks.

    Each is an http(s) address; a file; a folder of specs/ or its id (with its overlay applied); REV:path in a git
    revision; a revision such as HEAD~1 (the other one's path there); or live:ID, what the vendor serves now (then no
    overlay is applied).

    Exit codes: 0 compared, 1 error, 6 a change of the level of --fail-on, 7 not checked: the vendor's document could
    not be had.

    Examples:
        optcloud spec diff before.yaml after.yaml
        optcloud spec diff before.yaml after.yaml --fail-on breaking --uses src
        optcloud spec diff HEAD~1 openapi.yaml --format html -o changes.html
    """
    before, after, changes = _compare(session, (base, revision), reading, root)
    outcome = options.accept(changes)
    shown = options.shown(outcome.changes)
    hidden = len(outcome.changes) - len(shown)
    if options.notes:
        from openapi_drift.diff.notes import notes  # noqa: PLC0415 - only if asked for

        shown += options.shown([*notes(before.document, after.document)])
    from openapi_drift.reports.report import ChangeReport  # noqa: PLC0415 - only for commands on changes

    details = _details(session, shown, (before, after), find_checkout(root), uses)
    report = ChangeReport(
        before.name,
        after.name,
        changes=shown,
        accepted=outcome.accepted,
        problems=outcome.problems,
        hidden=hidden,
        details=details.lines,
        uses=details.uses,
        in_tree=lambda file: Path(file).is_file(),
        base_sources=before.sources,
        revision_sources=after.sources,
        policy=reading.policy.value,
    )
    publish(session, report, options)
    if options.failed(outcome.changes):
        raise typer.Exit(DRIFT)
    say_unexplained(session, outcome.changes, options.fail_on)


def changelog(
    session: CliSession,
    base: Base,
    revision: Revision,
    *,
    current: Annotated[str | None, option("--current", "VERSION", "The version now [default: optcloud's own].")] = None,
    package: Annotated[str, option("--name", "--package", "NAME", "The package to name in the entry.")] = "",
    reading: ReaderOptions,
    root: Root = None,
) -> None:
    """Write the next entry of a changelog, from two documents.

    The entry goes to stdout and the proposed version with its reason to stderr: major if something breaks, minor, or
    patch; before 1.0.0, minor if something breaks, else patch. BASE and REVISION are those of `spec diff`.

    Examples:
        optcloud spec changelog before.yaml after.yaml
        optcloud spec changelog before.yaml after.yaml --current 1.2.0 --name jobs
    """
    _, _, changes = _compare(session, (base, revision), reading, root)
    from openapi_drift.reports import changelog as writer  # noqa: PLC0415 - only for this command

    proposal = writer.propose(changes, current or optcloud.__version__)
    entry = writer.entry(changes, proposal.following, package=package)
    session.messages.say(
        f"{proposal.current} → {proposal.following} ({proposal.bump}): {proposal.why}",
        event="version",
        bump=proposal.bump,
    )
    if session.out.as_json:
        record = {"bump": proposal.bump, "why": proposal.why, "current": proposal.current, "next": proposal.following}
        session.out.json(record | {"entry": entry})
    else:
        session.out.lines(entry.removesuffix("\n"))


def _details(
    session: CliSession, changes: Sequence[Change], sides: tuple[Input, Input], checkout: Path | None, uses: Path | None
) -> Details:
    """What each change touches here, and in the user's code; what that reading cannot see is said."""
    from openapi_drift.checks import impact  # noqa: PLC0415 - only for this command
    from openapi_drift.checks import uses as reading  # noqa: PLC0415

    documents = (sides[0].document, sides[1].document)
    packages = impact.packages_of(documents[0].content, checkout)
    own = None if checkout else installed_table()
    found = reading.details(impact.touched(changes, checkout, packages, own, documents), uses)
    for note in [*found.notes, reading.LIMITS] if uses is not None else []:
        session.messages.say(note, event="uses", note=note)
    return found


def _secret_headers(given: Sequence[str]) -> dict[str, str]:
    """``apikey=OPTCLOUD_AIMMS_API_KEY``: the header's value is that variable's."""
    found = {}
    for text in given:
        name, _, variable = text.partition("=")
        if not name or not variable:
            raise typer.BadParameter("write NAME=VARIABLE: the value comes from the environment", param_hint="--header")
        if not os.environ.get(variable):
            raise typer.BadParameter(f"the environment variable {variable} is not set", param_hint="--header")
        found[name] = os.environ[variable]
    return found


def _compare(
    session: CliSession, named: tuple[str, str], reading: ReaderOptions, root: Path | None
) -> tuple[Input, Input, list[Change]]:
    with needs("specs"), session.messages.progress("comparing"):
        from openapi_drift.checks.inputs import Reader  # noqa: PLC0415 - likewise
        from openapi_drift.diff.compare import compare  # noqa: PLC0415 - needs the extra specs
        from openapi_drift.diff.levels import LevelPolicy  # noqa: PLC0415 - likewise

        checkout, headers = find_checkout(root), _secret_headers(reading.header or [])
        before, after = Reader(checkout, reading.raw, reading.account, reading.url, headers).pair(*named)
        return before, after, compare(before.document, after.document, LevelPolicy(reading.policy))
