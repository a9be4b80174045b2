"""The rules that are not about schemas, by what they look at.

Each module of rules offers one or both of two tuples, and `openapi_drift.diff.compare` calls what is in them:

- ``OPERATION_RULES``: ``def rule(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]``, called for each
  operation that both documents have. Make changes with ``pair.change(id, text, place=…, base=node, revision=node)``.
- ``DOCUMENT_RULES``: ``def rule(base: LoadedDocument, revision: LoadedDocument, pairing: Pairing) ->
  Iterator[Change]``, called once: removed and added operations (``pairing.removed``, ``.removed_paths``,
  ``.added``), components, webhooks.

What belongs together in two versions of an operation (parameters, responses, headers, media types) is in `pairs`.
Schemas of parameters and headers: ``schemas.compare(pair, base_schema, revision_schema, Context(...))`` yields their
changes; those of bodies are compared in `..schemas.bodies`. What changes in draft or alpha operations is info
(`stability`). Webhooks and callbacks are pairs that are ``incoming``: their rules are in `incoming`, and those that
`compare` names for both.

A change must point at the field that it explains, on at least one side: what no change points at is told by
`..unexplained` as well.
"""
