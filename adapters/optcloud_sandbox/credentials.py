"""The sandbox's published credentials: fake, the same in every sandbox, worthless anywhere else."""

from dataclasses import dataclass

AIMMS_SCOPES = (
    # As the vendor's page on API keys spells them (AIMMS facts 4); older pages: PublishAIMMS, "API Key", Task.
    "Authentication",
    "PublishApp",
    "PublishAimms",
    "Tasks",
    "APIKey",
    "Session",
    "Secret",
    "User",
    "Account",
)


@dataclass(frozen=True)
class Credentials:
    """What a client needs to sign in to the sandbox. None of it is a secret."""

    aimms_account: str = "sandbox"
    aimms_api_key: str = "fake-aimms-api-key-of-the-sandbox"
    username: str = "planner@sandbox.invalid"
    password: str = "Fake-Password-Of-The-Sandbox-1"  # noqa: S105 - published on purpose
    user_pool_id: str = "eu-central-1_Sandbox00"
    client_id: str = "fakeclientidofthesandbox00"
    confidential_client_id: str = "fakeclientidwithasecret000"  # a second app client of the pool, one with a secret
    client_secret: str = "fakeclientsecretofthesandbox00000000000000000000000"  # noqa: S105 - published on purpose
    sms_code: str = "246810"
    totp_secret: str = "FAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKE"  # noqa: S105 - base32, published on purpose
    gurobi_access_id: str = "FakeAccessId00000"
    gurobi_secret_key: str = "Fake_Secret_Key_Of_The_Sandbox_000000000000"  # noqa: S105 - published on purpose


PUBLISHED = Credentials()
