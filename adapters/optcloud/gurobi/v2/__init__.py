"""Gurobi Instant Cloud, REST API v2: licenses, machines and named pools, as far as its wire is known.

What is known, and where from, is in FACTS.md beside this file. What is not known is not guessed: the verb raises
`Unsupported` and says what is missing.
"""
