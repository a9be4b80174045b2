"""adiutaOpt: check a problem, solve it, say who does what and what nobody does, and save plan and table.

optcloud sandbox -- python adiutaopt_plan.py
"""

from datetime import date, datetime, timedelta
from typing import Any

from optcloud import OptCloud
from optcloud.adiutaopt.problem.values import vendor_time

MONDAY = date(2026, 3, 2)


def problem() -> dict[str, Any]:
    """Return five days with two shifts each, and two workers."""
    tasks = []
    for day in (MONDAY + timedelta(days=number) for number in range(5)):
        for name, start, end in (("early", 6, 14), ("late", 14, 22)):
            begins, ends = (datetime(day.year, day.month, day.day, hour) for hour in (start, end))
            times = {"startTime": vendor_time(begins, on=day), "endTime": vendor_time(ends, on=day)}
            tasks.append({"id": f"{day}-{name}", "name": name, "date": day, **times})
    return {
        "meta": {},
        "parameters": {},
        "tasks": tasks,
        "workers": [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Bo"}],
    }


def main() -> None:
    """Solve, tell, save."""
    with OptCloud() as oc:
        for fault in oc.adiutaopt.shift.check(problem()).faults:
            print("fault:", fault)
        solution = oc.adiutaopt.shift.submit(problem()).result(timeout=3600)
    for row in solution.assignments:
        print(row.worker_name, row.task_name, row.start, row.end)
    print(len(solution.unassigned), "that nobody does")
    solution.save("solution.json")
    solution.to_csv("plan.csv")


if __name__ == "__main__":
    main()
