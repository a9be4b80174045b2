"""`python -m openapi_drift`: generate, fetch, prove. Exit code 0 done or up to date, 1 not, 2 usage."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from openapi_drift.errors import SpecsError
from openapi_drift.generation import fingerprint
from openapi_drift.generation.changed_names import in_words
from openapi_drift.generation.findings import JudgedFindings
from openapi_drift.generation.generate import check, generate
from openapi_drift.generation.tree_comparison import done
from openapi_drift.sources import load_sources


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except SpecsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        package = (error.name or "openapi_drift").partition(".")[0]
        if package == "openapi_drift":
            raise  # a fault of ours, not a missing package
        words = f'this command needs {package}, which is not installed: pip install "optcloud[codegen]"'
        print(f"error: {words}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m openapi_drift", description="Documents and generated code.")
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="checkout of the repository (default: here)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("generate", help="bring generated/ up to date, or check that it is")
    command.add_argument("--check", action="store_true", help="compare byte for byte, change nothing")
    command.add_argument("--force", action="store_true", help="run the generators even if nothing changed")
    command.add_argument(
        "--keep-going",
        action="store_true",
        help="write all that can be generated, although parts of documents would be missing; exit code 1 all the same",
    )
    command.add_argument("--notes", action="store_true", help="say what is generated in other words than a document's")
    command.set_defaults(run=_generate)

    command = commands.add_parser("fetch", help="download documents and show what changed")
    command.add_argument("ids", nargs="*", metavar="ID", help="entries of sources.toml (default: all)")
    command.add_argument("--account", help="name of the account, for an address that has it")
    command.add_argument("--url", help="address of the document, instead of the registry's")
    command.set_defaults(run=_fetch)

    command = commands.add_parser("prove", help="prove that what is generated sends and reads what the documents say")
    command.add_argument("ids", nargs="*", metavar="ID", help="entries of sources.toml (default: all)")
    command.set_defaults(run=_prove)

    command = commands.add_parser("current", help="say whether nothing changed, from hashes alone")
    command.set_defaults(run=_current)
    return parser


def _generate(options: argparse.Namespace) -> int:
    if options.check:
        if options.keep_going:
            raise SpecsError("--keep-going writes, --check does not: give one of them")
        return _check(options)
    outcome = generate(options.root, force=options.force, keep_going=options.keep_going)
    if not outcome.ran:
        print("nothing changed; --force regenerates all the same")
    else:
        print(
            "".join(f"{line}\n" for line in done(outcome.differences)) or "regenerated: no difference\n",
            end="",
        )
        print("\n".join(in_words(outcome.names)))
    print("".join(f"{note}\n" for note in outcome.notes), end="", file=sys.stderr)
    return _tell_findings(outcome.findings, remarks=options.notes)


def _check(options: argparse.Namespace) -> int:
    outcome = check(options.root, force=options.force)
    if outcome.differences:
        print(outcome.diff, end="")
        print(f"\n{len(outcome.differences)} files differ from what the documents give:", file=sys.stderr)
        print("".join(f"  {name}\n" for name in outcome.differences), end="", file=sys.stderr)
        print("\n".join(in_words(outcome.names)), file=sys.stderr)
        print("Regenerate with: nox -s generate", file=sys.stderr)
        return 1
    print("generated/ is up to date" + ("" if outcome.ran else " (nothing changed)"))
    return _tell_findings(outcome.findings)


def _tell_findings(findings: JudgedFindings, *, remarks: bool = False) -> int:
    told = [finding.words for finding in findings.remarks] if remarks else []
    told += findings.acceptances
    told += [f"{findings.summary}:", *findings.lines] if findings.unaccepted else []
    print("".join(f"{line}\n" for line in told), end="", file=sys.stderr)
    return 1 if findings.unaccepted else 0


def _fetch(options: argparse.Namespace) -> int:
    from openapi_drift.fetch import fetch  # noqa: PLC0415  needs the extra codegen

    ids = options.ids or list(load_sources(options.root))
    if options.url and len(ids) != 1:
        raise SpecsError("--url is for one document; name it")
    failures = 0
    for id_ in ids:
        try:
            fetched = fetch(options.root, id_, account=options.account, url=options.url)
        except SpecsError as error:
            failures += 1
            print(f"{id_}: not fetched: {error}", file=sys.stderr)
            continue
        print(f"{id_}: fetched version {fetched.version}, sha256 {fetched.sha256}")
        print("".join(f"  {line}\n" for line in fetched.changes) or "  nothing changed\n", end="")
        print("".join(f"  {line}\n" for line in fetched.overlay), end="")
    return 1 if failures else 0


def _prove(options: argparse.Namespace) -> int:
    from openapi_drift.generation.proof import proven  # noqa: PLC0415  needs the extra codegen

    reports = proven(options.root, options.ids)
    for id_, report in reports.items():
        print("\n".join(report.lines(id_)))
    return 1 if any(report.findings for report in reports.values()) else 0


def _current(options: argparse.Namespace) -> int:
    return 0 if fingerprint.is_current(options.root) else 1


if __name__ == "__main__":
    sys.exit(main())
