"""Every job that a person or CI runs: `nox -l` lists them, `nox -s NAME -- ARGUMENTS` runs one.

Sessions install the exact versions of a lock in `.ci/locks/`, checked by their hashes; `nox -s lock` writes the locks.
`newest` and `lowest` do without, to tell what a lock hides.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import nox

ROOT = Path(__file__).parent
PACKAGES = ("optcloud", "optcloud_sandbox", "openapi_drift")
LOCKS = ROOT / ".ci" / "locks"
PYPROJECT = nox.project.load_toml("pyproject.toml")
GROUPS = {name: nox.project.dependency_groups(PYPROJECT, name) for name in PYPROJECT["dependency-groups"]}
PYTHONS = nox.project.python_versions(PYPROJECT)
EVERY_EXTRA = sorted(PYPROJECT["project"]["optional-dependencies"].keys() - {"all"})  # it names most of the others
# What each lock holds, beside what optcloud itself needs: extras of optcloud, and dependency groups.
LOCKED = {
    "work": (("cli", "sandbox", "codegen"), ()),
    "tests": (("cli", "sandbox", "codegen"), ("test",)),
    "checks": (("cli", "sandbox", "codegen"), ("test", "lint", "types")),
    "interop": (("sandbox",), ("interop",)),
    "docs": (("cli", "sandbox", "codecs", "people", "pictures", "parquet", "specs"), ("docs",)),
    "bench": (("cli", "sandbox", "codegen", "codecs", "fleet"), ("bench",)),
    "package": ((), ("package",)),
}
COGNITO_JS = "amazon-cognito-identity-js@6.3.21"

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each worker, and each program of a test, compiles all of it anew

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"  # whichever there is; uv is the faster one


def _install(session: nox.Session, lock: str, *, wheel: bool = False) -> None:
    """Install what the lock says, then optcloud: as it stands here, or as the wheel that users get."""
    session.install("--require-hashes", "-r", str(LOCKS / f"{lock}.txt"))
    session.install("--no-deps", "--no-build-isolation", *(["."] if wheel else ["-e", "."]))


@nox.session(default=False, venv_backend="none")
def lock(session: nox.Session) -> None:
    """Write the locks: keeps the versions that still fit; `-- --upgrade` takes the newest, `-- -P NAME` of one."""
    build = PYPROJECT["build-system"]["requires"]
    inputs = {name: "\n".join([*_requirements(*of), *build]) for name, of in LOCKED.items()}
    inputs["nox"] = "\n".join(GROUPS["nox"])
    for name, requirements in inputs.items():
        source = Path(session.create_tmp()).resolve() / f"{name}.in"
        source.write_text(requirements, encoding="utf-8")
        session.run(
            "uv", "pip", "compile", str(source), "-o", str(LOCKS / f"{name}.txt"), "--quiet", "--generate-hashes",
            "--universal", "--python-version", PYTHONS[0], "--no-annotate", "--no-emit-index-url",
            "--no-emit-find-links", "--custom-compile-command", "nox -s lock", *session.posargs, external=True,
        )  # fmt: skip


def _requirements(extras: tuple[str, ...], groups: tuple[str, ...]) -> list[str]:
    """Return what optcloud, some of its extras and some dependency groups ask for."""
    of_extras = PYPROJECT["project"]["optional-dependencies"]
    asked = [
        PYPROJECT["project"]["dependencies"],
        *(of_extras[name] for name in extras),
        *(GROUPS[name] for name in groups),
    ]
    return [requirement for some in asked for requirement in some]


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
    _install(session, "work")
    session.run("python", "-m", "openapi_drift", "generate", *session.posargs)


@nox.session(default=False)
def prove(session: nox.Session) -> None:
    """Does what is generated import, is it typed, does it send and read what the documents say? `-- aimms-pro-v2`."""
    _install(session, "work")
    session.run("python", "-m", "openapi_drift", "prove", *session.posargs)


@nox.session(default=False)
def adopt(session: nox.Session) -> None:
    """Take a vendor's document in: `-- aimms-pro-v2 --account NAME`, `-- adiutaopt-v6 --url URL`, `--dry-run`."""
    _install(session, "work")
    session.run("optcloud", "spec", "adopt", *session.posargs)


@nox.session(default=False)
def adoption(session: nox.Session) -> None:
    """Whole ways of documents, too long for the suite: variants adopted, further vendors' generated and proven."""
    _install(session, "tests", wheel=True)
    session.run("pytest", "-n", _workers(), "tests/adoption", *session.posargs)


