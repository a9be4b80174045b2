"""Generated against document: which input changed is told from the fingerprint, which files from the generators."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from openapi_drift.checks import generated
from openapi_drift.checks.generated import check_generated
from openapi_drift.checks.verdict import DriftCheck, DriftVerdict
from openapi_drift.diff.change import Level
from openapi_drift.errors import SpecsError
from openapi_drift.generation.fingerprint import write_fingerprint
from openapi_drift.generation.generate import GenerationOutcome
from specs.conftest import make_checkout


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout whose generated packages are as the last generation is said to have left them."""
    checkout = make_checkout(tmp_path / "checkout")
    for package, line in (("orders", "class Client: ..."), ("orders_models", "class Order: ...")):
        folder = checkout / "generated" / package
        folder.mkdir(parents=True)
        (folder / "client.py").write_text(f"{line}\n")
    write_fingerprint(checkout, checkout / "generated")
    return checkout


@pytest.fixture
def no_generators(monkeypatch: pytest.MonkeyPatch) -> None:
    """The causes are told without them."""

    def refuse(root: Path, *, force: bool) -> GenerationOutcome:
        raise SpecsError("the generators are not here")

    monkeypatch.setattr(generated, "check", refuse)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def ids(check: DriftCheck) -> list[str]:
    return [change.id for change in check.changes]


def test_nothing_changed(root: Path, no_generators: None) -> None:
    assert check_generated(root) == DriftCheck(check_generated(root).kind, "all", DriftVerdict.NO_DRIFT)


def test_a_generator_version_is_told_from_the_document(root: Path) -> None:
    """With the real check: the pin is not what is installed, so that the files cannot be had, and that is said."""
    edit(root / "pyproject.toml", '"openapi-python-client==', '"openapi-python-client==99.')
    check = check_generated(root)
    (change,) = check.changes
    assert check.verdict is DriftVerdict.DRIFT
    assert (change.id, change.level) == ("generator-version-changed", Level.WARNING)
    assert change.text.startswith("the generator's version changed, not the document: `openapi-python-client` 0.")
    assert " → 99.0." in change.text
    assert change.revision is not None and change.revision.position is not None
    position = change.revision.position
    line = (root / position.file).read_text().splitlines()[position.line - 1]
    assert "openapi-python-client==99." in line
    assert "what it does to the files is not checked: openapi-python-client 99.0." in check.notes[0]


def document(root: Path) -> None:
    edit(root / "specs" / "orders-v1" / "openapi.json", '"amount"', '"sum"')


def overlay(root: Path) -> None:
    edit(root / "specs" / "orders-v1" / "overlay.yaml", "customer", "client")


def new_overlay(root: Path) -> None:
    (root / "specs" / "orders-v1" / "overlay.yaml").unlink()


def adopted(root: Path) -> None:
    (root / "specs" / "orders-v1" / "adopted.yaml").write_text("overlay: 1.0.0")


def accepted(root: Path) -> None:
    with (root / "specs" / "sources.toml").open("a") as sources:
        sources.write('[orders-v1.accepted]\n"POST /orders" = "nobody calls it"\n')


def package(root: Path) -> None:
    edit(root / "specs" / "sources.toml", 'client = "orders"', 'client = "carts"')


def another_document(root: Path) -> None:
    shutil.copytree(root / "specs" / "orders-v1", root / "specs" / "orders-v2")
    path = root / "specs" / "sources.toml"
    entry = path.read_text().replace("orders-v1", "orders-v2").replace('"orders', '"newer_orders')
    path.write_text(path.read_text() + entry)


def a_file(root: Path) -> None:
    edit(root / "generated" / "orders" / "client.py", "class Client", "class Customer")


def a_stray_file(root: Path) -> None:
    (root / "generated" / "orders_models" / "stray.py").write_text("")


def fingerprint(root: Path) -> None:
    (root / "generated" / "fingerprint.json").write_text("[]")


