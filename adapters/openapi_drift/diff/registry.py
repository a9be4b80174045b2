"""What a rule is: the types of the functions in `rules`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from openapi_drift.diff.change import Change
from openapi_drift.diff.pairing import OperationPair, Pairing
from openapi_drift.diff.schemas.comparison import SchemaComparison
from openapi_drift.documents.document import LoadedDocument

OperationRule = Callable[[OperationPair, SchemaComparison], Iterator[Change]]
DocumentRule = Callable[[LoadedDocument, LoadedDocument, Pairing], Iterator[Change]]
