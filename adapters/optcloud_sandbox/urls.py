"""Where the vendors are under the root of a sandbox."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Urls:
    """Base URLs of a running sandbox."""

    root: str

    @property
    def aimms(self) -> str:
        return f"{self.root}/aimms/pro-api/v2"

    @property
    def adiutaopt(self) -> str:
        return f"{self.root}/adiutaopt"

    @property
    def cognito(self) -> str:
        return f"{self.root}/cognito/"

    @property
    def gurobi(self) -> str:
        return f"{self.root}/gurobi/api"

    @property
    def aimms_siblings(self) -> str:
        """Below it: user-manager/v1, session-manager/v1, secret-manager/v1."""
        return f"{self.root}/aimms/pro"

    @property
    def dex(self) -> str:
        """A local DEX service: no key, no apps."""
        return f"{self.root}/dex/api/v2"

    @property
    def control(self) -> str:
        return f"{self.root}/sandbox"
