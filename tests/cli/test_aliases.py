"""Other words for commands and options: they do the same, and neither the help nor completion has them."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.conftest import Run
from cli.test_help import LISTING, PATHS
from optcloud.cli.app import aimms, app
from optcloud.cli.group import CommandGroup
from optcloud.sandbox import Sandbox

PRESENT = {
    "aimms apps ls": "aimms apps list",
    "aimms keys ls": "aimms keys list",
    "aimms people ls": "aimms people list",
    "aimms people add": "aimms people create",
    "aimms people rm": "aimms people delete",
    "aimms secrets ls": "aimms secrets list",
    "aimms secrets rm": "aimms secrets delete",
    "aimms sessions ls": "aimms sessions list",
    "aimms storage ls": "aimms storage list",
    "aimms storage info": "aimms storage show",
    "aimms storage mv": "aimms storage rename",
    "aimms storage rm": "aimms storage delete",
} | {f"aimms {name}": f"aimms {words}" for name, words in aimms.aliases.items()}


@pytest.mark.parametrize("alias", PRESENT)
def test_an_alias_is_the_command_it_stands_for(run: Run, alias: str) -> None:
    assert run(*alias.split(), "--help").stdout == run(*PRESENT[alias].split(), "--help").stdout
    assert tuple(alias.split()) not in PATHS


def groups(command: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    found = {path: command}
    for name in command.list_commands(None):
        inner = command.get_command(None, name)
        if hasattr(inner, "list_commands"):
            found |= groups(inner, (*path, name))
    return found


@pytest.mark.parametrize(("path", "group"), groups(typer.main.get_command(app)).items())
def test_each_alias_leads_to_a_command(path: tuple[str, ...], group: Any) -> None:
    for alias, words in group.aliases.items():
        assert (*path, *words.split()) in PATHS
        assert (*path, alias) not in PATHS
    assert group.default is None or (*path, group.default) in PATHS


@pytest.mark.parametrize("words", LISTING, ids=" ".join)
def test_options_without_a_command_are_those_of_list(run: Run, sandbox: Sandbox, words: tuple[str, ...]) -> None:
    assert run(*words, "--json").stdout == run(*words, "list", "--json").stdout
    assert run(*words).stdout == run(*words, "list").stdout
    assert "Commands:" in run(*words, "--help").stdout
    assert "No such command 'nosuch'" in run(*words, "nosuch").stderr
    assert f"optcloud {' '.join(words)} list --help" in run(*words, "--nosuch").stderr


def completions(line: str) -> set[str]:
    environment = {"_OPTCLOUD_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
    return set(CliRunner().invoke(app, [], env=environment, prog_name="optcloud").stdout.split())


def test_what_completion_offers() -> None:
    assert completions("optcloud aimms s") == {"series", "storage", "secrets", "server", "sessions"}
    assert completions("optcloud aimms tasks l") == {"list", "logs"}
    assert completions("optcloud aimms show --j") == {"--json"}
    assert "--limit" in completions("optcloud aimms tasks --app X --l")
    assert completions("optcloud aimms run A B --a") == {"--at"}


def test_earlier_names_of_options_are_taken_and_said(run: Run, sandbox: Sandbox) -> None:
    assert "--after" not in run("aimms", "run", "--help").stdout
    begin = ("aimms", "run", "Sandbox", "echo", "--no-wait")
    told = run(*begin, "--after", "2h")
    assert "--after is called --delay now" in told.stderr
    assert json.loads(run("aimms", "tasks", "show", told.stdout.strip(), "--json").stdout)["schedule_for"]
    assert "renamed" in run(*begin, "--after=2h", "--json").stderr
    assert "--delay" not in run(*begin, "--delay", "2h").stderr


def test_a_group_of_ones_own(run: Run) -> None:
    outer, inner = CommandGroup(aliases={"old": "inner new"}), CommandGroup()
    inner.command("new")(lambda session: session.out.lines("new"))
    inner.command("ls")(lambda session: session.out.lines("its own"))
    inner.command("list")(lambda session: session.out.lines("list"))
    outer.include(None, inner=inner)
    whole = CommandGroup(cls=typer.main.get_command(app).__class__)
    whole.include(None, outer=outer)
    for words, printed in (("old", "new"), ("inner new", "new"), ("inner ls", "its own"), ("inner list", "list")):
        assert CliRunner().invoke(whole, ["outer", *words.split()]).stdout == f"{printed}\n"


def test_what_follows_a_command_of_ones_own_is_no_earlier_name(run: Run, sandbox: Sandbox) -> None:
    code = "import sys; sys.exit(sys.argv[1:] != ['--count', '2'])"
    own = run("gurobi", "run", sys.executable, "-c", code, "--count", "2")
    assert (own.exit_code, "is called" in own.stderr) == (0, False)
    behind = run("gurobi", "run", "--count", "1", "--", sys.executable, "-c", code, "--count", "2")
    assert (behind.exit_code, "--count is called --machines now" in behind.stderr) == (0, True)


def options(command: Any) -> Iterator[Any]:
    if hasattr(command, "list_commands"):
        for name in command.list_commands(None):
            yield from options(command.get_command(None, name))
    else:
        named = [each for each in command.params if each.param_type_name == "option" and not each.is_flag]
        yield from (each for each in named if each.type.name != "choice")  # whose words tell what it means


# One word, two things, each in a part of the command line of its own.
TWO = {"--store": {"PLACE", "STORE"}, "--url": {"URL", "[CLOUD=]URL"}, "--service": {"SERVICE", "APP:SERVICE=ANSWER"}}


def test_an_option_means_one_thing() -> None:
    found = defaultdict(set)
    for each in options(typer.main.get_command(app)):
        found[each.opts[0]].add(each.metavar or each.type.name)
    assert {name: words for name, words in found.items() if len(words) > 1 and words != TWO.get(name)} == {}
