"""`optcloud spec adopt`: the first contact with a vendor's own document, and each later one."""

from __future__ import annotations

from typing import Annotated

from optcloud.cli.options import argument, flag, option
from optcloud.cli.session import CliSession
from optcloud.cli.spec.checkout import Root, checkout_of
from optcloud.core.extras import needs


def adopt(
    session: CliSession,
    *,
    id_: Annotated[str, argument("ID", "Id of a document in specs/sources.toml, such as aimms-pro-v2.")],
    account: Annotated[str | None, option("--account", "NAME", "Your account, where the address has it.")] = None,
    url: Annotated[
        str | None, option("--url", "URL", "Address of the document, instead of that in specs/sources.toml.")
    ] = None,
    keep_going: Annotated[
        bool, flag("--keep-going", "Leave out corrections that fit nowhere, and parts that cannot be generated.")
    ] = False,
    dry_run: Annotated[bool, flag("--dry-run", "Only say what would be changed.")] = False,
    root: Root = None,
) -> None:
    """Take in a vendor's document, with the client made from it.

    Names of operations, tags and schemas that the vendor changed are brought back to those that code imports
    (adopted.yaml beside the document); corrections that it makes needless are left out. What is generated must have all
    that optcloud needs, and is proven as `spec prove` does. All or nothing: what fails leaves the checkout as it was.
    Needs a checkout of optcloud's repository.

    Examples:
        optcloud spec adopt aimms-pro-v2 --account acme --dry-run
        optcloud spec adopt adiutaopt-v6 --url https://opt.acme.test/openapi.json
    """
    checkout = checkout_of(root)
    with needs("codegen"), session.messages.progress(f"adopting {id_}"):
        from openapi_drift.adoption import report  # noqa: PLC0415 - needs the extra codegen
        from openapi_drift.adoption.adopt import adopt as adopt_document  # noqa: PLC0415

        adoption = adopt_document(checkout, id_, account=account, url=url, keep_going=keep_going, dry_run=dry_run)
    session.out.data(report.record(adoption), *report.words(adoption))
    session.messages.say(
        "nothing was changed: --dry-run"
        if dry_run
        else f"adopted; commit specs/{id_}, specs/sources.toml and generated/",
        event="dry run" if dry_run else "adopted",
        id=id_,
    )
