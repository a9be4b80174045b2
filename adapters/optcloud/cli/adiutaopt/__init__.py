"""`optcloud adiutaopt`."""
