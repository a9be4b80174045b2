"""`optcloud sandbox`."""
