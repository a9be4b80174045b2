"""`optcloud doctor`: why does it not work, for each cloud: settings, network, certificates, clock, sign-in, rights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import evolve

from optcloud.cli.exit_codes import ERROR, NOT_AUTHORISED
from optcloud.cli.options import argument
from optcloud.cli.session import CliSession
from optcloud.cli.wording import at_command_line
from optcloud.core.errors import ConfigError, CredentialsNotFound

if TYPE_CHECKING:
    from optcloud.client import OptCloud
    from optcloud.core.diagnosis import Diagnosis
    from optcloud.core.settings_sources import Config

_TIMEOUT = 10.0  # seconds an attempt, and one attempt a request: a wrong address is told at once, not after retries
_OF_THE_KEY = frozenset({"credentials", "key", "sign-in"})
_COLOURS = {"fine": "green", "warning": "yellow", "fault": "bold red", "not checked": "dim", "not set up": "dim"}
_TRY = "optcloud config init asks for settings; optcloud sandbox needs none"
CLOUDS: dict[str, tuple[str, Callable[[OptCloud], Any]]] = {
    "aimms": ("AIMMS PRO", lambda oc: oc.aimms),
    "adiutaopt": ("adiutaOpt", lambda oc: oc.adiutaopt),
    "gurobi": ("Gurobi Instant Cloud", lambda oc: oc.gurobi),
}


def _known(name: str | None) -> str | None:
    if name is not None and name not in CLOUDS:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(CLOUDS)}")
    return name


def _complete(incomplete: str) -> list[str]:
    return [name for name in CLOUDS if name.startswith(incomplete)]


Cloud = Annotated[
    str | None,
    argument(
        "CLOUD",
        "Only this cloud: aimms, adiutaopt or gurobi [default: all].",
        callback=_known,
        autocompletion=_complete,
    ),
]


def doctor(session: CliSession, *, cloud: Cloud = None) -> None:
    """Find out why a cloud does not answer as it should.

    Harmless reads of each cloud, each told as it is made: which settings were found and where, proxy and certificates,
    host, clock, key or sign-in, rights, and what bites later (keys that expire, licenses that end, a queue that does
    not move). A cloud without settings is not set up, which is no fault unless it was named, or no cloud is set up.

    Exit codes: 4 when key, sign-in or settings that are missing are the fault, 1 for other faults, 0 when there is
    none, whatever the warnings.

    Examples:
        optcloud doctor
        optcloud doctor aimms
        optcloud doctor --json
    """
    examine(session, *(CLOUDS if cloud is None else (cloud,)), is_named=cloud is not None)


def examine(session: CliSession, *clouds: str, is_named: bool) -> None:
    """Make the checks of these clouds, print them, and leave with the exit code that they come to."""
    records: list[dict[str, Any]] = []
    for cloud in clouds:
        if not is_named:
            session.out.lines(*([""] if records else []), CLOUDS[cloud][0])
        for told in _findings(session, cloud, is_named=is_named):
            finding = _at_command_line(session, told)
            records.append({"cloud": cloud} | _record(finding))
            if not session.out.as_json:
                _print(session, finding)
    faults = [record["check"] for record in records if record["verdict"] == "fault"]
    nothing = all(record["verdict"] == "not set up" for record in records)
    session.out.data({"ok": not (faults or nothing), "findings": records})
    if nothing:
        session.messages.say(f"no cloud is set up: {_TRY}", event="not set up")
        raise typer.Exit(NOT_AUTHORISED)
    if faults:
        raise typer.Exit(NOT_AUTHORISED if _OF_THE_KEY.issuperset(faults) else ERROR)


def _findings(session: CliSession, cloud: str, *, is_named: bool) -> Iterator[Diagnosis]:
    """Make the checks of one cloud; settings that lack or are wrong are the first finding."""
    from optcloud import RetryPolicy  # noqa: PLC0415 - only when it is run
    from optcloud.core.diagnosis import Diagnosis, Health  # noqa: PLC0415
    from optcloud.core.settings_sources import Config  # noqa: PLC0415

    try:
        places = _places(Config.load(session.profile), cloud)
        if not places and not is_named:
            yield Diagnosis("settings", Health.NOT_SET_UP, "there are no settings for it")
            return
        with session.connect(timeout=_TIMEOUT, retry=RetryPolicy(attempts=1)) as oc:
            opened = CLOUDS[cloud][1](oc)
            found = (f"{name} from {place}" for name, place in places.items())
            yield Diagnosis("settings", Health.FINE, "; ".join(found))
            yield from opened.doctor()
    except CredentialsNotFound as error:
        yield Diagnosis("credentials", Health.FAULT, str(error), "to try without any: optcloud sandbox")
    except ConfigError as error:
        yield Diagnosis("settings", Health.FAULT, str(error))


def _places(config: Config, cloud: str) -> dict[str, str]:
    """Return where the settings that reach a cloud were found; {} where there are none, but for a default's sake."""
    from optcloud.core.settings import ALL_SETTINGS  # noqa: PLC0415

    kind: Any = next(kind for kind in ALL_SETTINGS if cloud == kind.CLOUD)
    places = config.places(kind)
    others = {name for setting in kind.SETTINGS for name in (setting.instead_of, setting.unless)}
    reaching = {setting.name for setting in kind.SETTINGS if setting.required or setting.secret} | others
    return places if reaching & places.keys() else {}


def _at_command_line(session: CliSession, finding: Diagnosis) -> Diagnosis:
    """Return a finding in the words of the command line: options and commands."""
    options = session.messages.options
    hint = None if finding.hint is None else at_command_line(finding.hint, options)
    return evolve(finding, words=at_command_line(finding.words, options), hint=hint)


def _print(session: CliSession, finding: Diagnosis) -> None:
    verdict = finding.verdict.value
    hint = "" if finding.hint is None else f"\n{finding.hint}"
    session.out.labelled(verdict, f"{finding.check}: {finding.words}{hint}", style=_COLOURS[verdict], width=13)


def _record(finding: Diagnosis) -> dict[str, Any]:
    return {"check": finding.check, "verdict": finding.verdict.value, "words": finding.words, "hint": finding.hint}


def cloud_doctor(cloud: str) -> Callable[[CliSession], None]:
    """Return the command that examines one cloud: `optcloud CLOUD doctor`."""

    def doctor(session: CliSession) -> None:
        """Find out why it does not work: `optcloud doctor`, for this cloud alone."""
        examine(session, cloud, is_named=True)

    return doctor
