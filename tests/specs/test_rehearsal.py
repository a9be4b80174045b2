"""Fresh packages are imported together with the code that stands on them, before they are swapped in."""

from __future__ import annotations

from pathlib import Path

import pytest

from openapi_drift.checks.contract.code import needs_of
from openapi_drift.checks.contract.table import as_text, code_of
from openapi_drift.errors import SpecsError
from openapi_drift.generation.generate import generate
from openapi_drift.generation.rehearsal import rehearse
from specs.test_generation import change_document

CODE = '''
"""Orders."""

from orders.api.orders import create_order
from orders.models import Order
from orders_models import Order as Checked


def send(id):
    return create_order._get_kwargs(body=Order(id=id, amount=None)), Checked
'''
TABLE = (
    '{"documents": {"orders": {"createOrder": {"verbs": ["orders.send"], "commands": ["orders send"]}}}, "pages": {}}'
)


def with_code(root: Path, **modules: str) -> Path:
    """Give a checkout code that stands on its packages, with its tables."""
    folder = root / "adapters" / "shop"
    folder.mkdir(parents=True)
    for name, text in {"__init__": "", **modules}.items():
        (folder / f"{name}.py").write_text(text)
    (folder / "operations.json").write_text(TABLE)
    (folder / "needs.json").write_text(as_text(needs_of(code_of(root), root / "generated")))
    return root


def tree(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_packages_that_do_not_fit_are_not_swapped_in(generated_checkout: Path) -> None:
    """All that is missing is told, with verbs and files; the tree is what it was."""
    root = with_code(generated_checkout, orders=CODE)
    change_document(root, '"createOrder"', '"makeOrder"')
    change_document(root, '"amount"', '"quantity"')
    before = tree(root)
    with pytest.raises(SpecsError) as caught:
        generate(root)
    assert tree(root) == before
    lines = [line for line in str(caught.value).splitlines() if line.startswith("- ")]
    assert lines == [
        "- oc.orders.send, `optcloud orders send`: POST /orders: is now orders.api.orders.make_order "
        "(orders.api.orders.create_order, used in adapters/shop/orders.py)",
        "- oc.orders.send, `optcloud orders send`: POST /orders: the argument amount is gone "
        "(orders.models.Order, used in adapters/shop/orders.py)",
    ]


def test_packages_that_fit_are_imported_in_place_of_those_that_are_there(
    generated_checkout: Path, tmp_path: Path
) -> None:
    root = with_code(generated_checkout, orders=CODE)
    fresh = (root / "generated").rename(tmp_path / "fresh")
    before = tree(fresh)
    assert rehearse(root, fresh) == [] and tree(fresh) == before


def test_what_the_contract_does_not_see_is_found_by_importing(generated_checkout: Path) -> None:
    """Each place once, however many modules import it."""
    root = with_code(generated_checkout, orders=CODE, other='"""Other."""\n\nimport shop.orders\n')
    endpoint = root / "generated" / "orders" / "api" / "orders" / "create_order.py"
    endpoint.write_text(endpoint.read_text() + '\nraise RuntimeError("not today")\n')
    line = len(endpoint.read_text().splitlines())
    with pytest.raises(SpecsError) as caught:
        rehearse(root, root / "generated")
    assert [line for line in str(caught.value).splitlines() if line.startswith("- ")] == [
        "- oc.orders.send, `optcloud orders send`: adapters/shop/orders.py:4: RuntimeError: not today "
        f"(in orders/api/orders/create_order.py:{line})"
    ]


def test_a_module_that_wants_an_extra_is_a_note(generated_checkout: Path) -> None:
    root = with_code(generated_checkout, orders=CODE, pictures="import not_installed_here\n")
    assert rehearse(root, root / "generated") == [
        "adapters/shop/pictures.py:1: not tried, for want of an extra: "
        "ModuleNotFoundError: No module named 'not_installed_here'"
    ]


def test_code_that_ends_the_process_is_an_error(generated_checkout: Path) -> None:
    root = with_code(generated_checkout, orders="raise SystemExit(3)\n")
    with pytest.raises(SpecsError, match=r"importing shop with the new packages ended \(3\)"):
        rehearse(root, root / "generated")


def test_what_is_imported_on_use_stops_nothing(generated_checkout: Path) -> None:
    root = with_code(generated_checkout, orders='PLAN = "orders.api.orders.create_order"\n')
    (root / "generated" / "orders" / "api" / "orders" / "create_order.py").unlink()
    [note] = rehearse(root, root / "generated")
    assert note.startswith("oc.orders.send, `optcloud orders send`: POST /orders: is gone")