CAUSES: list[tuple[Callable[[Path], None], str, str]] = [
    (document, "document-changed", "specs/orders-v1/openapi.json"),
    (overlay, "overlay-changed", "specs/orders-v1/overlay.yaml"),
    (new_overlay, "overlay-changed", "specs/orders-v1/overlay.yaml"),
    (adopted, "adopted-changed", "specs/orders-v1/adopted.yaml"),
    (accepted, "accepted-changed", "specs/sources.toml"),
    (package, "package-renamed", "specs/sources.toml"),
    (another_document, "document-added", "specs/orders-v2"),
    (a_file, "generated-edited", "generated/orders"),
    (a_stray_file, "generated-edited", "generated/orders_models"),
    (fingerprint, "fingerprint-missing", "generated/fingerprint.json"),
]


@pytest.mark.parametrize(("cause", "id_", "file"), CAUSES, ids=lambda value: getattr(value, "__name__", value))
def test_causes(root: Path, no_generators: None, cause: Callable[[Path], None], id_: str, file: str) -> None:
    cause(root)
    check = check_generated(root)
    assert (check.verdict, ids(check)) == (DriftVerdict.DRIFT, [id_])
    (change,) = check.changes
    assert change.revision is not None and change.revision.position is not None
    assert change.revision.position.file == file
    assert check.notes == ("what it does to the files is not checked: the generators are not here",)


def test_two_causes_are_both_told(root: Path, no_generators: None) -> None:
    document(root)
    edit(root / "pyproject.toml", '"ruff==', '"ruff==99.')
    assert ids(check_generated(root)) == ["document-changed", "generator-version-changed"]


def test_the_files_of_a_hand_edit_are_named(root: Path) -> None:
    """With the real generators."""
    a_stray_file(root)
    check = check_generated(root)
    assert "generated/orders_models/stray.py" in check.files
    assert "generated/orders_models/stray.py: stray, nothing generates it" in check.diff
    assert " files differ (because of generated-edited): generated/orders" in check.notes[0]


def test_of_several_causes_none_is_blamed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document(root)
    a_file(root)
    outcome = GenerationOutcome(
        ran=True, differences={"generated/orders/x.py": "-x\n", "generated/fingerprint.json": "-y\n"}
    )
    monkeypatch.setattr(generated, "check", lambda root, force: outcome)
    check = check_generated(root)
    assert check.notes[0] == "1 files differ (which of the causes each is due to cannot be told): generated/orders/x.py"


def test_force_asks_the_generators_even_if_no_input_changed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = GenerationOutcome(ran=True, differences={"generated/orders/x.py": "-x\n"})
    monkeypatch.setattr(generated, "check", lambda root, force: outcome if force else GenerationOutcome(False, {}))
    assert check_generated(root).verdict is DriftVerdict.NO_DRIFT
    check = check_generated(root, force=True)
    assert (check.verdict, ids(check)) == (DriftVerdict.DRIFT, ["generated-differs"])


def test_an_input_that_is_missing_is_not_checked(root: Path, no_generators: None) -> None:
    (root / "specs" / "orders-v1" / "openapi.json").unlink()
    check = check_generated(root)
    assert (check.verdict, check.changes) == (DriftVerdict.NOT_CHECKED, ())
    assert "every entry of sources.toml needs its document" in check.reason


def test_generators_that_fail_are_not_checked(root: Path, no_generators: None) -> None:
    check = check_generated(root, force=True)
    assert (check.verdict, check.reason) == (DriftVerdict.NOT_CHECKED, "the generators are not here")


def test_a_version_that_the_tooling_cannot_load_is_still_the_cause(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(root: Path, *, force: bool) -> GenerationOutcome:
        raise ModuleNotFoundError("No module named 'openapi_python_client.strings'")

    monkeypatch.setattr(generated, "check", missing)
    edit(root / "pyproject.toml", '"openapi-python-client==', '"openapi-python-client==99.')
    check = check_generated(root)
    assert ids(check) == ["generator-version-changed"]
    assert "the generators do not fit this tooling: No module named" in check.notes[0]
    write_fingerprint(root, root / "generated")
    with pytest.raises(ModuleNotFoundError):  # without a cause: the command line names the extra
        check_generated(root, force=True)
