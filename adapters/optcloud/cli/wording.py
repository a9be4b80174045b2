"""Errors of the library in the words of the command line: options and commands, not arguments and methods.

The library tells whoever programs with it which argument to give and what to call. A person at a terminal has options,
environment variables and commands. Where the two differ, what the library says is put into these words here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_CALL = re.compile(r"oc\.(?P<path>(?:aimms|adiutaopt|gurobi)(?:\.[a-z_]+)+)\((?P<inside>[^()]*)\)")
_KEYWORD = re.compile(r"(?P<name>[a-z_]+)=(?P<value>.+)")
_VERBS = {"ensure": "list", "ensure-bucket": "list", "info": "show", "rename": "rename"}

# What the library says, and what it is at the command line; the first that fits is taken, and the others go on with it.
WORDS: tuple[tuple[str, str], ...] = (
    (r"\n  - argument OptCloud\([^\n]*", ""),
    (r"; oc\.aimms\.apps\.categories\.ensure\([^)]*\) looks first", "; look: optcloud aimms categories list"),
    (r"; oc\.aimms\.storage\.ensure_bucket\([^)]*\) looks, and makes it.*", "; look: optcloud aimms storage list"),
    (r"give a function that answers: OptCloud\(adiutaopt_challenge=…\), or sign in", "sign in"),
    (r"open OptCloud with its profile", "name its profile by --profile"),
    (r"wait for it with OptCloud\('?([^')]*)'?\)", r"wait for it with --profile \1"),
    (r"solution\.read_as\(SolutionWords\([^)]*\)\)", "--field MEANING=NAME"),
    (r"say either it_is=<reference> or send_again=True", "say either --it-is REF or --send-again"),
    (r"is taken back with delete\(\)", "is taken back with optcloud job delete"),
    (r"it was not run with every=", "it was not run with --every"),
    (r"; last\(\) asks AIMMS for the last one", "; optcloud aimms series list shows them"),
    (r"strict=False sends it anyway", "--allow-unlisted sends it anyway"),
    (r"Look again with machines\(\), and kill\(\)", "Look again with optcloud gurobi machines, and kill"),
    (r"killed by reap\(\)", "killed by optcloud gurobi reap"),
    (r"that licenses\(\) lists", "that optcloud gurobi licenses lists"),
    (r"that machines\(\) lists", "that optcloud gurobi machines lists"),
    (r"look with machines\(\), then", "look with optcloud gurobi machines, then"),
    (r"; wait_ready\(\) waits for it", "; optcloud gurobi machines shows when it has one"),
    (r"; OptCloud\(limits=ReplyLimits\([^)]*\)\) takes more", ""),
    (r"; (\w+) of ReplyLimits allows more", ""),
    (r"in Python: start_and_wait\(\)", "optcloud gurobi machines shows what it has"),
    (r"neither True nor False", "neither true nor false"),
)
_WORDS = [(re.compile(said), here) for said, here in WORDS]


def at_command_line(text: str, options: Mapping[str, str]) -> str:
    """Return what an error says in the words of the command line.

    ``options``: of the command that was run, by the names of the arguments that they are for.
    """
    for said, here in _WORDS:
        text = said.sub(here, text)
    text = _CALL.sub(lambda call: _command(call["path"], call["inside"]), text)
    for name, option in options.items():
        if "_" in name:
            text = re.sub(rf"(?<![\w./'\"-]){name}=True\b", option, text)
            text = re.sub(rf"(?<![\w./'\"-]){name}='?([^\s',)]+)'?", rf"{option} \1", text)
            text = re.sub(rf"(?<![\w./'\"-]){name}(?!\w)", option, text)
        else:
            text = re.sub(rf"\A{name}(?=[:,] )", option, text)
    return text


def _command(path: str, inside: str) -> str:
    """Return the command that does what a call does."""
    *group, verb = (word.replace("_", "-") for word in path.split("."))
    words = [_argument(word.strip()) for word in inside.split(",") if word.strip()]
    return " ".join(["optcloud", *group, _VERBS.get(verb, verb), *words])


def _argument(text: str) -> str:
    """Return an argument of a call as a word of a command."""
    given = _KEYWORD.fullmatch(text)
    if given is None:
        return text.strip("'\"")
    name = f"--{given['name'].replace('_', '-')}"
    return name if given["value"] == "True" else f"{name} {given['value'].strip(chr(39))}"
