"""The help of each command: a whole first sentence, words for each argument and option, and examples that parse."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from optcloud.cli.app import app
from optcloud.cli.group import CommandGroup

ROOT: Any = typer.main.get_command(app)
UsageError = typer.BadParameter.__mro__[1]  # of the click that typer has
WIDTH = 80  # of a terminal
OF_A_SHELL = {"|", "<", ">", "&&", ";"}


def pages(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name in command.list_commands(None) if hasattr(command, "list_commands") else ():
        inner = command.get_command(None, name)
        if not inner.hidden:
            yield from pages(inner, (*path, name))


PAGES = dict(pages(ROOT))
named = pytest.mark.parametrize("path", PAGES, ids=lambda path: " ".join(path) or "optcloud")


def words_of(example: str) -> list[str]:
    """What optcloud is given in a line that a shell reads."""
    line = shlex.shlex(example, posix=True, punctuation_chars="|<>&;")
    line.whitespace_split = True
    name, *words = takewhile(lambda word: word not in OF_A_SHELL, line)
    assert name == "optcloud", example
    return words


def parse(words: list[str]) -> tuple[str, ...]:
    """Read words as the command line does, down to the command, and return its path. AssertionError if they are wrong.

    Nothing is run: no callback, no look at a file. The names are the present ones: of commands and options.
    """
    command, context, path, rest = ROOT, None, [], words
    while True:
        settings = command.context_settings if path else command.context_settings | {"obj": object()}
        context = command.context_class(command, info_name=(path or ["optcloud"])[-1], parent=context, **settings)
        if getattr(command, "default", None) is not None and (not rest or rest[0].startswith("-")):
            rest = [command.default, *rest]
        behind, own = rest, [*takewhile(lambda word: word != "--", rest)]
        values, rest, _ = command.make_parser(context).parse_args(list(rest))
        names = {name for each in command.get_params(context) for name in (*each.opts, *each.secondary_opts)}
        if not hasattr(command, "list_commands"):
            known = own if context.allow_interspersed_args or "--" in behind else []
            assert [word for word in known if word.startswith("--") and word.partition("=")[0] not in names] == []
            break
        assert rest, "it names no command"
        name = rest[0]
        assert name in command.list_commands(context), f"there is no command {name} in {path}"
        command, rest = command.get_command(context, name), rest[1:]
        path.append(name)
    assert rest == []
    for each in command.get_params(context):
        given = values.get(each.name)
        assert given not in (None, ()) or not each.required or each.envvar, f"{each.name} is missing"
        if given is not None and each.type.name not in {"path", "file"}:
            each.type_cast_value(context, given)
    return tuple(path)


@named
def test_examples(path: tuple[str, ...]) -> None:
    examples = PAGES[path].examples
    assert 2 <= len(examples) <= 3
    assert len(set(examples)) == len(examples)
    for example in examples:
        assert len(f"  {example}") <= WIDTH
        found = parse(words_of(example))
        assert found[: len(path)] == path, "it is of another command"


@pytest.mark.parametrize(
    "words",
    [
        *("aimms nosuch", "aimms keys ls", "aimms tasks show", "aimms run A", "aimms run A B C"),
        *("aimms run A B --nosuch", "aimms run A B --after 2h", "aimms run A B --input"),
        *("aimms tasks list --limit many", "adiutaopt check x.json --planner nobody", "gurobi run --count 2 -- x"),
    ],
)
def test_a_wrong_example_is_found(words: str) -> None:
    with pytest.raises((AssertionError, UsageError)):
        parse(words_of(f"optcloud {words}"))


def test_what_a_shell_takes_is_left_to_it() -> None:
    assert words_of("optcloud aimms run A 'B C' --input - < problem.json") == [
        "aimms",
        "run",
        "A",
        "B C",
        "--input",
        "-",
    ]
    assert words_of("optcloud demo && optcloud sandbox") == ["demo"]


def test_examples_end_the_help() -> None:
    group = CommandGroup(cls=type(ROOT))

    @group.command()
    def draw(_session: Any) -> None:
        """Draw.

        Long  lines are folded anew.

        Examples:
            optcloud draw --all   --of   them
            optcloud draw
        """

    @group.command()
    def other(_session: Any) -> None:
        """Do nothing."""

    text = CliRunner().invoke(group, ["draw", "--help"]).stdout
    assert text.endswith("\n\nExamples:\n  optcloud draw --all   --of   them\n  optcloud draw\n")
    assert text.count("optcloud draw") == 2
    assert "Examples" not in CliRunner().invoke(group, ["other", "--help"]).stdout


@named
def test_no_short_help_is_cut(path: tuple[str, ...]) -> None:
    if hasattr(PAGES[path], "list_commands"):
        names = [name for name in PAGES[path].list_commands(None) if (*path, name) in PAGES]
        for name in names:
            short = PAGES[(*path, name)].get_short_help_str(WIDTH - 6 - max(map(len, names)))
            assert short.endswith("."), short
            assert not short.endswith("..."), short


@named
def test_each_argument_and_option_is_explained(path: tuple[str, ...]) -> None:
    for each in PAGES[path].params:
        assert each.help, each.name
        assert each.help.endswith((".", "…", "]", ")"))
