"""The newer services beside the API v2: user-manager, session-manager, secret-manager.

Their pages name paths, filters and a few fields (`specs/aimms-*-manager-v1`); statuses, shapes of lists and most fields
are the sandbox's own, marked "inferred".
"""
