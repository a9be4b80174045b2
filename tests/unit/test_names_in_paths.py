"""Whatever a name is, the path that a server receives has the segments of the operation's template, or none comes."""

import asyncio
import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optcloud import AsyncOptCloud, BadRequest, OptCloud, OptCloudError
from optcloud.aimms import local_service as local
from optcloud.core.flow import Call
from optcloud.gurobi.v2.machines import described
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection
from optcloud.transport.httpx_mapping import DriverConfig
from unit.listener import Listener, listening
from unit.script import plain_road

GENERATED = Path(__file__).parents[2] / "generated"
PACKAGES = sorted(folder.parent.name for folder in GENERATED.glob("*/openapi.json"))
REFUSED = ["", ".", "..", "%2e%2e", ".%2E", "%252e%252e", "%2e", "../x", "x/..", "..\\x", "..;x", " ..", "%2e%2e%2f"]
REFUSED += ["a\r\nX: y", "a\x00", "\x7f", "\x9b31m", "\ud800", "a\udfffb"]
SENT = ["a b", "a/b", "a;b", "a?b", "a#b", "a\\b", "a%b", "a%2Fb", "...", "..a", "@current", "é", "日本 ", "x" * 9000]


@dataclass(frozen=True)
class Operation:
    """One operation that has names in its path: what gives its arguments, the template, and the names' parameters."""

    module: ModuleType
    template: str

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(.*?)}", self.template)

    def arguments(self, names: dict[str, str]) -> dict[str, Any]:
        needed = inspect.signature(self.module._get_kwargs).parameters.values()
        others = {one.name: Body() if one.name == "body" else "x" for one in needed if one.default is one.empty}
        arguments: dict[str, Any] = self.module._get_kwargs(**(others | names))
        return arguments


class Body:
    """Stands for a body of any kind."""

    def to_dict(self) -> dict[str, Any]:
        return {}

    def to_multipart(self) -> list[Any]:
        return [("file", (None, b"x", "text/plain"))]

    def read(self) -> bytes:
        return b""

    def content_type(self, *_: Any, **__: Any) -> str:
        return "text/plain"


def modules(package: str) -> Iterator[ModuleType]:
    api = importlib.import_module(f"{package}.api")
    for found in pkgutil.walk_packages(api.__path__, f"{api.__name__}."):
        if not found.ispkg:
            yield importlib.import_module(found.name)


def operations() -> list[Operation]:
    found = []
    for module in (module for package in PACKAGES for module in modules(package)):
        source = inspect.getsource(module._get_kwargs)
        template = re.search(r'"url": "(.*?)"', source)
        assert template is not None, module
        found.append(Operation(module, template[1]))
    return found


ALL = operations()
NAMED = [operation for operation in ALL if operation.parameters]


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as server:
        yield server


@pytest.fixture(scope="module")
def connection(listener: Listener) -> Iterator[Connection]:
    one = Connection(plain_road(base_url=listener.url), DriverConfig())
    yield one
    one.close()


def segments(target: str) -> list[str]:
    return target.split("?", maxsplit=1)[0].removeprefix("/base").split("/")


def check(operation: Operation, names: dict[str, str], sent: list[str], error: Exception | None) -> None:
    """Fail unless what came is of the template, with these names in it, or nothing came."""
    if error is not None:
        assert isinstance(error, BadRequest), repr(error)
        assert sent == [] and error.status is None
        assert str(error).isprintable()
        return
    (target,) = sent
    forms = operation.template.split("/")
    assert len(segments(target)) == len(forms), target
    for segment, form in zip(segments(target), forms, strict=True):
        assert unquote(segment) == (names[form[1:-1]] if form.startswith("{") else form), target
        assert segment not in {".", ".."}, target


def attempt(connection: Connection, operation: Operation, names: dict[str, str]) -> Exception | None:
    try:
        connection.client.request(**operation.arguments(names))
    except OptCloudError as error:
        return error
    return None


def test_all_operations_of_the_five_documents_are_looked_at() -> None:
    """Each operation of each generated client is here, with its own template in what the transport is told."""
    documented = [json.loads((GENERATED / package / "openapi.json").read_bytes()) for package in PACKAGES]
    methods = {"get", "put", "post", "delete", "patch", "options", "head"}
    assert len(PACKAGES) == 5 and len(ALL) == sum(
        len(methods & set(item)) for document in documented for item in document["paths"].values()
    )
    for operation in ALL:
        arguments = operation.arguments(dict.fromkeys(operation.parameters, "x"))
        assert arguments["extensions"]["operation"]["path"] == operation.template


@pytest.mark.parametrize("operation", NAMED, ids=lambda one: one.module.__name__.partition(".api.")[2])
def test_each_name_of_each_operation(connection: Connection, listener: Listener, operation: Operation) -> None:
    """A name that would be a step is refused with its parameter named; any other arrives as it is."""
    for parameter in operation.parameters:
        for name in REFUSED:
            names = dict.fromkeys(operation.parameters, "x") | {parameter: name}
            error = attempt(connection, operation, names)
            assert error is not None and f"{parameter}: " in str(error), (parameter, name)
            check(operation, names, listener.taken(), error)
        for name in SENT[:4]:
            names = dict.fromkeys(operation.parameters, "x") | {parameter: name}
            assert attempt(connection, operation, names) is None
            check(operation, names, listener.taken(), None)


