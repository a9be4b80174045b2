"""AIMMS PRO REST API v2: publish apps, run tasks."""
