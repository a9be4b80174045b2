"""API keys of AIMMS PRO and their scopes."""
