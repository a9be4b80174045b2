"""AIMMS PRO REST API v2: tasks, apps, AIMMS versions. "Facts" below are the AIMMS facts sheet, by section."""
