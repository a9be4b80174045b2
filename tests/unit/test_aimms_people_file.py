"""Files of people: read with their lines, checked as a whole, every fault with its mend, no password shown."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.people.entities import Entity
from optcloud.aimms.people.file import load
from optcloud.aimms.people.roster import RosterError
from optcloud.core.errors import ConfigError
from optcloud.core.secret import Secret

YAML = """\
environments:
  ACME:
    description: Planning of Acme
    is_default: true
    groups:
      planners: {description: Those who plan, max_users: 10, members: [ada, OTHER/user:bob]}
      buyers:
    users:
      ada:
        full_name: Ada Lovelace
        email: ada@acme.test
        password_env: ADA_PASSWORD
        groups: [buyers]
      "007": {password: not-a-real-password}
  OTHER:
"""
CSV = """\
environment,group,user,description,is_default,max_users,members,full_name,email,password_env,password,groups
ACME,,,Planning of Acme,true,,,,,,,
ACME,planners,,Those who plan,,10,ada; OTHER/user:bob,,,,,
ACME,buyers,,,,,,,,,,

ACME,,ada,,,,,Ada Lovelace,ada@acme.test,ADA_PASSWORD,,buyers
ACME,,007,,,,,,,,not-a-real-password,
OTHER,,,,,,,,,,,
"""
VARIABLES = {"ADA_PASSWORD": "not-adas-real-password"}
ADA, PLANNERS = Entity("ACME", "user", "ada"), Entity("ACME", "group", "planners")


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def faults(folder: Path, text: str, name: str = "people.yaml") -> list[str]:
    with pytest.raises(RosterError) as caught:
        load(written(folder, name, text), VARIABLES)
    assert str(len(caught.value.faults)) in str(caught.value) and "nothing was changed" in str(caught.value)
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("name", "text", "encoding"),
    [
        ("people.yaml", YAML, "utf-8"),
        ("people.yml", YAML, "utf-8-sig"),
        ("people.csv", CSV, "utf-8"),
        ("PEOPLE.CSV", CSV.replace(";", "|").replace(",", ";"), "utf-8-sig"),
    ],
)
def test_the_same_people_in_each_form(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    roster = load(written(tmp_path, name, text, encoding), VARIABLES)
    assert {str(one): wanted.fields for one, wanted in roster.wanted.items() if one.kind == "environment"} == {
        "ACME": {"description": "Planning of Acme", "is_default": True},
        "OTHER": {},
    }
    assert roster.wanted[PLANNERS].fields == {"description": "Those who plan", "max_users": 10}
    assert roster.wanted[ADA].fields == {"full_name": "Ada Lovelace", "email": "ada@acme.test"}
    assert roster.wanted[ADA].password == Secret(VARIABLES["ADA_PASSWORD"])
    assert roster.wanted[Entity("ACME", "user", "007")].password == Secret("not-a-real-password")
    assert {f"{group} + {user}" for group, user in roster.memberships()} == {
        "ACME/group:planners + ACME/user:ada",
        "ACME/group:planners + OTHER/user:bob",
        "ACME/group:buyers + ACME/user:ada",
    }
    assert "user" in roster.wanted[Entity("ACME")].sections and "user" not in roster.wanted[Entity("OTHER")].sections
    assert "not-a" not in repr(roster)


def test_a_mapping_and_json(tmp_path: Path) -> None:
    content = {"environments": {"ACME": {"users": {"ada": {"full_name": "Ada"}}}}}
    assert load(content).wanted[ADA].fields == {"full_name": "Ada"}
    assert load(str(written(tmp_path, "p.json", json.dumps(content)))).wanted[ADA].fields == {"full_name": "Ada"}
    with pytest.raises(RosterError, match=r"the mapping: environments.ACME.users.ada: must be a mapping of fields"):
        load({"environments": {"ACME": {"users": {"ada": "Ada"}}}})
    with pytest.raises(RosterError, match=r"a name must be a text that is not empty: write it in quotes, such as '7'"):
        load({"environments": {7: {}}})


def test_all_faults_at_once_with_line_path_and_mend(tmp_path: Path) -> None:
    text = """\
people: []
environments:
  ACME:
    is_default: yes
    descripton: x
    groups:
      planners: {max_users: many}
      planners: {members: ada}
      buyers: {members: [ada, 7, ada]}
    users:
      ada:
        full_name: 1815
        emial: a@b.test
        password: hush-hush
        password_env: ADA_PASSWORD
      bob: {password_env: MISSING}
      eve: Eve
  OTHER: {is_default: true, users: [ada]}
