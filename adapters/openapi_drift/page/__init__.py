"""A vendor's page that has no document behind it, checked against a small table."""
