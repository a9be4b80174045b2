"""What a generation changes for those who use the packages, from trees of generated code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from openapi_drift.generation.changed_names import UNCHANGED, changed_names, in_words
from openapi_drift.generation.tree_comparison import compare

OPERATION = """
def _get_kwargs(*, app: str):
    params = {}
    params["appName"] = app
    return {"method": "get", "url": "/orders"}

def sync_detailed(*, client, app: str): ...

def sync(*, client, app: str): ...
"""
ORDER = """
from typing import Any, TypeVar

T = TypeVar("T", bound="Order")

class Order:
    amount: int
    of_customer: str

    def to_dict(self):
        amount = self.amount
        of_customer = self.of_customer
        field_dict = {"amount": amount, "ofCustomer": of_customer}
        return field_dict
"""
KIND = """
from typing import Literal

Kind = Literal["a", "b"]
KIND_VALUES: set[Kind] = {"a", "b"}
"""
STRUCTS = """
from msgspec import Struct, field

class Order(Struct):
    amount: int
    of_customer: str = field(name="ofCustomer")

class _Hidden(Struct):
    amount: int
"""
FILES = {
    "orders/__init__.py": "",
    "orders/api/shop/get_orders.py": OPERATION,
    "orders/client.py": "class Client:\n    def with_timeout(self): ...\n",
    "orders/models/__init__.py": "from .order import Order\n",
    "orders/models/kind.py": KIND,
    "orders/models/order.py": ORDER,
    "orders_models/__init__.py": STRUCTS,
}


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def lines(folder: Path, files: dict[str, str], old: dict[str, str] = FILES) -> list[str]:
    before, after = written(folder / "before", old), written(folder / "after", files)
    return [one.words for one in changed_names(before, after, compare(before, after))]


@pytest.mark.parametrize(
    ("file", "was", "now", "said"),
    [
        pytest.param(
            "orders/models/order.py",
            "of_customer",
            "customer",
            ["renamed field orders.models.Order.of_customer -> orders.models.Order.customer"],
            id="field",
        ),
        pytest.param(
            "orders_models/__init__.py",
            "    amount: int\n    of",
            "    of",
            ["removed field orders_models.Order.amount"],
            id="field of a struct",
        ),
        pytest.param(
            "orders_models/__init__.py",
            "class Order(",
            "class Purchase(",
            ["renamed model orders_models.Order -> orders_models.Purchase"],
            id="model",
        ),
        pytest.param(
            "orders/models/kind.py",
            "Kind = ",
            "Sort = ",
            ["removed model orders.models.Kind", "added model orders.models.Sort"],
            id="alias, which nothing tells from another",
        ),
        pytest.param(
            "orders/api/shop/get_orders.py",
            "app: str",
            "application: str",
            [
                "removed argument orders.api.shop.get_orders.app",
                "added argument orders.api.shop.get_orders.application",
            ],
            id="argument, which the function does not send under the old name",
        ),
        pytest.param(
            "orders/api/shop/get_orders.py",
            "\ndef sync(*, client, app: str): ...\n",
            "",
            ["removed function orders.api.shop.get_orders.sync"],
            id="function",
        ),
        pytest.param(
            "orders/client.py",
            "with_timeout",
            "with_patience",
            ["removed field orders.client.Client.with_timeout", "added field orders.client.Client.with_patience"],
            id="the client itself",
        ),
        pytest.param("orders/models/order.py", "amount: int", "amount: str", [], id="a type is no name"),
        pytest.param("orders_models/__init__.py", "_Hidden", "_Other", [], id="what is private"),
        pytest.param("orders/models/order.py", "class Order", "class class", [], id="no Python"),
    ],
)
def test_a_name_that_changed_is_told(tmp_path: Path, file: str, was: str, now: str, said: list[str]) -> None:
    assert was in FILES[file]
    assert lines(tmp_path, {**FILES, file: FILES[file].replace(was, now)}) == said


def test_an_argument_that_is_sent_under_the_same_name_is_renamed(tmp_path: Path) -> None:
    text = OPERATION.replace("app: str", "application: str").replace("= app\n", "= application\n")
    place = "orders.api.shop.get_orders"
    said = lines(tmp_path, {**FILES, "orders/api/shop/get_orders.py": text})
    assert said == [f"renamed argument {place}.app -> {place}.application"]


def test_an_operation_in_another_module_is_renamed_and_its_parts_are_compared(tmp_path: Path) -> None:
    """Its method and path are the same."""
    files = {
        **FILES,
        "orders/api/store/list_orders.py": OPERATION.replace("\ndef sync(*, client, app: str): ...\n", ""),
    }
    del files["orders/api/shop/get_orders.py"]
    assert lines(tmp_path, files) == [
        "renamed operation orders.api.shop.get_orders -> orders.api.store.list_orders",
        "removed function orders.api.store.list_orders.sync",
    ]


def test_of_two_that_may_be_it_none_is(tmp_path: Path) -> None:
    changed = STRUCTS.replace("class Order(", "class First(") + STRUCTS.replace("class Order(", "class Second(")
    assert lines(tmp_path, {**FILES, "orders_models/__init__.py": changed}) == [
        "removed model orders_models.Order",
        "added model orders_models.First",
        "added model orders_models.Second",
    ]


def test_of_a_package_that_is_new_or_gone_no_parts_are_told(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if name.startswith("orders/")}
    assert lines(tmp_path / "gone", files) == ["removed package orders_models"]
    assert lines(tmp_path / "new", FILES, files) == ["added package orders_models"]
    assert lines(tmp_path / "all", FILES, {}) == ["added package orders", "added package orders_models"]


def test_nothing_is_one_line(tmp_path: Path) -> None:
    before = written(tmp_path / "before", FILES)
    shutil.copytree(before, tmp_path / "after")
    names = changed_names(before, tmp_path / "after", ["generated/notes.txt", "generated/stray.py"])
    assert in_words(names) == [UNCHANGED]
