"""adiutaOpt, schema v6.0.0: submit, solution, versions. F… and C… are numbers of the adiutaOpt facts sheet."""
