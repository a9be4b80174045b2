"""What the whole run tells at its end; here, since workers of a parallel run do not print."""

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what each verb came to on each fault, a table for each cloud."""
    kept = [pair for report in terminalreporter.getreports("passed") for pair in report.user_properties]
    if not kept:
        return
    from sandbox.matrix import OUTCOME, Table

    outcomes = [value for name, value in kept if name == OUTCOME]
    for cloud in dict.fromkeys(outcome["cloud"] for outcome in outcomes):
        terminalreporter.section(f"{cloud}: verbs on faults")
        for line in Table(outcome for outcome in outcomes if outcome["cloud"] == cloud).lines():
            terminalreporter.write_line(line)
