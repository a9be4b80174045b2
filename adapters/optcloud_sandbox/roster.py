"""Rosters for adiutaOpt's shift planner: the one that ships with the sandbox (two weeks, 20 workers, 140 tasks), and
larger ones of a hospital, as large as wanted (`generate`).

Field names beyond the published ones are the sandbox's own (see adiutaopt/problem.py).

`python -m optcloud_sandbox.roster` writes data/roster.json anew; the result is the same on any machine.
"""

import json
import random
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


GIVEN_NAMES = (
    *(name.split()[0] for name in NAMES),
    *("Amira", "Bela", "Carla", "Deniz", "Elif", "Finn", "Greta", "Hugo", "Ines", "Jan"),
)
FAMILY_NAMES = (
    *(name.split()[1] for name in NAMES),
    *("Birkhuhn", "Dohle", "Erle", "Fuchs", "Gans", "Holunder", "Kranich", "Luchs", "Mohn", "Rabe"),
)
WARDS = ("Intensive care", "Surgery", "Emergency", "Maternity", "Geriatrics", "Paediatrics", "Cardiology", "Neurology")

WARD_SHIFTS = (
    # name, start, end, of the ward's people on a weekday, at a weekend, needs beside the ward, cents an hour
    ("early", "06:00", "14:00", 0.17, 0.11, (), 3400),
    ("early lead", "06:00", "14:00", 0.03, 0.03, ("lead",), 4100),
    ("day", "08:00", "16:30", 0.08, 0.0, (), 3300),
    ("late", "13:30", "21:30", 0.15, 0.10, (), 3500),
    ("late lead", "13:30", "21:30", 0.03, 0.03, ("lead",), 4200),
    ("night", "21:15", "30:15", 0.09, 0.09, ("night",), 4300),
)
CONTRACTS = ((1.0, 0.6), (0.75, 0.25), (0.5, 0.15))  # part of full time, and how many have such a contract


def generate(workers: int = 200, days: int = 14, seed: int = 1) -> dict[str, Any]:
    """Problem of a hospital: wards of some 25 people, shifts round the clock, thinner at weekends; the same each time.

    People have a ward, some a second one, contracts of full or part time (which make their days at work), wishes and,
    a few, a colleague whom they would rather not meet or must not. About 7 tasks a worker in two weeks, some of which
    nobody can take. ValueError for less than one worker or day.
    """
    if workers < 1 or days < 1:
        raise ValueError(f"a roster needs a worker and a day at least, got workers={workers!r}, days={days!r}")
    random_ = random.Random(seed)  # noqa: S311 - a roster is no secret  # nosec B311
    wards = [_ward_name(index) for index in range(max(1, round(workers / 25)))]
    people = [_person(random_, index, wards, workers, days) for index in range(workers)]
    staff = {ward: [person["id"] for person in people if person["qualifications"][0] == ward] for ward in wards}
    tasks: list[dict[str, Any]] = []
    for day in range(days):
        for ward in wards:
            tasks.extend(_ward_tasks(random_, len(tasks), START + timedelta(days=day), ward, staff[ward]))
    return {
        "client": {"name": "Sandbox Hospital"},
        "meta": {
            "name": f"{workers} people, {days} days",
            "language": 1,
            "start": START.isoformat(),
            "end": (START + timedelta(days=days - 1)).isoformat(),
            "removeInvalidTasks": False,
        },
        "parameters": {"maxCalculationSeconds": 600},
        "tasks": tasks,
        "workers": people,
    }


def _ward_name(index: int) -> str:
    round_, place = divmod(index, len(WARDS))
    return f"{WARDS[place]} {round_ + 1}" if round_ else WARDS[place]


def _person(random_: random.Random, index: int, wards: list[str], workers: int, days: int) -> dict[str, Any]:
    ward = wards[index % len(wards)]
    others = [other for other in wards if other != ward]
    number = index // len(wards)  # within the ward
    part = random_.choices([part for part, _ in CONTRACTS], [share for _, share in CONTRACTS])[0]
    round_, place = divmod(index, len(GIVEN_NAMES) * len(FAMILY_NAMES))
    given, family = GIVEN_NAMES[place % len(GIVEN_NAMES)], FAMILY_NAMES[place * 7 // 30 % len(FAMILY_NAMES)]
    qualifications = [ward, *(["lead"] if number % 4 == 0 else []), *(["night"] if random_.random() < 0.6 else [])]
    if others and random_.random() < 0.15:
        qualifications.append(random_.choice(others))
    person: dict[str, Any] = {
        "id": index + 1,
        "name": f"{given} {family}" + (f" {round_ + 1}" if round_ else ""),
        "qualifications": qualifications,
        "costsPerMinute": random_.randrange(36, 56),
        "costsInitial": 1500,
        "maxDailyTasks": 1,
        "maxAssignableTasks": max(1, round(days * 5 / 7 * part)),
        "workdayPattern": _days_at_work(random_, index),
        "workdayCycle": 14,
        "consecutiveNightShiftsForOffdays": 4,
        "minOffdaysAfterConsecutiveNightShifts": 2,
    }
    if workers > 1 and random_.random() < 0.04:
        field = random_.choice(("unpreferredWorkers", "antiWorkers"))
        person[field] = [random_.choice([other for other in (index, index + 2) if 1 <= other <= workers])]
    return person


def _days_at_work(random_: random.Random, index: int) -> list[int]:
    """Two weeks: every second weekend off, two days off in the other week, and now and then a day of leave."""
    weeks = [[1, 1, 1, 1, 1, 0, 0], [1] * 7]
    for day in random_.sample(range(5), 2):
        weeks[1][day] = 0
    pattern = weeks[index % 2] + weeks[1 - index % 2]
    if random_.random() < 0.2:
        pattern[random_.randrange(14)] = 0
    return pattern


def _ward_tasks(random_: random.Random, first: int, day: date, ward: str, staff: list[int]) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = []
    for name, start, end, weekday, weekend, needs, hourly in WARD_SHIFTS:
        wanted = len(staff) * (weekend if day.weekday() >= 5 else weekday)
        least = 1 if name == "early" else 0
        for place in range(max(least, int(wanted + random_.random()))):  # the part of a person by chance
            hours, minutes = (
                int(last) - int(begin) for begin, last in zip(start.split(":"), end.split(":"), strict=True)
            )
            task: dict[str, Any] = {
                "id": 1 + first + len(tasks),
                "name": f"{ward}, {name}" + (f" {place + 1}" if place else ""),
                "date": day.isoformat(),
                "startTime": start,
                "endTime": end,
                "qualifications": [ward, *needs],
                "revenue": round(hourly * (hours + minutes / 60)),
            }
            if random_.random() < 0.1:
                task["preferredWorkers"] = random_.sample(staff, min(2, len(staff)))
            if random_.random() < 0.05:
                task["unpreferredWorkers"] = [random_.choice(staff)]
            tasks.append(task)
    return tasks


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
    return files("optcloud_sandbox").joinpath("data", "roster.json").read_bytes()


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
