"""What the code needs of the generated packages: read from code, written down, held against a tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drift_check import needs_table
from openapi_drift.checks.contract.code import needs_of
from openapi_drift.checks.contract.table import CallForm, as_text, read_contract
from openapi_drift.checks.needs import Missing, missing
from openapi_drift.errors import SpecsError

ENDPOINT = """
from ...models.order import Order

def _get_kwargs(id: str, *, body: Order, sort: str | None = None) -> dict[str, object]:
    return {
        "method": "post",
        "url": "/orders/{id}",
        "extensions": {"operation": {"id": "createOrder", "path": "/orders/{id}"}},
    }
"""
MODEL = """
class Order:
    unit_price: int
    note: str = ""

    def to_dict(self):
        field_dict = {"unitPrice": unit_price}
        field_dict["note"] = note
        return field_dict

    @classmethod
    def from_dict(cls, src_dict): ...
"""
STRUCTS = """
class Struct: ...

class Reply(Struct):
    total: int
    unit_price: int = field(name="unitPrice", default=0)
"""
CODE = """
from functools import partial

import shop_models as structs
from shop.api.order import create_order as order
from shop.models.order import Order
from shop.types import UNSET


def submit(raw):
    body = Order(unit_price=1, note="x")
    call(order._get_kwargs("id", body=body, sort=UNSET))
    reply = convert(cleaned(raw), structs.Reply)
    return reply.total, raw["unitPrice"]
"""
TABLE = (
    """{"documents": {"shop": {"createOrder": {"verbs": ["shop.submit"], "commands": ["shop send"]}}}, "pages": {}}"""
)


def write(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


PACKAGES = {
    "shop/__init__.py": "",
    "shop/openapi.json": "{}",
    "shop/types.py": "UNSET = object()\n",
    "shop/api/__init__.py": "",
    "shop/api/order/__init__.py": "",
    "shop/api/order/create_order.py": ENDPOINT,
    "shop/models/__init__.py": "",
    "shop/models/order.py": MODEL,
    "shop_models/__init__.py": STRUCTS,
}


def checkout(folder: Path, code: str = CODE) -> Path:
    """A checkout whose code uses the packages above, with its table."""
    write({f"generated/{name}": text for name, text in PACKAGES.items()}, folder)
    write({"adapters/client/__init__.py": "", "adapters/client/orders.py": code}, folder)
    contract = needs_of([folder / "adapters" / "client"], folder / "generated")
    write({"adapters/client/needs.json": as_text(contract), "adapters/client/operations.json": TABLE}, folder)
    return folder


def test_the_table_is_what_the_code_needs_and_generated_has_it() -> None:
    """Where this fails: nox -s operations."""
    assert needs_table.TABLE.read_text(encoding="utf-8") == needs_table.text()
    assert missing(needs_table.ROOT, needs_table.ROOT / "generated") == []


def test_the_table_has_what_the_adapters_do() -> None:
    contract = read_contract(needs_table.TABLE)
    tasks = contract.modules["aimms_pro.api.task.get_tasks"]
    assert CallForm(0, ("limit",)) in tasks.calls["_get_kwargs"] and tasks.operations == {"getTasks": "GET /tasks"}
    assert contract.modules["adiutaopt.api.optimization.post_mixed_description"].on_use
    assert not contract.modules["aimms_pro.api.task.create_task"].on_use
    entity = contract.classes["aimms_pro_models.EntityInfo"]
    assert {"isGroup", "environment"} <= entity.attributes.keys() and "max_users" in entity.wire


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("shop/api/order/create_order.py", None, "", "POST /orders/{id}: is gone (shop.api.order.create_order, "),
        ("shop/types.py", "UNSET", "OTHER", "UNSET is gone (shop.types, "),
        ("shop/types.py", None, "", "the module is gone (shop.types, "),
        (
            "shop/api/order/create_order.py",
            "_get_kwargs",
            "_arguments",
            "the function _get_kwargs is gone (shop.api.order.create_order, ",
        ),
        (
            "shop/api/order/create_order.py",
            "sort:",
            "order:",
            "the argument sort is gone (shop.api.order.create_order.",
        ),
        (
            "shop/api/order/create_order.py",
            "id: str, *,",
            "*, id: str = '',",
            "takes 0 arguments by place now, and is given 1 (shop.api.order.create_order._get_kwargs, ",
        ),
        (
            "shop/api/order/create_order.py",
            "*, body",
            "*, account: str, body",
            "needs the argument account now, which is not given (shop.api.order.create_order._get_kwargs, ",
        ),
        ("shop/models/order.py", "class Order", "class Orders", "the class Order is gone (shop.models.order.Order, "),
        ("shop/models/order.py", "note: str", "text: str", "the argument note is gone (shop.models.order.Order, "),
        ("shop_models/__init__.py", "class Reply", "class Answer", "the class Reply is gone (shop_models.Reply, "),
        ("shop_models/__init__.py", "total", "sum", "the field total is gone (shop_models.Reply, "),
        ("shop_models/__init__.py", "unitPrice", "price", "the field unitPrice is gone (shop_models.Reply, "),
    ],
)
def test_each_thing_that_is_missing_is_told_once(
    tmp_path: Path, file: str, old: str | None, new: str, words: str
) -> None:
    root = checkout(tmp_path)
    assert missing(root, root / "generated") == []
    path = root / "generated" / file
    if old is None:
        path.unlink()
    else:
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
    [found] = missing(root, root / "generated")
    assert words in found.words and found.words.endswith("used in adapters/client/orders.py)"), found.words
    assert found.verbs == ("shop.submit",) and found.commands == ("shop send",) and not found.on_use
    assert found.words.startswith("oc.shop.submit, `optcloud shop send`: ")


def test_a_whole_package_is_told_once(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    (root / "generated" / "shop_models").rename(root / "generated" / "other_models")
    [found] = missing(root, root / "generated")
    assert "the package is gone (shop_models, " in found.words


def test_an_operation_that_has_moved_is_told_with_its_place(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    folder = root / "generated" / "shop" / "api"
    (folder / "order").rename(folder / "orders")
    assert [one.what for one in missing(root, root / "generated")] == ["is now shop.api.orders.create_order"]


ON_USE = """
SMALL = Part("small", submit="shop.api.order.create_order", kind="shop_models.Reply")


