"""Files of people: YAML, JSON or CSV from disk, with the line of each field, for `optcloud.aimms.people.roster`.

In CSV each row is an environment, a group or a user, by which of the columns ``environment``, ``group`` and ``user``
are filled; the other columns are the fields of the same name (``groups`` and ``members``: names with ``;`` between)::

    environment,group,user,description,full_name,email,groups
    ACME,planners,,Those who plan,,,
    ACME,,ada,,Ada Lovelace,ada@acme.test,planners;buyers
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from optcloud.aimms.people.roster import COLUMNS, SHOWN, FieldPath, Roster, RosterFault, RosterSource, read_roster
from optcloud.core.errors import ConfigError
from optcloud.core.extras import need
from optcloud.core.local_paths import local_path
from optcloud.core.secret import Secret, Unshown

PeopleSource: TypeAlias = str | Path | Mapping[str, Any]

_COLUMNS = ("environment", "group", "user", *COLUMNS)
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def load(source: PeopleSource, environment: Mapping[str, str] | None = None) -> Roster:
    """Read and check a file of people, or a mapping of the same shape. Raises `RosterError`, `ConfigError`."""
    environment = Unshown(os.environ if environment is None else environment)
    source = hide_passwords(source)
    found = RosterSource("the mapping", source) if isinstance(source, Mapping) else _read(local_path(source, "source"))
    return read_roster(found, environment)


def hide_passwords(source: Any) -> Any:
    """Return a mapping with its passwords as `Secret`, at any depth.

    A text under an unknown name is wrapped, too: the name may be a misspelt "password".
    """
    if not isinstance(source, Mapping):
        return source
    return {
        name: Secret(value) if isinstance(value, str) and name not in SHOWN else hide_passwords(value)
        for name, value in source.items()
    }


def _read(path: Path) -> RosterSource:
    kinds = {".yaml": _yaml, ".yml": _yaml, ".json": _json, ".csv": _csv}
    if path.suffix.lower() not in kinds:
        raise ConfigError(f"{path}: a file of people ends with {', '.join(kinds)}")
    try:
        text = Secret(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        words = f"{error.reason} at byte {error.start + 1}"
    else:
        return kinds[path.suffix.lower()](str(path), text)
    raise ConfigError(f"{path}: cannot be read: it is not UTF-8 text: {words}")  # that error holds the text


def _broken(name: str, line: int, what: str) -> RosterSource:
    """Return a source that cannot be read: the fault quotes nothing of the file, which may hold passwords."""
    return RosterSource(name, {}, faults=(RosterFault(f"{name}:{line}", "", what),))


def _json(name: str, text: Secret) -> RosterSource:
    twice: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [key for key, _value in found]
        twice.extend(key for key in dict.fromkeys(names) if names.count(key) > 1)
        return dict(found)

    try:
        content = json.loads(text.reveal(), object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        return _broken(name, error.lineno, f"not JSON: {error.msg}")
    faults = tuple(RosterFault(name, key, "is there twice: leave one out") for key in twice)
    return RosterSource(name, content, faults=faults)


# ---------------------------------------------------------------- YAML


def _yaml(name: str, text: Secret) -> RosterSource:
    yaml = need("yaml", package="optcloud[people]", purpose=f"{name}: YAML")
    try:
        node = yaml.compose(text.reveal(), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return _broken(name, line, f"not YAML: {error.problem}")
    except yaml.YAMLError as error:  # such as characters that may not be in YAML: without a line
        return _broken(name, 1, f"not YAML: {type(error).__name__}")
    reading = _Yaml(name)
    content = None if node is None else reading.value(node, ())
    return RosterSource(name, content, reading.lines, tuple(reading.faults))


class _Yaml:
    """Turns YAML nodes into values and keeps their lines; repeated names are faults, aliases are not followed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: set[int] = set()
        self.lines: dict[FieldPath, int] = {}
        self.faults: list[RosterFault] = []

    def value(self, node: Any, path: FieldPath) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if node.id == "scalar":
            return self._scalar(node, path)
        if id(node) in self._seen:
            self._fault(path, "aliases (*name) are not understood here: write it out")
            return None
        self._seen.add(id(node))
        if node.id == "sequence":
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if key.id == "scalar" else f"a {key.id}"  # names are texts, `no` and `1.0` too
            place = (*path, name)
            if name in found:
                self.lines[place] = key.start_mark.line + 1
                self._fault(place, "is there twice: leave one out")
            found[name] = self.value(value, place)
            self.lines[place] = key.start_mark.line + 1
        return found

    def _scalar(self, node: Any, path: FieldPath) -> Any:
        """Return null, true, false and whole numbers as such; everything else, dates too, as the text it is."""
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind == "null":
            return None
        if kind == "bool":
            return node.value.lower() in {"true", "yes", "on"}
        if kind == "int" and re.fullmatch(r"[-+]?[0-9]+", node.value):
            return int(node.value)
        if kind in {"int", "float"}:
            return float("nan")  # in any case no text and no whole number: the check says what it must be
        if node.tag.startswith("!") or kind.startswith(("python/", "binary")):
            self._fault(path, f"the tag {node.tag} is not understood: leave it out")
        return node.value

    def _fault(self, path: FieldPath, what: str) -> None:
        self.faults.append(RosterSource(self._name, None, self.lines).fault(path, what))


