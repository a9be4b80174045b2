"""Gurobi Instant Cloud, API v1 (deprecated by its vendor)."""
