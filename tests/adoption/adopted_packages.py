"""Run with the facade's tests: is it the adopted packages that they import? Collected only where it is named."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest

GENERATED = "ADOPTED_GENERATED"
"""The environment variable with the folder that they are to come from."""


@pytest.mark.parametrize("package", ["aimms_pro", "aimms_pro_models", "adiutaopt", "adiutaopt_models"])
def test_the_packages_are_the_adopted_ones(package: str) -> None:
    found = importlib.import_module(package).__file__
    assert found is not None
    assert Path(found).is_relative_to(os.environ[GENERATED])
