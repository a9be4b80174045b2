"""From documents and overlays to generated clients and models."""
