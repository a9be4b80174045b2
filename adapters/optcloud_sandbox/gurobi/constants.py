"""The words of Gurobi's page on API v1: what may be asked for, and the states of a machine."""

MACHINE_TYPES = ("c4.large", "c4.2xlarge", "c4.4xlarge", "c4.8xlarge", "r3.8xlarge")
REGIONS = (
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-central-1",
    "eu-west-1",
    "ap-northeast-1",
    "ap-southeast-1",
    "ap-southeast-2",
)
LICENSE_TYPES = ("light compute server", "full compute server")
WORKER = "distributed worker"
VERSIONS = ("7.0", "7.5", "8.0")

COMING = ("launching", "pending", "obtaining license")
IDLE, RUNNING = "idle", "running"
GOING = ("killing", "shutting down")
FAILED = ("launch error", "error")  # "error" is the later product's word (Gurobi facts 4)
NAMED = ("obtaining license", IDLE, RUNNING, *GOING)  # in any other state, unknown ones included, DNSName is "-"
GONE = "gone"  # never on the wire: not in the list any more
