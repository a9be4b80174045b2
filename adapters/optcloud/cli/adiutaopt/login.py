"""`optcloud adiutaopt login` and `logout`."""

from __future__ import annotations

from optcloud.cli.session import CliSession


def login(session: CliSession) -> None:
    """Sign in and keep the tokens for later commands.

    Asks for what the settings do not have and the pool wants: the password, the code of a second factor, a new
    password. Passwords are not kept.

    Examples:
        optcloud adiutaopt login
        optcloud --profile prod adiutaopt login
    """
    with session.connect() as oc:
        done = oc.adiutaopt.session.sign_in()
    until = done.until.isoformat(timespec="seconds")
    kept = f"renewed from then on; kept at {done.kept}" if done.kept else "not kept for later commands"
    record = {"user": done.username, "until": until, "kept": done.kept}
    session.out.data(record, f"{done.username} is signed in until {until}; {kept}")


def logout(session: CliSession) -> None:
    """Forget the tokens that are kept.

    The vendor is asked to revoke the refresh token. An ID token that was given out before lasts to its end, an hour at
    most.

    Examples:
        optcloud adiutaopt logout
        optcloud --profile prod adiutaopt logout
    """
    with session.connect() as oc:
        done = oc.adiutaopt.session.sign_out()
    words = "signed out" if done.was_signed_in else "nobody was signed in"
    if done.refusal:
        words += f"; the refresh token was not revoked: {done.refusal}"
    record = {"was_signed_in": done.was_signed_in, "revoked": done.revoked, "refusal": done.refusal}
    session.out.data(record, words)