"""
    assert faults(tmp_path, text) == [
        "people.yaml:8: environments.ACME.groups.planners: is there twice: leave one out",
        "people.yaml:1: people: there is no such field at the top; write everything under environments",
        "people.yaml:5: environments.ACME.descripton: environments have no such field; did you mean description?",
        "people.yaml:8: environments.ACME.groups.planners.members: must be a list of names, got str",
        "people.yaml:9: environments.ACME.groups.buyers.members[1]: must be the name of a user in quotes, got int",
        "people.yaml:9: environments.ACME.groups.buyers.members[2]: ada is named twice: leave one out",
        "people.yaml:12: environments.ACME.users.ada.full_name: must be a text, got int: write it in quotes",
        "people.yaml:13: environments.ACME.users.ada.emial: users have no such field; did you mean email?",
        "people.yaml:15: environments.ACME.users.ada.password_env: give password or password_env, not both",
        "people.yaml:16: environments.ACME.users.bob.password_env: the environment variable MISSING is not set",
        "people.yaml:17: environments.ACME.users.eve: must be a mapping of fields",
        "people.yaml:18: environments.OTHER.users: must be a mapping from names to their fields",
        "people.yaml:18: environments.OTHER.is_default: there is one default environment, and ACME is it already",
    ]


def test_faults_of_a_table(tmp_path: Path) -> None:
    text = """\
environment,user,group,emial,max_users,is_default
,ada,,,,
ACME,ada,planners,,,
ACME,ada,,,
ACME,ada,,,,
ACME,ada,,,7,
ACME,,g,,many,
ACME,,,,,maybe
ACME,,,,,false
"""
    assert faults(tmp_path, text, "p.csv") == [
        "p.csv:1: emial: there is no such column; there are environment, group, user, description, domain, "
        "saml_metadata_url, is_default, max_users, members, full_name, email, password, password_env, groups",
        "p.csv:2: environment: must be filled in each row",
        "p.csv:3: group: a row is a group or a user: write a user's groups into the column groups",
        "p.csv:4: there are 5 cells under 6 columns",
        "p.csv:6: users: ada is there twice: leave one out",
        "p.csv:9: is_default: ACME has this in a row before: leave one out",
        "p.csv:7: environments.ACME.groups.g.max_users: must be a whole number from 0, got str",
        "p.csv:6: environments.ACME.users.ada.max_users: users have no such field; there are full_name, email, "
        "password, password_env, groups",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the top must be a mapping"),
        ("[]", "the top must be a mapping"),
        ("{}", "there is no field environments"),
        ("environments: [ACME]", "environments: must be a mapping from names"),
        ("environments:\n  A: &a {users: {u: *a}}", "p.yaml:2: environments.A.users.u: aliases"),
        ("environments:\n  A: {description: !!python/name:os.system x}", "the tag"),
        ("environments:\n  password: 'hush-hush", "not YAML"),
        ("environments:\n\tA: {password: hush-hush}", "p.yaml:2: not YAML"),
        ("\x00hush-hush", "not YAML"),
        ("environments: {A: {? [x] : 1}}", "environments.A.a sequence: environments have no such field"),
    ],
)
def test_broken_yaml(tmp_path: Path, text: str, expected: str) -> None:
    found = "\n".join(faults(tmp_path, text, "p.yaml"))
    assert expected in found and "hush-hush" not in found


def test_broken_json_and_csv(tmp_path: Path) -> None:
    (broken,) = faults(tmp_path, '{"environments":\n hush-hush', "p.json")
    assert broken.startswith("p.json:2: not JSON: ") and "hush" not in broken
    assert faults(tmp_path, '{"environments": {}, "environments": {}}', "p.json")[0].startswith(
        "p.json: environments: is"
    )
    assert faults(tmp_path, 'environment,password\nACME,"hush"x\n', "p.csv")[0].startswith("p.csv:2: not CSV")
    assert (
        faults(tmp_path, "user\nada\n", "p.csv")[0] == "p.csv:1: environment: this column is needed in the first line"
    )


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"ends with \.yaml, \.yml, \.json, \.csv"):
        load(tmp_path / "people.txt")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "people.yaml")
    (tmp_path / "latin.csv").write_bytes(b"environment\n\xe4")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "latin.csv")
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ConfigError, match=r'YAML needs yaml, .* pip install "optcloud\[people\]"'):
        load(written(tmp_path, "p.yaml", YAML))
    assert load(written(tmp_path, "p.csv", CSV), VARIABLES).of("user")


@pytest.mark.parametrize("word", ["no", "1.0", "2026-01-01", "null", "~", "0x10", "1e3"])
def test_names_are_texts_however_they_look(tmp_path: Path, word: str) -> None:
    roster = load(written(tmp_path, "p.yaml", f"environments:\n  ACME:\n    users:\n      {word}: {{}}\n"))
    assert [user.entity for user in roster.of("user")] == [Entity("ACME", "user", word)]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.one_of(VALUES, st.fixed_dictionaries({"environments": st.dictionaries(st.text(), VALUES, max_size=3)})))
def test_whatever_comes_is_read_or_refused(content: Any) -> None:
    try:
        roster = load(content if isinstance(content, dict) else {"environments": content}, {})
    except RosterError as error:
        assert error.faults
    else:
        assert all(one.environment for one in roster.wanted)
