"""`optcloud adiutaopt login` and `logout`: what is kept, what is asked, and that nothing typed shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from optcloud.sandbox import Sandbox
from patience import PATIENCE

pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of POSIX")


def sign_ins(sandbox: Sandbox) -> list[str | None]:
    return [entry.operation for entry in sandbox.journal() if entry.vendor == "cognito"]


@pytest.fixture
def problem(tmp_path: Path) -> str:
    path = tmp_path / "problem.json"
    path.write_text('{"meta": {}, "parameters": {}, "tasks": [], "workers": []}', encoding="utf-8")
    return str(path)


def kept() -> list[Path]:
    return sorted(Path(os.environ["XDG_STATE_HOME"]).rglob("*.json"))


def test_login_keeps_tokens_that_later_commands_use(
    run: Run, sandbox: Sandbox, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("adiutaopt", "login")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{sandbox.credentials.username} is signed in until 20")
    assert str(kept()[0]) in result.stdout
    monkeypatch.delenv("OPTCLOUD_ADIUTAOPT_PASSWORD")
    for _ in range(2):
        assert run("adiutaopt", "solve", problem, "--no-wait").exit_code == 0
    assert sign_ins(sandbox) == ["InitiateAuth", "RespondToAuthChallenge"]


def test_without_login_the_first_command_signs_in_for_all(run: Run, sandbox: Sandbox, problem: str) -> None:
    for _ in range(2):
        assert run("adiutaopt", "solve", problem, "--no-wait").exit_code == 0
    assert sign_ins(sandbox) == ["InitiateAuth", "RespondToAuthChallenge"]


def test_logout_removes_them_and_revokes(run: Run, sandbox: Sandbox) -> None:
    run("adiutaopt", "login")
    assert run("adiutaopt", "logout").stdout == "signed out\n"
    assert kept() == [] and sign_ins(sandbox)[2:] == ["RevokeToken"]
    result = run("adiutaopt", "logout", "--json")
    assert json.loads(result.stdout) == {"was_signed_in": False, "revoked": False, "refusal": None}
    assert run("adiutaopt", "logout").stdout == "nobody was signed in\n"


def test_login_as_json(run: Run, sandbox: Sandbox) -> None:
    said = json.loads(run("adiutaopt", "login", "--json").stdout)
    assert set(said) == {"user", "until", "kept"} and said["user"] == sandbox.credentials.username


def test_a_setting_turns_keeping_off(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_ADIUTAOPT_TOKEN_CACHE", "off")
    assert "not kept for later commands" in run("adiutaopt", "login").stdout
    assert kept() == []


def test_without_a_terminal_nobody_is_asked(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    user = sandbox.credentials
    sandbox.add_cognito_user(user.username, user.password, challenge="SMS_MFA")
    result = run("adiutaopt", "login", stdin=b"246810\n")
    assert result.exit_code == 4
    assert "needs the code sent by SMS to +*******0000 (SMS_MFA), and nobody can be asked here" in result.stderr
    monkeypatch.delenv("OPTCLOUD_ADIUTAOPT_PASSWORD")
    result = run("adiutaopt", "login")
    assert result.exit_code == 4
    assert "adiutaopt.password was not found" in result.stderr


def test_a_clock_that_is_off_is_told(run: Run, sandbox: Sandbox) -> None:
    sandbox.turn(3600)
    result = run("adiutaopt", "login")
    assert result.exit_code == 0 and "s behind that of Amazon Cognito: corrected for" in result.stderr


# ---------------------------------------------------------------- at a terminal


def at_terminal(answers: list[str], *arguments: str) -> tuple[int, str, str]:
    """Run on a terminal, typing each answer when it is asked for; return exit code, stdout, and what was shown."""
    ours, theirs = pty.openpty()
    shown = b""
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    command = [sys.executable, "-m", "optcloud", *arguments]
    with subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=environment, start_new_session=True
    ) as process:
        os.close(theirs)
        patience = threading.Timer(PATIENCE, process.kill)  # for a prompt that never comes
        patience.start()
        waiting = list(answers)
        try:
            while data := os.read(ours, 4096):
                shown += data
                if waiting and shown.rstrip().endswith((b"gives up):", b"once more:")):
                    shown += b"<typed>"
                    os.write(ours, waiting.pop(0).encode() + b"\n")
        except OSError:  # how Linux says that the other end is closed
            pass
        assert process.stdout is not None
        out = process.stdout.read().decode()
        code = process.wait()
        patience.cancel()
    os.close(ours)
    assert waiting == [], shown.decode()
    return code, out, shown.decode()


@pytest.fixture
def asked(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A user without a password in the settings, of whom a new one and a code are asked."""
    monkeypatch.delenv("OPTCLOUD_ADIUTAOPT_PASSWORD")
    user = sandbox.credentials
    sandbox.add_cognito_user(user.username, user.password, challenge=["NEW_PASSWORD_REQUIRED", "SMS_MFA"])
    return user


def test_a_person_types_what_is_asked_and_nothing_of_it_shows(sandbox: Sandbox, asked: Any) -> None:
    new, code = "Fake-Typed-Password-9", sandbox.cognito_code(asked.username, "SMS_MFA")
    answers = [asked.password, new, "something else", new, new, "000000", code]
    exit_code, out, shown = at_terminal(answers, "adiutaopt", "login")
    assert exit_code == 0, shown
    assert "is signed in until" in out and len(kept()) == 1
    assert "these two differ" in shown and "CodeMismatchException" in shown and "+*******0000" in shown
    for secret in (*answers, "Traceback"):
        assert secret not in shown + out
    assert new not in kept()[0].read_text()


def test_an_empty_answer_gives_up(sandbox: Sandbox, asked: Any) -> None:
    exit_code, out, shown = at_terminal([asked.password, ""], "adiutaopt", "login")
    assert (exit_code, out, kept()) == (4, "", [])
    assert "asks for NEW_PASSWORD_REQUIRED, and no answer was given" in shown
