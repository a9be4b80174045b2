"""Plans: submit a problem, wait for its solution."""
