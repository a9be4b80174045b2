"""`optcloud config`: profiles, and where each setting comes from."""
