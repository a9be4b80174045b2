"""How a function becomes a command: it is given a session, ``--json`` is added, and a class stands for its options."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from typer.testing import CliRunner

from optcloud.cli.group import CommandGroup, Root
from optcloud.cli.options import argument, flag, option
from optcloud.cli.session import CliSession


@dataclass(frozen=True)
class Size:
    """Options that several commands share."""

    width: Annotated[int, option("--width", "N", "How wide.")]
    height: Annotated[int, option("--height", "N", "How high.")] = 3

    @property
    def area(self) -> int:
        return self.width * self.height


app = CommandGroup(cls=Root)


@app.command()
def draw(
    session: CliSession,
    *,
    name: Annotated[str, argument("NAME", "What.")],
    size: Size,
    fill: Annotated[bool, flag("--fill", "Fill it.")] = False,
) -> None:
    """Draw something."""
    session.out.data({"name": name, "area": size.area, "fill": fill}, f"{name}: {size.area}")


@app.command("rm")
def remove(session: CliSession, *, name: Annotated[str, argument("NAME", "What.")]) -> None:
    """Remove something."""
    session.done("removed", name=name)


@app.command()
def paint(
    session: CliSession,
    *,
    colour_name: Annotated[str, option("NAME", "Which.")] = "red",
    two_coats: Annotated[bool, flag("Again.")] = False,
) -> None:
    """Paint something."""
    session.out.data({"colour": colour_name, "coats": 1 + two_coats})


def invoke(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments), prog_name="optcloud")


def test_the_fields_of_a_class_are_options() -> None:
    assert invoke("draw", "box", "--width", "4").stdout == "box: 12\n"
    assert invoke("draw", "box", "--width", "4", "--height", "5").stdout == "box: 20\n"


def test_a_field_without_a_default_is_needed() -> None:
    result = invoke("draw", "box")
    assert result.exit_code == 2
    assert "--width" in result.stderr


def test_an_option_is_called_after_its_parameter_unless_it_has_a_name() -> None:
    """A flag made so has no ``--no-`` beside it."""
    found = json.loads(invoke("paint", "--colour-name", "blue", "--two-coats", "--json").stdout)
    assert found == {"colour": "blue", "coats": 2}
    assert "--no-" not in invoke("paint", "--help").stdout


@pytest.mark.parametrize("command", ["draw", "rm"])
def test_each_command_has_json(command: str) -> None:
    assert "--json" in invoke(command, "--help").stdout


def test_help_lists_options_in_the_order_of_the_function() -> None:
    text = invoke("draw", "--help").stdout
    found = [text.index(name) for name in ("--width", "--height", "--fill", "--json")]
    assert found == sorted(found)


def test_json_is_printed_when_it_is_asked_for() -> None:
    found = json.loads(invoke("draw", "box", "--width", "4", "--fill", "--json").stdout)
    assert found == {"name": "box", "area": 12, "fill": True}
    assert json.loads(invoke("rm", "box", "--json").stdout) == {"name": "box", "done": "removed"}


def test_what_was_done_is_said_to_people() -> None:
    assert invoke("rm", "box").stdout == "removed box\n"


def test_a_registered_function_stays_a_function() -> None:
    assert remove.__name__ == "remove"
    assert invoke("--help").stdout.count("Draw something.") == 1
