"""What may be different in adiutaOpt's own document."""

from __future__ import annotations

from adoption.document_edits import (
    Document,
    add_fields,
    add_formats,
    add_nullable,
    as_version_3_0,
    call_operations,
    call_schemas,
    call_tags,
    named,
    operation,
    parameter,
)

_SCHEMAS_OF_2026 = {"Solution": "PlanResult", "ShiftPlannerSolution": "ShiftPlannerResult"}


def other_tags(document: Document) -> None:
    """Tags as plurals; operations in capitals; a server with a path."""
    call_tags(document, lambda tag: f"{tag}s")
    call_operations(document, lambda id_: id_[0].upper() + id_[1:].replace("Packages", "PACKAGES"))
    document["servers"] = [
        {"url": "https://{region}.adiutaopt.invalid", "variables": {"region": {"default": "eu", "enum": ["eu", "us"]}}},
        {"url": "https://test.adiutaopt.invalid"},
    ]


def other_schemas(document: Document) -> None:
    """OpenAPI 3.0.3; schemas called after the product's parts; formats, null, further fields and an operation."""
    as_version_3_0(document)
    add_formats(document)
    add_fields(
        document,
        {
            "ShiftPlannerInputWorker": {"nickname": {"type": "string", "nullable": True}},
            "DeployedVersion": {"region": {"type": "string"}},
        },
    )
    add_nullable(document, {"PackageListItem": ["LastModified"], "DeployedVersion": ["meta_data", "api_scripts"]})
    call_schemas(document, _plain)
    document["paths"]["/usage"] = {
        "get": operation("getUsage", "Version", {"type": "object"}, parameter("since", "query"))
    }


def _plain(name: str) -> str:
    for planner in ("Shift", "Mixed", "Floor"):
        name = name.replace(f"{planner}Planner", planner)
    return {"Number_u64": "Unsigned64", "Number_s64": "Signed64"}.get(name, name)


def of_2026(document: Document) -> None:
    """What the overlay adds, in the vendor's names and words; more of the schemas; two of the overlay's are gone."""
    schemas = document["components"]["schemas"]
    del schemas["ErrorEntry"], schemas["MixedPlannerTravelOverrideDense"]
    schemas["Solution"]["description"] = "The result of an optimization."
    schemas["Solution"]["properties"]["statistics"] = {"type": "object", "properties": {"score": {"type": "number"}}}
    schemas["BackendVersion"]["properties"]["version"] = {"type": "string", "description": "Not used any more."}
    schemas["ShiftPlannerOutputTask"]["properties"]["penalty"] = {"$ref": "#/components/schemas/Number_s64"}
    schemas["Client"]["properties"] = {"name": {"type": "string"}, "version": {"type": "string"}}
    call_schemas(document, named(_SCHEMAS_OF_2026))
    document["components"]["parameters"]["AcceptEncoding"]["schema"]["default"] = "identity"
    document["paths"]["/solution/{planID}"]["delete"] = operation(
        "deleteSolution", "Solution", {"type": "boolean"}, parameter("planID", "path")
    )
    document["info"] |= {"title": "adiutaOpt", "version": "6.1.0"}


def shift_only(document: Document) -> None:
    """A document for one planner, as the vendor publishes them."""
    paths = document["paths"]
    for path in ("/description", "/floor-description", "/floor-version", "/floor-packages-list"):
        del paths[path]
    schemas = document["components"]["schemas"]
    for name in [name for name in schemas if name.startswith(("Mixed", "Floor"))]:
        del schemas[name]
    members = schemas["Solution"]["oneOf"]
    schemas["Solution"]["oneOf"] = [one for one in members if one["$ref"].rpartition("/")[2] in schemas]
