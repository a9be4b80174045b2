"""What a launch asks for, checked with the page's messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from optcloud_sandbox.gurobi.constants import LICENSE_TYPES, MACHINE_TYPES, REGIONS, VERSIONS
from optcloud_sandbox.parsing import whole_number
from optcloud_sandbox.refusal import Refusal

MOST_MACHINES = 100  # the sandbox's own guard


@dataclass(frozen=True)
class LaunchOrder:
    """A launch whose fields were found good; `license_id` None is the smallest."""

    count: int
    license_type: str
    license_id: str | None
    region: str
    machine_type: str
    idle_shutdown: int
    version: str
    password: str | None = field(repr=False)

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "LaunchOrder":
        # The C# sample sends licenseType, licenseId and userPassword without a value when it was given none: an empty
        # value is none (inferred).
        fields_sent = {name: value for name, value in form.items() if value}
        return cls(
            count=_number(fields_sent.get("numMachines"), 1, MOST_MACHINES, "Invalid Number of Machines"),
            license_type=_word(fields_sent.get("licenseType", LICENSE_TYPES[0]), LICENSE_TYPES, "Invalid License Type"),
            license_id=fields_sent.get("licenseId"),
            region=_word(fields_sent.get("region", "us-east-1"), REGIONS, "Invalid Region"),
            machine_type=_word(fields_sent.get("machineType", "c4.2xlarge"), MACHINE_TYPES, "Invalid Machine Type"),
            # The page has no message for these two: the sandbox's own.
            idle_shutdown=_number(fields_sent.get("idleShutdown", "60"), 0, 1_000_000, "Invalid Idle Shutdown"),
            version=_word(fields_sent.get("GRBVersion", VERSIONS[-1]), VERSIONS, "Invalid Gurobi Version"),
            password=fields_sent.get("userPassword"),
        )


def _word(value: str, allowed: tuple[str, ...], message: str) -> str:
    if value not in allowed:
        raise Refusal(400, message)
    return value


def _number(text: str | None, least: int, most: int, message: str) -> int:
    found = whole_number(text or "", least, most)
    if found is None:
        raise Refusal(400, message)
    return found
