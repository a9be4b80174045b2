"""What changes from API v1 to v2, as tables for people who move (FACTS.md has the sources)."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

MigrationSource: TypeAlias = Literal["vendor", "client", "inferred", "not published"]
"""``client``: seen in the source of third-party clients, which the vendor does not vouch for."""
NOT_PUBLISHED: MigrationSource = "not published"


@frozen
class MigrationChange:
    """Something of v1, what it is in v2 ("" where that is not published), and who says so."""

    v1: str
    v2: str
    source: MigrationSource
    note: str = ""


def _table(
    *rows: tuple[str, str, MigrationSource] | tuple[str, str, MigrationSource, str],
) -> tuple[MigrationChange, ...]:
    return tuple(MigrationChange(*row) for row in rows)


TRANSPORT = _table(
    (
        "a key of v1",
        "a key of v2: one of the account, or one of a license",
        "vendor",
        "keys of one do not open the other",
    ),
    ("https://cloud.gurobi.com/api", "https://cloud.gurobi.com/api/v2", "vendor", "HTTPS only: HTTP is an error"),
    ("parameter id", "header X-GUROBI-ACCESS-ID", "vendor"),
    (
        "headers X-Gurobi-Signature, X-Gurobi-Date",
        "header X-GUROBI-SECRET-KEY",
        "vendor",
        "nothing is signed, so clocks may differ",
    ),
    ("refusals as text", "refusals as a JSON object", "vendor", "the names in it are not published"),
)
VERBS = _table(
    ("licenses()", "licenses()", "client", "GET /licenses"),
    ("machines()", "machines()", "client", "GET /machines; with ?poolId=ID those of a pool"),
    (
        "launch(N)",
        "create_pool(NAME), then its start_and_wait()",
        "client",
        "POST /pools, POST /pools/ID/machines; launching machines one by one is not published",
    ),
    ("kill(IDS)", "", NOT_PUBLISHED, "idle shutdown ends them, or you do in the Instant Cloud Manager"),
    ("with launch(N) as pool", "", NOT_PUBLISHED, "needs a request that terminates"),
)
OPTIONS = _table(
    ("numMachines (count)", "nbComputeServers (compute_servers)", "client", "set later with scale(N)"),
    ("numMachines beyond the first", "nbDistributedWorkers (distributed_workers)", "client", "of each server"),
    ("machineType (machine_type)", "machineType (machine_type)", "client", "its words are not published"),
    ("idleShutdown (idle_shutdown)", "idleShutdown (idle_shutdown)", "client", "minutes"),
    ("licenseId (license_id)", "", NOT_PUBLISHED, "a key of one license reaches that license only"),
    ("licenseType (license_type)", "", NOT_PUBLISHED),
    ("region", "", NOT_PUBLISHED, "a pool has one: by more={…}, or in the Instant Cloud Manager"),
    ("GRBVersion (version)", "", NOT_PUBLISHED, "a pool has one: by more={…}, or in the Instant Cloud Manager"),
    ("userPassword (password)", "", NOT_PUBLISHED),
)
FIELDS = _table(
    ("licenseId", "id", "client"),
    ("credit", "credit", "client"),
    ("expiration, ratePlan", "", NOT_PUBLISHED),
    ("_id", "machineId", "client"),
    ("createTime", "createdAt", "client"),
    ("all other fields of a machine", "", NOT_PUBLISHED, "what comes is in .reply"),
)
STATES = _table(  # the words of the Instant Cloud Manager; that the API says the same is inferred
    ("launching", "launching", "vendor"),
    ("pending", "pending", "vendor"),
    ("obtaining license", "configuring, then starting", "inferred", "by their place in the order"),
    ("idle", "idle", "vendor"),
    ("running", "running", "vendor"),
    ("killing", "killing", "vendor"),
    ("shutting down", "shutting down", "vendor"),
    ("launch error", "error", "inferred", "in the list for about 2 minutes"),
)
LICENSE_FILE = (
    ("CLOUDACCESSID", "the access ID of a v2 key"),
    ("CLOUDSECRETKEY", "its secret key; files from the Instant Cloud Manager may say CLOUDKEY"),
    ("LICENSEID", "the license, as downloaded files have it"),
    ("CLOUDPOOL", "the pool's id, such as 999999-default; left out: the license's default pool"),
)
END_OF_V1 = (
    "The vendor announced with guide 8.0 that v1 would not be there in the next release; guides since 9.0 tell of v2 "
    "only."
)
WHERE_KEYS_ARE = (
    "Make a v2 key in the Instant Cloud Manager, under API keys; the key in a gurobi.lic that was downloaded there is "
    "one already (so it is used by a third-party client)."
)
STILL_V1 = "While anything still needs v1, keep its profile and its key: both keys may live side by side."
