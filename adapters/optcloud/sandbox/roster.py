"""The roster that ships with the sandbox: two weeks, 20 workers, 140 tasks.

Field names beyond the published ones are the sandbox's own (see adiutaopt/problem.py).

`python -m optcloud.sandbox.roster` writes data/roster.json anew; the result is the same on any machine.
"""

import json
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

START = date(2026, 3, 2)  # a Monday
DAYS = 14
WORKERS = 20

# fmt: off
NAMES = (
    "Ada Amsel", "Ben Birke", "Cem Carus", "Dana Distel", "Emil Eiche",
    "Fatma Falke", "Gero Ginster", "Hanna Hasel", "Ivan Iltis", "Jule Jaspis",
    "Karim Kiefer", "Lena Linde", "Mats Marder", "Nora Nelke", "Otto Otter",
    "Pia Pappel", "Quirin Quitte", "Rosa Reiher", "Sven Salbei", "Tara Tanne",
)
# fmt: on

SHIFTS = (
    # name, start, end, needs, revenue; ten tasks a day
    ("early ward 1", "06:00", "14:00", ["care"], 26000),
    ("early ward 2", "06:00", "14:00", ["care"], 26000),
    ("early lead", "06:00", "14:00", ["care", "lead"], 31000),
    ("day clinic", "08:00", "16:30", ["clinic"], 28000),
    ("pharmacy round", "09:00", "13:00", ["pharmacy"], 15000),
    ("late ward 1", "14:00", "22:00", ["care"], 27000),
    ("late ward 2", "14:00", "22:00", ["care"], 27000),
    ("late lead", "14:00", "22:00", ["care", "lead"], 32000),
    ("night ward 1", "22:00", "30:00", ["care"], 34000),
    ("night ward 2", "22:00", "30:00", ["care"], 34000),
)


def roster() -> dict[str, Any]:
    """Problem for adiutaOpt's shift planner. Money in cents, `duration` in minutes."""
    return {
        "client": {"name": "Sandbox Hospital"},
        "meta": {
            "name": "Two weeks in March",
            "language": 1,
            "start": START.isoformat(),
            "end": (START + timedelta(days=DAYS - 1)).isoformat(),
            "removeInvalidTasks": False,
        },
        "parameters": {"maxCalculationSeconds": 60},
        "tasks": [_task(day, index) for day in range(DAYS) for index in range(len(SHIFTS))],
        "workers": [_worker(index) for index in range(WORKERS)],
    }


def stored() -> bytes:
    """The shipped roster as JSON text."""
    return files("optcloud.sandbox").joinpath("data", "roster.json").read_bytes()


def text() -> bytes:
    """What data/roster.json holds."""
    return json.dumps(roster(), indent=1).encode() + b"\n"


def _task(day: int, index: int) -> dict[str, Any]:
    name, start, end, needs, revenue = SHIFTS[index]
    number = day * len(SHIFTS) + index
    task: dict[str, Any] = {
        "id": 1000 + number,
        "name": name,
        "date": (START + timedelta(days=day)).isoformat(),
        "startTime": start,
        "endTime": end,
        "qualifications": list(needs),
        "revenue": revenue,
    }
    if number % 6 == 0:
        task["preferredWorkers"] = [1 + number % WORKERS]
    if number % 5 == 2:
        task["unpreferredWorkers"] = [1 + (number * 3) % WORKERS, 1 + (number * 7 + 1) % WORKERS]
    if number % 35 == 11:
        task["antiWorkers"] = [1 + (number * 2) % WORKERS]
    return task


def _worker(index: int) -> dict[str, Any]:
    qualifications = ["care"]
    if index % 3 == 0:
        qualifications.append("lead")
    if index % 4 == 1:
        qualifications.append("clinic")
    if index % 5 == 2:
        qualifications.append("pharmacy")
    worker: dict[str, Any] = {
        "id": index + 1,
        "name": NAMES[index],
        "qualifications": qualifications,
        "costsPerMinute": 38 + index % 5 * 3,
        "costsInitial": 1500,
        "maxDailyTasks": 1,
        # Five days on, two off; the days off move on with the worker.
        "workdayPattern": [0 if (day + index) % 7 in (5, 6) else 1 for day in range(7)],
        "workdayCycle": 7,
        "consecutiveNightShiftsForOffdays": 3,
        "minOffdaysAfterConsecutiveNightShifts": 2,
    }
    if index in (4, 11):
        worker["unpreferredWorkers"] = [16 - index]  # 5 and 12 would rather not work at the same time
    return worker


if __name__ == "__main__":
    Path(__file__).with_name("data").joinpath("roster.json").write_bytes(text())
