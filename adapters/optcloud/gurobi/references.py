"""References to what runs at Gurobi: machines of API v1 by their ids, pools of API v2 by a word before their id."""

from __future__ import annotations

from optcloud.core.reference import Reference

_POOL = "pool"  # the first part of the path; no machine's id is as short (Gurobi facts 4: inferred)


def pool_reference(profile: str, pool_id: str) -> Reference:
    """Return ``gurobi:PROFILE/pool/ID``."""
    return Reference("gurobi", profile, (_POOL, pool_id))


def is_pool(reference: Reference) -> bool:
    """Say whether a reference names a pool of v2."""
    return len(reference.path) == 2 and reference.path[0] == _POOL


def pool_id_of(reference: Reference) -> str:
    """Return the id of a pool of v2."""
    return reference.path[1]