# ---------------------------------------------------------------- CSV


def _csv(name: str, text: Secret) -> RosterSource:
    first = text.reveal().partition("\n")[0]
    delimiter = ";" if ";" in first and "," not in first else ","
    rows = csv.reader(io.StringIO(text.reveal(), newline=""), delimiter=delimiter, strict=True)
    reading = _Csv(name)
    line = 1
    try:
        for cells in rows:
            reading.row([cell.strip() for cell in cells], line)
            line = rows.line_num + 1
    except csv.Error as error:
        return _broken(name, line, f"not CSV: {error}")
    return RosterSource(name, reading.content, reading.lines, tuple(reading.faults))


class _Csv:
    """Builds the same content as YAML has, row by row."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._header: list[str] | None = None
        self.content: dict[str, Any] = {}
        self.lines: dict[FieldPath, int] = {}
        self.faults: list[RosterFault] = []

    def row(self, cells: list[str], line: int) -> None:
        if not any(cells):
            return
        if self._header is None:
            self._header = cells
            self._check_header(cells, line)
        elif len(cells) != len(self._header):
            self._fault(line, "", f"there are {len(cells)} cells under {len(self._header)} columns")
        else:
            self._entry({name: cell for name, cell in zip(self._header, cells, strict=True) if cell}, line)

    def _fault(self, line: int, path: str, what: str) -> None:
        self.faults.append(RosterFault(f"{self._name}:{line}", path, what))

    def _check_header(self, cells: list[str], line: int) -> None:
        for column in dict.fromkeys(cells):
            if column not in _COLUMNS:
                self._fault(line, column, f"there is no such column; there are {', '.join(_COLUMNS)}")
            if cells.count(column) > 1:
                self._fault(line, column, "is there twice: leave one out")
        if "environment" not in cells:
            self._fault(line, "environment", "this column is needed in the first line")
        self.content = {"environments": {}}

    def _entry(self, cells: dict[str, str], line: int) -> None:
        place, group, user = (cells.pop(name, "") for name in ("environment", "group", "user"))
        if not place:
            self._fault(line, "environment", "must be filled in each row")
            return
        if group and user:
            self._fault(line, "group", "a row is a group or a user: write a user's groups into the column groups")
            return
        path: tuple[str, ...] = ("environments", place)
        environment = self.content["environments"].setdefault(place, {})
        self.lines.setdefault(path, line)
        entry = environment
        if group or user:
            section = "users" if user else "groups"
            path = (*path, section, user or group)
            if (user or group) in environment.setdefault(section, {}):
                self._fault(line, section, f"{user or group} is there twice: leave one out")
            entry = environment[section].setdefault(user or group, {})
        for name, cell in cells.items():
            if name in entry:
                self._fault(line, name, f"{place} has this in a row before: leave one out")
            entry[name] = _cell(name, cell)
            self.lines[(*path, name)] = line
        self.lines[path] = line


def _cell(name: str, cell: str) -> Any:
    if name in {"groups", "members"}:
        return [part.strip() for part in re.split("[;|]", cell) if part.strip()]
    if name == "max_users" and cell.isascii() and cell.isdecimal():
        return int(cell)
    return _TRUTH.get(cell.lower(), cell) if name == "is_default" else cell
