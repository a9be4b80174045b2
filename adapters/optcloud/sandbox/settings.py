"""What the vendors leave open, as settings."""

from dataclasses import dataclass
from typing import Literal

StillCalculating = Literal[202, 204, 404]
AuthorizationForm = Literal["either", "bearer", "bare"]

MEGABYTE = 1_000_000  # the smaller reading of the vendors' "MB" and "Mb": what passes here passes there (inferred)


@dataclass(frozen=True)
class Limits:
    """Largest bodies in bytes."""

    aimms_task: int = 256 * MEGABYTE  # AIMMS facts, section 7
    plan_plain: int = 6 * MEGABYTE  # adiutaOpt F035: must be less than this
    plan_compressed: int = 4_500_000  # adiutaOpt F036
    plan_decompressed: int = 512 * MEGABYTE  # the sandbox's own guard


@dataclass(frozen=True)
class Settings:
    """Choices where a vendor's documents are silent or contradict themselves.

    `still_calculating`: how adiutaOpt answers for an unfinished plan (F053: not published): 202 or 204, empty, or 404.
    `authorization`: adiutaOpt's header with "Bearer", without it ("bare"), or "either" (C01: the page shows both).
    """

    still_calculating: StillCalculating = 202
    authorization: AuthorizationForm = "either"
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        if self.still_calculating not in (202, 204, 404):
            raise ValueError(f"still_calculating must be 202, 204 or 404, got {self.still_calculating!r}")
        if self.authorization not in ("either", "bearer", "bare"):
            raise ValueError(f"authorization must be 'either', 'bearer' or 'bare', got {self.authorization!r}")
