"""`optcloud gurobi`."""
