"""Gurobi Instant Cloud: rent solver machines.

API v1, which its vendor has deprecated, has no OpenAPI document: this package is written by hand from the vendor's
reference page and its public sample clients (`specs/gurobi-v1/FACTS.md`). `v2` is its successor, as far as it is
published.
"""
