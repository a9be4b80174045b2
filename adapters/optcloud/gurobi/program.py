"""A program that solves on rented machines, for each job of a batch anew: what is run, and on what.

The command line is a template: it is split into words first, as a shell would, and then ``{name}`` in a word is filled
in with the field ``name`` of the job's input, which is a JSON object; ``{key}`` is the job's key, whatever its input
says. There is no shell, and what is filled in stays within its word: no value can add a word or a command. ``{{`` and
``}}`` are braces. (A value that begins with ``-`` may still look like an option: write ``--name={name}``.)
"""

from __future__ import annotations

import json
import os
import shlex
import string
from collections.abc import Iterator, Mapping
from typing import Any, TypedDict, cast

from attrs import field, frozen

from optcloud.core.errors import BadRequest, ConfigError
from optcloud.core.escaping import shown
from optcloud.gurobi.connection import VENDOR
from optcloud.gurobi.launch_options import LaunchOptions, RentalOrder

KEY = "key"


class ProgramOptions(TypedDict, total=False):
    """How a program's machines are launched: as `LaunchOptions`, but for the password, which is made for each launch.

    Left out, or None: the default there.
    """

    machine_type: str | None
    region: str | None
    license_type: str | None
    license_id: str | int | None
    idle_shutdown: int | None
    version: str | None
    strict: bool | None


@frozen
class GurobiProgram:
    """What `GurobiVerbs.program` returns: a plain value, which nothing was asked for. It can be pickled.

    ``at_once``: how many programs a worker runs at a time (left out: as many as ``machines``). ``timeout``: seconds
    that one may take, None: as long as it likes. ``ready_timeout``: seconds that the machines may take to start.
    ``options``: how they are launched (`ProgramOptions`).
    """

    profile: str
    command: str
    machines: int = 1
    at_once: int | None = None
    timeout: float | None = None
    ready_timeout: float = 1800.0
    options: Mapping[str, Any] = field(factory=dict)

    @classmethod
    def of(
        cls,
        profile: str,
        command: str,
        *,
        machines: int,
        at_once: int | None,
        timeout: float | None,
        ready_timeout: float,
        options: ProgramOptions,
    ) -> GurobiProgram:
        """Return the program. Raises `ConfigError` for a template that is none, `BadRequest` for the machines'."""
        _positive("at_once", at_once, int)
        _positive("timeout", timeout, int | float)
        _positive("ready_timeout", ready_timeout, int | float)
        given = {name: value for name, value in options.items() if value is not None}
        RentalOrder.check(machines, cast(LaunchOptions, given))
        _words(command)
        return cls(profile, command, machines, at_once, timeout, ready_timeout, given)

    @property
    def slots(self) -> int:
        """How many programs a worker runs at a time."""
        return self.at_once or self.machines

    @property
    def executable(self) -> str:
        """The first word of the command: what is run."""
        return _words(self.command)[0]

    def arguments(self, key: str, content: bytes) -> list[str]:
        """Return the command line of a job, one text an argument.

        Raises `ConfigError`, which names the field, where the input does not have it, or no argument can be it.
        """
        words = _words(self.command)
        names = {name for word in words for _, name in _pieces(word) if name is not None}
        values = {name: _text(name, value) for name, value in _fields(key, content, names).items()}
        return [_filled(word, values) for word in words]

    def spec(self) -> dict[str, Any]:
        """Return it as plain JSON, for `from_spec`."""
        return {
            "cloud": "gurobi",
            "profile": self.profile,
            "command": self.command,
            "machines": self.machines,
            "at_once": self.at_once,
            "timeout": self.timeout,
            "ready_timeout": self.ready_timeout,
            "options": dict(self.options),
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> GurobiProgram:
        """Return what was made a `spec` of. Raises as `of` does."""
        known = {name: spec[name] for name in ("machines", "at_once", "timeout", "ready_timeout", "options")}
        return cls.of(spec["profile"], spec["command"], **known)


def _words(command: str) -> list[str]:
    """Split the template. Raises `ConfigError` where it is none."""
    try:
        words = shlex.split(command)
        fields = [[name for _, name in _pieces(word) if name is not None] for word in words]
    except ValueError as error:
        raise ConfigError(f"command: {shown(command)}: {error}") from None
    if not words or not words[0]:
        raise ConfigError("command: it is empty; say what is to be run")
    if fields[0]:
        raise ConfigError(f"command: {shown(words[0])}: which program runs cannot depend on a job's input")
    if "\0" in command:
        raise ConfigError(f"command: {shown(command)} has a NUL character, which no argument can have")
    return words


def _pieces(word: str) -> Iterator[tuple[str, str | None]]:
    """Take a word apart: literal text, and the field behind it. `ValueError` for what else `str.format` would do."""
    for literal, name, spec, conversion in string.Formatter().parse(word):
        if name is not None and (not name.isidentifier() or spec or conversion):
            raise ValueError(f"{{{name}}} is not a field: write {{name}}, with letters, digits and _; {{{{ is a brace")
        yield literal, name


def _filled(word: str, values: Mapping[str, str]) -> str:
    return "".join(literal + ("" if name is None else values[name]) for literal, name in _pieces(word))


def _fields(key: str, content: bytes, names: set[str]) -> dict[str, Any]:
    """Return the fields that the template names."""
    if not names - {KEY}:
        return {KEY: key}
    try:
        read = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the input is no JSON, and the command has fields of it: {error}") from None
    if not isinstance(read, dict):
        raise ConfigError("the input is no JSON object, and the command has fields of it")
    if missing := sorted(names - {KEY} - read.keys()):
        raise ConfigError(f"the input has no field {missing[0]!r}, which the command names")
    return {name: read[name] for name in names - {KEY}} | {KEY: key}


def _text(name: str, value: Any) -> str:
    """Return a value as an argument: a text as it is, anything else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if "\0" in text:
        raise ConfigError(f"{name}: {shown(text)} has a NUL character, which no argument can have")
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        raise ConfigError(f"{name}: {shown(text)} has a letter that no argument can have here") from None
    return text


def _positive(name: str, value: object, kind: Any) -> None:
    if value is None and name != "ready_timeout":
        return
    if not isinstance(value, kind) or isinstance(value, bool) or not 0 < value < float("inf"):
        raise BadRequest(f"{name}: {value!r} is not a number above 0", vendor=VENDOR)
