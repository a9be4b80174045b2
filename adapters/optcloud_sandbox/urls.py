"""Where the vendors are under the root of a sandbox."""

from dataclasses import dataclass

# By the package of a service, where it is below the host. As the client asks: the `servers` of a document are not
# read, since their addresses may be relative, several, or templates.
AIMMS_BASES = {
    "aimms_pro": "/pro-api/v2",
    "aimms_user_manager": "/pro/user-manager/v1",
    "aimms_session_manager": "/pro/session-manager/v1",
    "aimms_secret_manager": "/pro/secret-manager/v1",  # a path  # nosec B105
}


@dataclass(frozen=True)
class Urls:
    """Base URLs of a running sandbox."""

    root: str

    @property
    def aimms(self) -> str:
        return f"{self.root}/aimms{AIMMS_BASES['aimms_pro']}"

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
