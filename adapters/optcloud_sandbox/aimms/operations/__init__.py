"""The operations of the AIMMS services, each a method named after its operationId in the effective document.

Of the newer services (user-manager, session-manager, secret-manager) the vendor's pages name paths, filters and a few
fields; statuses, shapes of lists and most fields are the sandbox's own, marked "inferred".
"""
