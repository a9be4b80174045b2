"""Vendor documents and what is generated from them: fetch, overlay, generate, check.

Works on a checkout of the repository and without any cloud::

    python -m openapi_drift fetch aimms-pro-v2 --account ACCOUNT
    python -m openapi_drift generate [--check] [--force]

As functions: `openapi_drift.generation.generate.generate` and `check`, `openapi_drift.fetch.fetch`.
"""
