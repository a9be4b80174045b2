"""AIMMS PRO: run a service once for each scenario, and write what came out as CSV.

optcloud sandbox -- python aimms_scenarios.py
"""

import csv
import sys

from optcloud import JobFailed, OptCloud

SCENARIOS = [{"machines": number} for number in range(1, 5)]


def main() -> None:
    """Submit all, then take each as it ends."""
    table = csv.writer(sys.stdout)
    table.writerow(["machines", "state", "makespan"])
    with OptCloud() as oc:
        jobs = {oc.aimms.run("Scheduling", "solve", input=scenario): scenario for scenario in SCENARIOS}
        for job, status in oc.aimms.as_completed(jobs, timeout=600):
            try:
                makespan = job.result().json()["makespan"]
            except JobFailed as failed:
                makespan = f"failed: {failed}"
            table.writerow([jobs[job]["machines"], status.word, makespan])


if __name__ == "__main__":
    main()
