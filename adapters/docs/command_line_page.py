"""The page of the command line: what each command's --help says, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from optcloud.cli.app import app

HEAD = """# Command line

Made from the help of each command: `optcloud COMMAND --help` says the same. Every command takes the options of
`optcloud` itself, too, anywhere among its words, and `--json`: JSON on stdout, and on stderr one JSON object a line.
"""
LEFT_OUT = ("--json", "-h, --help")
OF_EVERY_COMMAND = ("-v, --verbose", "--debug", "--profile")
ROOT: Any = typer.main.get_command(app)
SECOND_WORDS = "list|show|create|delete|run|wait|start|work|status|init|login"
CODE = re.compile(
    r"`[^`]+`|(?<![\w-])--?[a-z][\w-]*|\b[A-Z]+(?:\\_[A-Z0-9]+)+\b"
    rf"|\boptcloud (?:{'|'.join(ROOT.commands)})(?: (?:{SECOND_WORDS}))?\b"
)


class MarkdownHelp:
    """What click writes a help into: its usage, texts and lists become Markdown."""

    width = 10_000  # nothing is cut
    current_indent = 0

    def __init__(self, *left_out: str) -> None:
        self._left_out = left_out
        self._parts: list[str] = []
        self._heading = ""
        self._examples: list[str] = []

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called. ``prefix`` ("Usage:") is what the page says by its form."""
        self._parts.append(f"```text\n{prog} {args}\n```\n")

    def write_heading(self, heading: str) -> None:
        """Begin a list with a heading."""
        self._heading = heading

    def write_paragraph(self) -> None:
        """Leave a line free."""
        self._parts.append("")

    def write_text(self, text: str) -> None:
        """Write paragraphs; lines of examples are code."""
        if self._heading.startswith("Example"):
            self._examples.append(text.strip())
        else:
            self._parts += [f"{as_markdown(' '.join(part.split()))}\n" for part in re.split(r"\n\s*\n", text.strip())]

    def write(self, text: str) -> None:
        """Write what a command has laid out itself."""
        if text.strip():
            self.write_text(text)

    def write_dl(self, rows: Sequence[tuple[str, str]], *_: Any, **__: Any) -> None:
        """Write a list of options, arguments or commands as a table."""
        kept = [(term.strip(), meaning) for term, meaning in rows if not term.startswith(self._left_out)]
        if kept:
            lines = [f"| `{term.replace('|', chr(92) + '|')}` | {as_markdown(meaning)} |" for term, meaning in kept]
            self._parts.append("\n".join([f"| {self._heading or 'Word'} | |", "|:--|:--|", *lines, ""]))

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write what follows below a heading."""
        self.write_heading(name)
        yield
        if self._examples:
            self._parts.append('```text title="Examples"\n' + "\n".join(self._examples) + "\n```\n")
        self._heading, self._examples = "", []

    @contextmanager
    def indentation(self) -> Iterator[None]:
        """Indent nothing: Markdown would make code of it."""
        yield

    def indent(self) -> None:
        """Indent nothing."""

    dedent = indent

    def getvalue(self) -> str:
        """Return the Markdown."""
        return "\n".join(self._parts)


def as_markdown(text: str) -> str:
    """Return plain text as Markdown that shows it: words that a person types as code, the signs of Markdown as such.

    Those words are options, commands of optcloud, variables and what stands in backticks.
    """
    text = re.sub(r"([\\<>*_|\[\]#])", r"\\\1", text)
    return CODE.sub(lambda found: f"`{found.group().strip('`').replace(chr(92), '')}`", text)


def commands(command: Any, context: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each command that is not hidden, with the context in which it is asked for help, groups before members."""
    yield command, context
    if not hasattr(command, "list_commands"):
        return
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        if not below.hidden:
            yield from commands(below, type(context)(below, info_name=name, parent=context, obj=context.obj))


def text() -> str:
    """Return the page."""
    parts = [HEAD]
    for command, context in commands(ROOT, ROOT.make_context("optcloud", ["--help"], resilient_parsing=True)):
        depth = context.command_path.count(" ")
        help_text: Any = MarkdownHelp(*LEFT_OUT, *(OF_EVERY_COMMAND if depth else ()))
        command.format_help(context, help_text)
        parts.append(f"{'#' * min(2 + max(depth - 1, 0), 4)} {context.command_path}\n\n{help_text.getvalue()}")
    return "\n".join(parts)
