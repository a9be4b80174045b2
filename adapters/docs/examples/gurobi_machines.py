"""Gurobi Instant Cloud: rent machines around a program of yours, and give them back whatever happens.

optcloud sandbox -- python gurobi_machines.py
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from optcloud import OptCloud

PROGRAM = "import os; print('would solve by', open(os.environ['GRB_LICENSE_FILE']).readline().strip())"


def main() -> None:
    """Rent two, run, and look that nothing is left."""
    with OptCloud() as oc:
        with oc.gurobi.launch(2, idle_shutdown=30) as pool, tempfile.TemporaryDirectory() as folder:
            license_file = Path(folder, "gurobi.lic")
            pool.save_license(license_file)
            environment = os.environ | {"GRB_LICENSE_FILE": str(license_file)}
            subprocess.run([sys.executable, "-c", PROGRAM], env=environment, check=True)
            print(pool.hours(), "machine-hours so far")
        print([machine.state for machine in oc.gurobi.machines()])


if __name__ == "__main__":
    main()
