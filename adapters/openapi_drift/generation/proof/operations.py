"""Each operation of a client: the request that it builds and the replies that it reads, tried with examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.generation.proof.client_operations import endpoints, operation_of, without_names
from openapi_drift.generation.proof.described import operations
from openapi_drift.generation.proof.replies import prove_replies
from openapi_drift.generation.proof.report import NO_FUNCTION
from openapi_drift.generation.proof.requests import prove_requests

if TYPE_CHECKING:
    from types import ModuleType

    from openapi_drift.generation.proof.examples import ExampleBuilder
    from openapi_drift.generation.proof.report import ProofReport


def prove_operations(package: ModuleType, builder: ExampleBuilder, report: ProofReport) -> None:
    """Prove each operation of the document; one that has no function is a finding."""
    modules = {(method, path): (module, id_) for module, method, path, id_ in endpoints(package)}
    for described in operations(builder.document):
        found = modules.pop((described.method, without_names(described.path)), None)
        if found is None:
            report.add(package.__name__, str(described), NO_FUNCTION)
            continue
        report.count("operations")
        module, id_ = found
        wanted = described.content.get("operationId", id_)
        if id_ != wanted:
            report.add(package.__name__, str(described), f"its operationId is {wanted!r}, the function says {id_!r}")
        operation = operation_of(package, module, described)
        prove_requests(operation, builder, report)
        prove_replies(operation, builder, report)
    for (method, path), (module, _) in modules.items():
        report.add(
            package.__name__, f"{method.upper()} {path}", f"{module.__name__} is of no operation of the document"
        )
