"""A batch: a study of scenarios that survives `kill -9`; start it again, and it goes on where it was.

optcloud sandbox -- python batch_study.py
"""

from optcloud import OptCloud


def main() -> None:
    """Add what is missing, run what is to be done, write all results."""
    scenarios = [{"id": f"machines-{number}", "machines": number} for number in range(1, 11)]
    with OptCloud() as oc:
        batch = oc.batch("study", store="study.sqlite")
        batch.add(oc.aimms.service("Scheduling", "solve"), scenarios, key="id")
        batch.run(limit=5)
        print(batch.counts())
        batch.to_csv("results.csv")


if __name__ == "__main__":
    main()
