"""`optcloud spec check`: is everything still what it was made from?"""

from __future__ import annotations

import datetime
import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import optcloud
from optcloud.cli.exit_codes import DRIFT, NOT_CHECKED
from optcloud.cli.options import argument, flag, option
from optcloud.cli.session import CliSession
from optcloud.cli.spec.checkout import Root, checkout_of, find_checkout
from optcloud.cli.spec.reporting import AcceptedFile, FailOn, FailOnOption, LevelsBy, PolicyOption, say_unexplained
from optcloud.core.extras import needs

if TYPE_CHECKING:
    from openapi_drift.checks.operation_table import OperationTable
    from openapi_drift.checks.verdict import DriftReport


class KindOf(enum.StrEnum):
    """What can be checked."""

    DOCUMENT = "document"
    VENDOR = "vendor"
    GENERATED = "generated"


class Form(enum.StrEnum):
    """Forms of the report."""

    TEXT = "text"
    MARKDOWN = "markdown"
    GITHUB = "github"
    SARIF = "sarif"


UsesOption = Annotated[
    Path | None, option("--uses", "PATH", "Your own code: mark the changes that reach it.", exists=True)
]


def check(
    session: CliSession,
    *,
    ids: Annotated[
        list[str] | None, argument("[ID]...", "Ids of documents, such as aimms-pro-v2 [default: all].")
    ] = None,
    cloud: Annotated[
        list[str] | None, option("--cloud", "CLOUD", "Only aimms, adiutaopt or gurobi; may be repeated.")
    ] = None,
    kind: Annotated[list[KindOf] | None, typer.Option("--kind", help="Only this check; may be repeated.")] = None,
    account: Annotated[
        str | None,
        option("--account", "NAME", "Your account, where the address has it.", envvar="OPTCLOUD_AIMMS_ACCOUNT"),
    ] = None,
    url: Annotated[
        list[str] | None,
        option("--url", "[CLOUD=]URL", "Address, instead of the one that optcloud knows; may be repeated."),
    ] = None,
    uses: UsesOption = None,
    fail_on: FailOnOption = FailOn.ANY,
    accepted: AcceptedFile = None,
    policy: PolicyOption = LevelsBy.DEFAULT,
    form: Annotated[Form, typer.Option("--format", help="Form of the report on stdout.")] = Form.TEXT,
    markdown: Annotated[
        Path | None, option("--markdown", "FILE", "Also write the report as Markdown.", dir_okay=False)
    ] = None,
    force: Annotated[bool, flag("--force", "Run the generators even if nothing changed.")] = False,
    root: Root = None,
) -> None:
    """Check whether a vendor's document has changed (drift).

    document: is what specs/ hold what its record says, and does the overlay fit? vendor: does the vendor serve
    something else now? generated: is generated/ what documents, overlays and generators give? Nothing is written.
    Outside a checkout of the repository, vendor: what it serves is held against the documents that optcloud carries.

    Exit codes: 0 no drift, 6 changes of the level of --fail-on, 7 something could not be checked. Documents that are
    not named and that the account has not (404), or whose address is not known, are listed; they make no 7 unless none
    could be checked.

    Examples:
        optcloud spec check --cloud aimms --account acme
        optcloud spec check aimms-pro-v2 --account acme --uses src --format github
        optcloud spec check --kind vendor --fail-on breaking
    """
    checkout = find_checkout(root) if root is None else checkout_of(root)
    names = (*(ids or ()), *(cloud or ()))
    with needs("codegen" if checkout else "specs"), session.messages.progress("checking"):
        from openapi_drift.checks import check as drift  # noqa: PLC0415 - needs the extra codegen
        from openapi_drift.checks.verdict import CheckKind  # noqa: PLC0415 - only for this command
        from openapi_drift.diff.levels import LevelPolicy  # noqa: PLC0415 - likewise
        from openapi_drift.sources import carried_root  # noqa: PLC0415 - likewise

        if checkout is None and KindOf.GENERATED in (kind or ()):
            checkout_of(None)
        kinds = tuple(CheckKind(chosen.value) for chosen in kind or (KindOf if checkout else [KindOf.VENDOR]))
        asked = drift.Asked(
            checkout or carried_root(),
            names,
            kinds,
            account,
            _urls(url or [], names),
            force,
            uses,
            LevelPolicy(policy),
            generated=checkout is not None,
            table=None if checkout else installed_table(),
        )
        report = _accepted(drift.check_drift(asked), accepted)
    _publish(session, report, form, markdown, uses_read=uses is not None)
    if fail_on is not FailOn.NONE and report.fails(fail_on.value):
        raise typer.Exit(DRIFT)
    say_unexplained(session, report.changes, fail_on)
    if report.left_open(names):
        raise typer.Exit(NOT_CHECKED)


def installed_table() -> OperationTable:
    """Return which verbs and commands of the optcloud that is installed reach an operation."""
    from openapi_drift.checks.operation_table import NAME, read_table  # noqa: PLC0415 - only where changes are told

    return read_table(Path(optcloud.__file__).with_name(NAME))


def _accepted(report: DriftReport, path: Path | None) -> DriftReport:
    if path is None:
        return report
    from openapi_drift.checks.acceptances import read  # noqa: PLC0415 - only for this command
    from openapi_drift.checks.check import accept  # noqa: PLC0415

    return accept(report, read(path), datetime.datetime.now(tz=datetime.UTC).date())


def _publish(session: CliSession, report: DriftReport, form: Form, markdown: Path | None, *, uses_read: bool) -> None:
    from openapi_drift.documents.escaping import json_text  # noqa: PLC0415
    from openapi_drift.reports import rendering  # noqa: PLC0415 - only for this command

    if markdown is not None:
        markdown.write_text(rendering.markdown(report, uses_read=uses_read), encoding="utf-8", newline="\n")
        session.messages.say(f"wrote {markdown}", event="saved", file=str(markdown))
    if session.out.as_json:
        session.out.raw(json_text(report.as_dict()).encode())
    elif form is Form.TEXT:
        session.out.lines(rendering.text(report, uses_read=uses_read).removesuffix("\n"))
    elif form is Form.MARKDOWN:
        session.out.lines(rendering.markdown(report, uses_read=uses_read).removesuffix("\n"))
    elif form is Form.SARIF:
        session.out.raw(rendering.sarif(report).encode())
    else:
        session.out.lines(rendering.github(report).removesuffix("\n"))


def _urls(given: list[str], clouds: tuple[str, ...]) -> dict[str, str]:
    """``aimms=https://…``; an address alone is that of the one cloud named."""
    found = {}
    for text in given:
        name, sign, address = text.partition("=")
        if sign and "/" not in name:
            found[name] = address
        elif len(clouds) == 1:
            found[clouds[0]] = text
        else:
            raise typer.BadParameter("of which cloud? Write CLOUD=URL, or give one --cloud", param_hint="--url")
    return found
