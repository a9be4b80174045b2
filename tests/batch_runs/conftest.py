"""Whole runs of batches, with processes, servers and deaths: too long for the suite, `nox -s batch` does them."""

from batch.conftest import postgres, postgres_url, store
from cli.conftest import bare, run, running, secrets

__all__ = ["bare", "postgres", "postgres_url", "run", "running", "secrets", "store"]