@nox.session(default=False)
def fetch(session: nox.Session) -> None:
    """Download the vendors' documents: `-- aimms-pro-v2 --account NAME`, `-- adiutaopt-v6 --url URL`."""
    _install(session, "work")
    session.run("python", "-m", "openapi_drift", "fetch", *session.posargs)


@nox.session(default=False)
def drift(session: nox.Session) -> None:
    """Has anything drifted? `-- --cloud aimms --account NAME`, `-- --url adiutaopt=URL`, `-- --kind generated`."""
    _install(session, "work")
    session.run("optcloud", "spec", "check", *session.posargs)


def _generated_is_current() -> bool:
    """From hashes alone, with the interpreter at hand and the standard library."""
    sys.path.insert(0, str(ROOT / "adapters"))
    from openapi_drift.generation.fingerprint import is_current  # noqa: PLC0415

    return is_current(ROOT)


def _workers() -> str:
    """Two more than there are cores: many tests wait for sockets and for other processes."""
    return str((os.cpu_count() or 1) + 2)


@nox.session
def tests(session: nox.Session) -> None:
    """The suite against the built wheel; needs neither Node nor, once installed, a network: `-- -k aimms` selects."""
    _install(session, "tests", wheel=True)
    _suite(session)


@nox.session(default=False, python=PYTHONS)
def suite(session: nox.Session) -> None:
    """The same on another Python of the classifiers, with whole runs of batches: `nox -s suite-3.13`."""
    _install(session, "tests", wheel=True)
    _suite(session, whole=True)


@nox.session(default=False)
def dev(session: nox.Session) -> None:
    """The suite in Python's development mode: what nobody closed or awaited is an error, in child processes too."""
    _install(session, "tests", wheel=True)
    session.env["PYTHONDEVMODE"] = "1"
    _suite(session, whole=True)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Which branches the suite takes, in programs that tests start too, against a floor; the thinnest modules last."""
    _install(session, "tests", wheel=True)
    data = {"COVERAGE_FILE": str(Path(session.virtualenv.location).resolve() / "coverage.data")}
    session.run("coverage", "erase", env=data)
    _suite(session, whole=True, program=("coverage", "run", "-m", "pytest"), env=data)
    session.run("coverage", "combine", "--quiet", env=data)
    session.run("coverage", "report", *(["--fail-under=0"] if session.posargs else []), env=data)


@nox.session(default=False, venv_backend="uv")
def newest(session: nox.Session) -> None:
    """A canary: the suite with the newest versions, without lock and upper bounds. Its failing is news, no fault.

    The generators stay exact: others write other bytes.
    """
    every = tuple(name for name in EVERY_EXTRA if name != "codegen")
    unbound = Path(session.virtualenv.location).resolve() / "unbound.txt"
    unbound.write_text("\n".join(_without_upper_bounds(_requirements(every, ("test",)))), encoding="utf-8")
    session.install(f".[{','.join(EVERY_EXTRA)}]", *GROUPS["test"], "--upgrade", "--overrides", str(unbound))
    _suite(session, whole=True)


@nox.session(default=False, venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """A canary: the suite with the lowest versions that pyproject.toml admits, so that each lower bound is true."""
    requirements = _requirements(tuple(EVERY_EXTRA), ("test",))
    session.install("--resolution", "lowest-direct", *requirements)
    session.install("--no-deps", ".")
    _suite(session, "-W", "default::DeprecationWarning", whole=True)  # of old libraries


def _suite(
    session: nox.Session,
    *options: str,
    whole: bool = False,
    program: Sequence[str] = ("pytest",),
    env: dict[str, str] | None = None,
) -> None:
    """Run the suite; ``whole`` with the whole runs of batches, which are too long for it and run by `batch`."""
    folders = ["-o", "norecursedirs=tests/adoption tests/docs .* __pycache__"] if whole else []
    session.run(*program, "-n", _workers(), "--dist", "worksteal", *folders, *options, *session.posargs, env=env)


def _without_upper_bounds(requirements: list[str]) -> list[str]:
    from packaging.requirements import Requirement  # noqa: PLC0415 - nox brings it

    loose = [Requirement(text) for text in requirements]
    for requirement in loose:
        bounds = [one for one in requirement.specifier if one.operator in {">=", ">", "!="}]
        requirement.specifier = type(requirement.specifier)(",".join(map(str, bounds)))
    return [str(requirement) for requirement in loose]


@nox.session
def lint(session: nox.Session) -> None:
    """Style, and the floors: who may import whom."""
    _install(session, "checks")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")
    session.run("deptry", "adapters", "generated")
    session.run("bandit", "--quiet", "--recursive", "--configfile", "pyproject.toml", "adapters")


@nox.session
def types(session: nox.Session) -> None:
    """mypy --strict over our code; mypy and pyright over user code that calls the facade and the generated clients."""
    _install(session, "checks")
    session.run("mypy", *(word for package in PACKAGES for word in ("-p", package)))
    session.run("mypy", "tests/typing")
    session.run("pyright")


@nox.session
def demo(session: nox.Session) -> None:
    """The main job on a fresh machine: regenerate and check the clients, then all three clouds on the sandbox."""
    _install(session, "work")
    session.run("python", "-m", "openapi_drift", "generate", "--check", "--force")
    session.run("optcloud", "demo", *session.posargs)


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """The site, into build/docs/site, every block of code and example of it run on the sandbox: `-- -k quickstart`."""
    _install(session, "docs")
    session.run("python", "adapters/docs/build_site.py")
    session.run("pytest", "-n", _workers(), "tests/docs", *session.posargs)


@nox.session(default=False)
def interop(session: nox.Session) -> None:
    """The vendors' own published clients on the sandbox: aimmscloud, pycognito, amazon-cognito-identity-js (Node)."""
    _install(session, "interop", wheel=True)
    modules = Path(session.create_tmp()).resolve() / "node"
    with session.chdir(ROOT):
        session.run("npm", "install", "--silent", "--prefix", str(modules), COGNITO_JS, external=True)
    environment = {"OPTCLOUD_NODE_MODULES": str(modules / "node_modules"), "OPTCLOUD_INTEROP": "all"}
    session.run("pytest", "tests/interop", *session.posargs, env=environment)


