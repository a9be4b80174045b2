"""adiutaOpt, schema v6.0.0: submit, solution, versions. "adiutaOpt facts" are in `specs/adiutaopt-v6/FACTS.md`."""
