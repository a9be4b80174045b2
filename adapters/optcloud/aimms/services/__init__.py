"""The newer services beside AIMMS PRO's API v2: user-manager, session-manager, secret-manager."""
