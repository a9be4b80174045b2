"""What a rule is, and all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from optcloud.specs.document import LoadedDocument
from optcloud.specs.drift.change import Change
from optcloud.specs.drift.pairing import OperationPair, Pairing
from optcloud.specs.drift.schemas.comparison import SchemaComparison

OperationRule = Callable[[OperationPair, SchemaComparison], Iterator[Change]]
DocumentRule = Callable[[LoadedDocument, LoadedDocument, Pairing], Iterator[Change]]
