"""adiutaOpt: submit shift, mixed (tour) and floor problems, fetch their solutions."""
