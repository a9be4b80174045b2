"""`optcloud spec`: the vendors' documents and what is generated from them, in a checkout of the repository."""

from __future__ import annotations

from typing import Annotated

import typer

from openapi_drift.errors import SpecsError
from optcloud.cli.exit_codes import ERROR
from optcloud.cli.group import CommandGroup
from optcloud.cli.options import argument, flag, option
from optcloud.cli.session import CliSession
from optcloud.cli.spec.adopt import adopt
from optcloud.cli.spec.check import check
from optcloud.cli.spec.checkout import Root, checkout_of
from optcloud.cli.spec.diff import changelog, diff
from optcloud.cli.spec.documents import list_documents, show_document
from optcloud.cli.spec.observed import observed
from optcloud.cli.spec.prove import prove
from optcloud.core.extras import needs

app = CommandGroup(
    help="""The vendors' API documents: what changed, what it breaks.

    `list`, `show`, `check` and `diff` work in any folder. fetch, generate, adopt and prove, which renew optcloud's own
    clients, need a checkout of its repository.

    Examples:
        optcloud spec check --cloud aimms --account acme
        optcloud spec diff before.yaml after.yaml --fail-on breaking
    """
)

Force = Annotated[bool, flag("--force", "Run the generators even if nothing changed.")]
KeepGoing = Annotated[
    bool, flag("--keep-going", "Write all that can be generated, although parts would be missing; exit code 1.")
]

Notes = Annotated[bool, flag("--notes", "Also tell which names are generated in other words than the document's.")]


@app.command()
def fetch(
    session: CliSession,
    *,
    ids: Annotated[
        list[str] | None, argument("[ID]...", "Ids of documents in specs/sources.toml [default: all].")
    ] = None,
    account: Annotated[str | None, option("--account", "NAME", "Your account, where the address has it.")] = None,
    url: Annotated[
        str | None, option("--url", "URL", "Address of the one document, instead of that in specs/sources.toml.")
    ] = None,
    root: Root = None,
) -> None:
    """Download the vendors' documents and show what changed.

    A document that cannot be had is left as it was; exit code 1. Needs a checkout of optcloud's repository.

    Examples:
        optcloud spec fetch
        optcloud spec fetch aimms-pro-v2 --account acme
        optcloud spec fetch adiutaopt-v6 --url https://opt.acme.test/openapi.json
    """
    checkout = checkout_of(root)
    with needs("codegen"):
        from openapi_drift.fetch import fetch as fetch_document  # noqa: PLC0415 - needs the extra codegen
        from openapi_drift.sources import load_sources  # noqa: PLC0415
    names = ids or list(load_sources(checkout))
    if url is not None and len(names) != 1:
        raise typer.BadParameter("it is for one document; name it", param_hint="--url")
    records = []
    for name in names:
        try:
            with session.messages.progress(name):
                fetched = fetch_document(checkout, name, account=account, url=url)
        except SpecsError as error:
            session.messages.say(f"{name}: not fetched: {error}", event="not fetched", id=name, reason=str(error))
            records.append({"id": name, "fetched": False, "reason": str(error)})
            continue
        found = {
            "version": fetched.version,
            "sha256": fetched.sha256,
            "changes": fetched.changes,
            "overlay": fetched.overlay,
        }
        records.append({"id": name, "fetched": True} | found)
        if not session.out.as_json:
            lines = [*(fetched.changes or ["nothing changed"]), *fetched.overlay]
            session.out.lines(f"{name}: version {fetched.version}", *(f"  {line}" for line in lines))
    session.out.data(records)
    if not all(record["fetched"] for record in records):
        raise typer.Exit(ERROR)


@app.command()
def generate(
    session: CliSession, force: Force = False, keep_going: KeepGoing = False, notes: Notes = False, root: Root = None
) -> None:
    """Bring the generated clients up to date with the documents.

    What a document has and no generator can write is an error, unless specs/sources.toml accepts it. Needs a checkout
    of optcloud's repository.

    Examples:
        optcloud spec generate
        optcloud spec generate --force --notes
    """
    checkout = checkout_of(root)
    from openapi_drift.generation import generate as specs  # noqa: PLC0415 - only for this command
    from openapi_drift.generation.changed_names import in_words  # noqa: PLC0415 - likewise
    from openapi_drift.generation.tree_comparison import done  # noqa: PLC0415 - likewise

    with needs("codegen"), session.messages.progress("generating"):
        outcome = specs.generate(checkout, force=force, keep_going=keep_going)
    written, findings = list(outcome.differences), outcome.findings
    for remark in findings.remarks if notes else ():
        session.messages.say(remark.words, event="note", id=remark.document, place=remark.place)
    for line in findings.acceptances:
        session.messages.say(line, event="accepted")
    for note in outcome.notes:
        session.messages.say(note, event="not_working")
    for finding in findings.unaccepted:
        session.messages.say(finding.words, event="missing", id=finding.document, place=finding.place)
    lines = [*done(outcome.differences), *in_words(outcome.names)] if written else ["up to date"]
    names = [one._asdict() for one in outcome.names]
    session.out.data({"ran": outcome.ran, "written": written, "missing": findings.lines, "names": names}, *lines)
    if findings.unaccepted:
        raise typer.Exit(ERROR)


app.command()(adopt)
app.command("list")(list_documents)
app.command("show")(show_document)
app.command()(check)
app.command()(diff)
app.command()(changelog)
app.command()(observed)
app.command()(prove)
