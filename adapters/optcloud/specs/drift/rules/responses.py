"""Rules: responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optcloud.specs.drift.registry import DocumentRule, OperationRule

OPERATION_RULES: tuple[OperationRule, ...] = ()
DOCUMENT_RULES: tuple[DocumentRule, ...] = ()