@nox.session(default=False)
def leaks(session: nox.Session) -> None:
    """Processes are killed at random: machines left, launched twice, killed of others? `-- --runs N --seed N`."""
    _install(session, "tests", wheel=True)
    session.run("python", "tests/leaks/leaks.py", *session.posargs)


@nox.session(default=False)
def batch(session: nox.Session) -> None:
    """Whole runs of batches; then workers are killed at random: jobs doubled, lost? `-- --jobs N --kills N`."""
    _install(session, "tests", wheel=True)
    session.run("pytest", "-n", _workers(), "--dist", "worksteal", "tests/batch_runs")
    session.run("python", "tests/batch_kill/batch_kill.py", *session.posargs)


@nox.session(default=False)
def operations(session: nox.Session) -> None:
    """Write needs.json (what the code needs of generated/), operations.json (which verbs and commands reach an
    operation) and AIMMS PRO's page of operations."""
    _install(session, "tests")
    session.run("python", "tests/drift_check/needs_table.py")
    session.run("python", "tests/sandbox/operations.py")


@nox.session(default=False)
def package(session: nox.Session) -> None:
    """What a release uploads, into dist/: the sdist, and the wheel that is built from it; both are looked through."""
    session.install("--require-hashes", "-r", str(LOCKS / "package.txt"))
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    session.run("python", "-m", "build", "--no-isolation", "--outdir", str(dist))
    built = sorted(map(str, dist.iterdir()))
    session.run("twine", "check", "--strict", *built)
    session.install("--no-deps", *(path for path in built if path.endswith(".whl")))
    environment = {"OPTCLOUD_DIST": str(dist)}
    session.run("pytest", "-p", "no:optcloud", "tests/project/test_distribution.py", env=environment)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """What optcloud costs, as ratios against a named baseline of the same run."""
    _install(session, "bench", wheel=True)
    session.run("python", "tests/bench/bench.py")


@nox.session(default=False)
def commit(session: nox.Session) -> None:
    """What pre-commit runs at each commit: only what takes seconds. `nox -R -s commit` installs once."""
    _install(session, "checks")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")


@nox.session(default=False)
def local(session: nox.Session) -> None:
    """Before a commit: formats, then checks and tests in one environment that is kept."""
    _install(session, "checks")
    session.run("ruff", "check", "--fix")
    session.run("ruff", "format")
    session.run("lint-imports")
    session.run("mypy", *(word for package in PACKAGES for word in ("-p", package)))
    session.run("pytest", "-x", *session.posargs)
