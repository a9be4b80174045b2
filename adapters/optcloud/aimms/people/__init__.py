"""Environments, groups and users of AIMMS PRO."""
