"""OpenAPI documents as data: reading, places, references, overlays, downloads."""