def send(part):
    return part.submit._get_kwargs("id", body=None)
"""


def test_what_is_named_as_text_is_needed_on_use_alone(tmp_path: Path) -> None:
    """An attribute stands for what a class is given by its name."""
    root = checkout(tmp_path, ON_USE + "\n\nclass Part: ...\n")
    path = root / "generated" / "shop" / "api" / "order" / "create_order.py"
    path.write_text(path.read_text().replace("body: Order", "order: Order = None"))
    [found] = missing(root, root / "generated")
    assert found.what == "the argument body is gone" and not found.on_use
    path.unlink()
    [gone] = missing(root, root / "generated")
    assert gone.what == "is gone" and gone.on_use


def test_a_part_with_a_package_of_its_own_is_looked_for_there(tmp_path: Path) -> None:
    root = checkout(tmp_path, ON_USE + "\n\nclass Part: ...\n")
    generated = root / "generated"
    for package in ("shop", "shop_models"):
        own = generated / package.replace("shop", "shop_small")
        write({name.partition("/")[2]: text for name, text in PACKAGES.items() if name.startswith(f"{package}/")}, own)
    (generated / "shop" / "api" / "order" / "create_order.py").unlink()
    (generated / "shop_models" / "__init__.py").write_text("")
    assert missing(root, generated) == []
    (generated / "shop_small" / "api" / "order" / "create_order.py").unlink()
    assert [(one.place, one.on_use) for one in missing(root, generated)] == [("shop.api.order.create_order", True)]


def test_a_root_of_other_documents_needs_nothing(tmp_path: Path) -> None:
    assert missing(tmp_path, tmp_path / "generated") == []


def test_a_broken_table_is_an_error_with_its_path(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    (root / "adapters" / "client" / "needs.json").write_text("[]")
    with pytest.raises(SpecsError, match=r"needs\.json: no table of needs"):
        missing(root, root / "generated")


NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta"])


@settings(max_examples=25, deadline=None)
@given(
    places=st.integers(0, 3),
    given_names=st.sets(NAMES),
    taken=st.lists(NAMES, unique=True),
    required=st.sets(NAMES),
    by_place=st.integers(0, 3),
)
def test_a_call_fits_exactly_when_python_takes_it(
    tmp_path_factory: pytest.TempPathFactory,
    places: int,
    given_names: set[str],
    taken: list[str],
    required: set[str],
    by_place: int,
) -> None:
    """Any call against any function: nothing is missing if and only if Python runs it."""
    named = [f"{name}{'' if name in required else '=None'}" for name in taken]
    signature = ", ".join([*(f"place{number}" for number in range(by_place)), *(["*", *named] if named else [])])
    arguments = ", ".join([*("1" for _ in range(places)), *(f"{name}=2" for name in sorted(given_names))])
    root = checkout(tmp_path_factory.mktemp("call"), f"from shop.types import made\n\nmade({arguments})\n")
    write({"generated/shop/types.py": "def made(): ...\n"}, root)
    write({"adapters/client/needs.json": as_text(needs_of([root / "adapters" / "client"], root / "generated"))}, root)
    write({"generated/shop/types.py": f"def made({signature}): ...\n"}, root)
    found = missing(root, root / "generated")
    program = f"def made({signature}): ...\nmade({arguments})\n"
    try:
        exec(program, {})
    except TypeError:
        assert found
    else:
        assert found == []
    assert len({one.words for one in found}) == len(found) and all(isinstance(one, Missing) for one in found)
