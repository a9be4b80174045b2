"""`optcloud spec`: the vendors' documents, what is generated from them, and what changed."""