hostile = st.lists(
    st.sampled_from([".", "..", "/", "\\", "%", "%2e", "%2F", "%25", ";", "?", "#", "@", ":", " ", "a", "é", "\u202e"])
    | st.text(max_size=3),
    max_size=6,
).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(NAMED), st.data())
def test_any_names_at_all(
    connection: Connection, listener: Listener, operation: Operation, data: st.DataObject
) -> None:
    """The path received has exactly the template's segments, with the names in them, or nothing was sent."""
    names = {parameter: data.draw(hostile | st.sampled_from(SENT)) for parameter in operation.parameters}
    error = attempt(connection, operation, names)
    check(operation, names, listener.taken(), error)


def test_a_name_that_is_longer_than_any_address(connection: Connection, listener: Listener) -> None:
    """What httpx cannot make an address of is refused as anything else is."""
    names = dict.fromkeys(NAMED[0].parameters, "x" * 70_000)
    error = attempt(connection, NAMED[0], names)
    assert error is not None
    check(NAMED[0], names, listener.taken(), error)


def test_the_slashes_of_a_secrets_path_are_its_own(connection: Connection, listener: Listener) -> None:
    """The topmost directory of secrets is a slash; no other name has nothing but slashes."""
    for operation in NAMED:
        for parameter in operation.parameters:
            names = dict.fromkeys(operation.parameters, "x") | {parameter: "/"}
            assert (attempt(connection, operation, names) is None) == (parameter == "path")
    assert {segments(target)[2] for target in listener.taken()} == {"%2F"}


def test_asyncio_refuses_as_well(listener: Listener) -> None:
    """The asyncio client has the same entrance."""

    async def all_of_them() -> None:
        connection = AsyncConnection(plain_road(base_url=listener.url), DriverConfig())
        for operation in NAMED:
            for name in REFUSED:
                arguments = operation.arguments(
                    dict.fromkeys(operation.parameters, "x") | {operation.parameters[-1]: name}
                )
                with pytest.raises(BadRequest, match=f"{operation.parameters[-1]}: "):
                    await connection.client.request(**arguments)
        await connection.aclose()

    asyncio.run(all_of_them())
    assert listener.taken() == []


@pytest.mark.parametrize("name", REFUSED)
def test_requests_written_by_hand(connection: Connection, listener: Listener, name: str) -> None:
    """Those of a local service and of Gurobi v2 have templates, too."""
    calls = [
        (local.create_arguments(name), "service"),
        (local.status_arguments(name), "task"),
        (described("POST", "/pools/{id}/machines", "startPool", name), "id"),
    ]
    for arguments, parameter in calls:
        with pytest.raises(BadRequest, match=f"{parameter}: "):
            connection.run(call(arguments))
    assert listener.taken() == []


def call(arguments: dict[str, Any]) -> Any:
    return (yield Call(arguments))


@pytest.mark.parametrize(
    "path", ["/a/../b", "/a//b", "//evil.test/b", "/%2e%2e/a", "/a/.", "/..", "/a/..;/b", "/a\\..\\b"]
)
def test_a_request_without_a_template(connection: Connection, listener: Listener, path: str) -> None:
    """A path that a person wrote as a whole has no steps and no empty segments either."""
    for url in (path, listener.url + path):
        with pytest.raises(BadRequest, match="path: "):
            connection.client.get(url)
    assert listener.taken() == []


@pytest.mark.parametrize("path", ["", "/", "/a", "/a/", "/a/b?q=../x#..", "a/b"])
def test_an_ordinary_request_without_a_template(connection: Connection, listener: Listener, path: str) -> None:
    """What a person wrote goes out as it is."""
    connection.client.get(path)
    assert listener.taken() == ["/base/" + path.partition("#")[0].removeprefix("/")]


# ---------------------------------------------------------------- the facade

VERBS = {
    "people.delete_user": lambda aimms: aimms.people.delete_user("ROOT", ".."),
    "people.delete_group": lambda aimms: aimms.people.delete_group("ROOT", "."),
    "people.delete_environment": lambda aimms: aimms.people.delete_environment(".."),
    "apps.delete": lambda aimms: aimms.apps.delete("a", ".."),
    "keys.delete": lambda aimms: aimms.keys.delete(".."),
    "run": lambda aimms: aimms.run("..", "s"),
    "run, service": lambda aimms: aimms.run("a", "..", version="1"),
    "secrets.delete": lambda aimms: aimms.secrets.delete("/.."),
    "secrets.delete, below": lambda aimms: aimms.secrets.delete("/a/../b"),
    "sessions.delete": lambda aimms: aimms.sessions.delete("task", "..", kill_task=True),
    "storage.delete": lambda aimms: aimms.storage.delete("/a/.."),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_no_verb_of_the_facade_addresses_something_else(listener: Listener, verb: Any) -> None:
    """A name of dots is refused by verbs, blocking and asyncio, before anything is sent."""
    options: Any = {"aimms": {"url": listener.url.replace("/base", "/pro-api/v2"), "api_key": "fake-key-of-a-test"}}

    async def asynchronous() -> None:
        async with AsyncOptCloud(**options) as cloud:
            with pytest.raises(BadRequest, match=r"'.*\.'|'/.*\.\..*'"):
                await verb(cloud.aimms)

    with OptCloud(**options) as cloud, pytest.raises(BadRequest, match=r"'.*\.'|'.*\.\..*'"):
        verb(cloud.aimms)
    asyncio.run(asynchronous())
    assert listener.taken() == []


def test_generated_functions_called_directly(listener: Listener) -> None:
    """``oc.aimms.client`` is on the same road."""
    from aimms_pro.api.task import delete_task

    options: Any = {"aimms": {"url": listener.url, "api_key": "fake-key-of-a-test"}}
    with (
        OptCloud(**options) as cloud,
        pytest.raises(BadRequest, match=r"AIMMS PRO deleteTask: id: '\.\.' would address"),
    ):
        delete_task.sync_detailed("..", client=cloud.aimms.client)
    assert listener.taken() == []
