"""All ways of writing the same differently, by name."""

from __future__ import annotations

from drift import rewrites_of_documents, rewrites_of_schemas
from drift.rewriting import REWRITES, Document, applied

__all__ = ["REWRITES", "Document", "applied", "rewrites_of_documents", "rewrites_of_schemas"]
