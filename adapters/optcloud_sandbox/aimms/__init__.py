"""AIMMS PRO REST API v2: tasks, apps, AIMMS versions. "AIMMS facts" are in `specs/aimms-pro-v2/FACTS.md`."""
