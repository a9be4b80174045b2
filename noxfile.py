"""Every job that a person or CI runs: `nox -l` lists them, `nox -s NAME -- ARGUMENTS` runs one."""

import os
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
PYPROJECT = nox.project.load_toml("pyproject.toml")
GROUPS = {name: nox.project.dependency_groups(PYPROJECT, name) for name in PYPROJECT["dependency-groups"]}
COGNITO_JS = "amazon-cognito-identity-js@6.3.21"


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


@nox.session(default=False)
def drift(session: nox.Session) -> None:
    """Has anything drifted? `-- --cloud aimms --account NAME`, `-- --url adiutaopt=URL`, `-- --kind generated`."""
    session.install("-e", ".[cli,codegen]")
    session.run("optcloud", "spec", "check", *session.posargs)


def _generated_is_current() -> bool:
    """From hashes alone, with the interpreter at hand and the standard library."""
    sys.path.insert(0, str(ROOT / "adapters"))
    from optcloud.specs.fingerprint import is_current  # noqa: PLC0415

    return is_current(ROOT)


def _workers() -> str:
    """One more than there are cores: many tests wait for sockets."""
    return str((os.cpu_count() or 1) + 1)


@nox.session
def tests(session: nox.Session) -> None:
    """The suite against the built wheel; needs neither Node nor, once installed, a network: `-- -k aimms` selects."""
    session.install(".[cli,sandbox,codegen]", *GROUPS["test"])
    session.run("pytest", "-n", _workers(), "--dist", "worksteal", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, and the floors: who may import whom."""
    session.install("-e", ".[cli,sandbox,codegen]", *GROUPS["lint"])
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """mypy --strict over our code, and over user code that calls the facade and the generated clients."""
    session.install("-e", ".[cli,sandbox,codegen]", *GROUPS["types"])
    session.run("mypy", "-p", "optcloud")
    session.run("mypy", "tests/typing")


@nox.session
def demo(session: nox.Session) -> None:
    """The main job on a fresh machine: regenerate and check the clients, then all three clouds on the sandbox."""
    session.install("-e", ".[cli,sandbox,codegen]")
    session.run("python", "-m", "optcloud.specs", "generate", "--check", "--force")
    session.run("optcloud", "demo", *session.posargs)


@nox.session(default=False)
def interop(session: nox.Session) -> None:
    """The vendors' own published clients on the sandbox: aimmscloud, pycognito, amazon-cognito-identity-js (Node)."""
    session.install(".[sandbox]", *GROUPS["interop"])
    modules = Path(session.create_tmp()).resolve() / "node"
    with session.chdir(ROOT):
        session.run("npm", "install", "--silent", "--prefix", str(modules), COGNITO_JS, external=True)
    environment = {"OPTCLOUD_NODE_MODULES": str(modules / "node_modules"), "OPTCLOUD_INTEROP": "all"}
    session.run("pytest", "tests/interop", *session.posargs, env=environment)


@nox.session(default=False)
def leaks(session: nox.Session) -> None:
    """Processes are killed at random: machines left, launched twice, killed of others? `-- --runs N --seed N`."""
    session.install(".[sandbox]", *GROUPS["test"])
    session.run("python", "tests/leaks/leaks.py", *session.posargs)


@nox.session(default=False)
def operations(session: nox.Session) -> None:
    """Write the table of all operations of AIMMS PRO: what reaches each, what the sandbox answers, its tests."""
    session.install("-e", ".[sandbox,codegen]")
    session.run("python", "tests/sandbox/operations.py")


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """What optcloud costs, as ratios against a named baseline of the same run."""
    session.install(".[cli,sandbox,codegen,codecs]", *GROUPS["bench"])
    session.run("python", "tests/bench/bench.py")


@nox.session(default=False)
def local(session: nox.Session) -> None:
    """Before a commit: formats, then checks and tests in one environment that is kept."""
    session.install("-e", ".[cli,sandbox,codegen]", *GROUPS["lint"], *GROUPS["types"], *GROUPS["test"])
    session.run("ruff", "check", "--fix")
    session.run("ruff", "format")
    session.run("lint-imports")
    session.run("mypy", "-p", "optcloud")
    session.run("pytest", "-x", *session.posargs)
