"""Every job that a person or CI runs: `nox -l` lists them, `nox -s NAME -- ARGUMENTS` runs one."""

import sys
from pathlib import Path

import nox

nox.options.default_venv_backend = "uv|virtualenv"

ROOT = Path(__file__).parent


@nox.session(venv_backend="none")
def generate(session: nox.Session) -> None:
    """Bring generated/ up to date; `-- --check` compares only, `-- --force` runs the generators in any case."""
    if "--force" not in session.posargs and _generated_is_current():
        session.log("generated/ is up to date: nothing changed since it was generated")
        return
    session.notify("regenerate", posargs=session.posargs)


@nox.session(default=False)
def regenerate(session: nox.Session) -> None:
    """What generate runs if something changed: the pinned generators, in their own environment."""
    session.install("-e", ".[codegen]")
    session.run("python", "-m", "optcloud.specs", "generate", *session.posargs)


@nox.session(default=False)
def fetch(session: nox.Session) -> None:
    """Download the vendors' documents: `-- aimms-pro-v2 --account NAME`, `-- adiutaopt-v6 --url URL`."""
    session.install("-e", ".[codegen]")
    session.run("python", "-m", "optcloud.specs", "fetch", *session.posargs)


def _generated_is_current() -> bool:
    """From hashes alone, with the interpreter at hand and the standard library."""
    sys.path.insert(0, str(ROOT / "adapters"))
    from optcloud.specs.fingerprint import is_current  # noqa: PLC0415

    return is_current(ROOT)
