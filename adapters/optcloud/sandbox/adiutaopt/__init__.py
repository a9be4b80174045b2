"""adiutaOpt, schema v6.0.0: submit, solution, versions. Fact numbers (F…, C…) are those of the adiutaOpt facts sheet."""
