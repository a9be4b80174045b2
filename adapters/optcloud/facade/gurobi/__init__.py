"""Gurobi Instant Cloud as a person thinks of it: `cloud` has what ``oc.gurobi`` is, `pools` what a launch gives."""
