"""Vendor documents and what is generated from them: fetch, overlay, generate, check.

Works on a checkout of the repository and without any cloud::

    python -m optcloud.specs fetch aimms-pro-v2 --account ACCOUNT
    python -m optcloud.specs generate [--check] [--force]

As functions: `optcloud.specs.generate.generate` and `check`, `optcloud.specs.fetch.fetch`.
"""
