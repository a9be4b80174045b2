"""What a function reaches: names are followed as Python would, and no further."""

from __future__ import annotations

import ast

import pytest

from openapi_drift.checks.command_names import commands_of
from openapi_drift.checks.reached import PACKAGE, Cloud, Module, Place, is_endpoint, read_cloud

FLOWS = """
from aimms_pro.api.task import delete_task, get_task, get_tasks, interrupt_task
from optcloud.aimms.values import Value

class Calls:
    look: object
    end: object

TABLE = {
    "a": Calls(get_task._get_kwargs, delete_task._get_kwargs),
    "b": Calls(get_tasks._get_kwargs, end=interrupt_task),
}
LIST = [get_task, get_tasks]

def look(kind):
    return TABLE[kind].look()

def all_of_it():
    return LIST

def helper():
    return get_task

def hidden(helper, get_tasks):
    return helper, get_tasks

def typed(flows: Flows, text: str):
    text.finish()
    return flows.poll()

def untyped(flows):
    return flows.finish()

def plain(text):
    return text.strip().get("x")

class Base:
    def poll(self):
        return get_task

    def strip(self):
        return interrupt_task

class Flows(Base):
    _value: Value

    def __init__(self, other: Value):
        super().__init__()
        self._other = other

    def finish(self):
        return delete_task

    def through(self):
        return self._other.worth()

    def by_field(self):
        return self._value.worth()

class Batches:
    def next(self):
        return get_tasks

def batches():
    return Batches()

class Unrelated:
    def __init__(self):
        return interrupt_task
"""
VALUES = """
from aimms_pro.api.server import get_version

class Value:
    def worth(self):
        return get_version
"""
FACADE = """
from optcloud.aimms import flows
from optcloud.aimms.flows import Flows

class Tasks:
    def __init__(self, connection: Connection):
        self._run = connection.run

    def look(self, kind):
        return self._run(flows.look(kind))

    def make(self):
        return self._run(Flows(1))
"""


@pytest.fixture(scope="module")
def cloud() -> Cloud:
    texts = {
        "optcloud.aimms.flows": FLOWS,
        "optcloud.aimms.values": VALUES,
        "optcloud.aimms": FACADE,
    }
    return Cloud("aimms", {name: Module(name, ast.parse(text)) for name, text in texts.items()})


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("helper", {"get_task"}),
        ("hidden", set()),  # parameters of the same names
        ("all_of_it", {"get_task", "get_tasks"}),
        ("look", {"get_task", "get_tasks"}),  # the field of each record, not the others
        ("typed", {"get_task"}),  # inherited; and what is written down as text has no methods of ours
        ("untyped", {"delete_task"}),  # any method of that name
        ("plain", set()),  # methods of text and mappings are those
        ("batches", {"get_tasks"}),  # made here, asked for the next by a loop
        ("Flows.through", {"get_version"}),
        ("Flows.by_field", {"get_version"}),
        ("Flows.__init__", set()),  # super() is not any class with an __init__
    ],
)
def test_reached(cloud: Cloud, function: str, expected: set[str]) -> None:
    found = cloud.reached(Place("optcloud.aimms.flows", function))
    assert {module.rpartition(".")[2] for module in found} == expected


def test_the_facade_names_its_flows(cloud: Cloud) -> None:
    look = cloud.reached(Place("optcloud.aimms", "Tasks.look"))
    assert look == {"aimms_pro.api.task.get_task", "aimms_pro.api.task.get_tasks"}
    assert cloud.reached(Place("optcloud.aimms", "Tasks.make")) == set()  # making a job asks nothing


def test_what_an_endpoint_is() -> None:
    assert is_endpoint("aimms_pro.api.task.get_task")
    assert not any(is_endpoint(name) for name in (None, "optcloud.api.x", "aimms_pro.models.Task", "json"))


def test_every_file_of_the_clouds_is_read() -> None:
    for name in ("aimms", "adiutaopt", "gurobi"):
        known = read_cloud(name).modules
        for path in (PACKAGE / name).rglob("*.py"):
            dotted = ".".join(["optcloud", *path.relative_to(PACKAGE).with_suffix("").parts])
            assert dotted.removesuffix(".__init__") in known


def test_commands_of_groups_in_groups() -> None:
    found = commands_of("aimms")
    assert "aimms run" in found["aimms.run"]
    assert "aimms apps list" in found["aimms.apps.list"]
    assert "aimms doctor" in found["aimms.doctor"]
