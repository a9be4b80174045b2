"""The settings of each cloud: what they are called, what they mean, and what counts where one is left out."""

from __future__ import annotations

from optcloud.core.setting import Setting

AIMMS_SETTINGS = (
    Setting(
        "account",
        "OPTCLOUD_AIMMS_ACCOUNT",
        required=False,
        help="The first part of your portal's host name: acme, if you sign in at acme.aimms.cloud.",
    ),
    Setting(
        "local",
        "OPTCLOUD_AIMMS_LOCAL",
        required=False,
        holds="yes or no",
        words=("true", "false"),
        default="false",
        help="Whether tasks run in the DEX service of an AIMMS on this machine, which takes no key.",
    ),
    Setting(
        "local_limit",
        "OPTCLOUD_AIMMS_LOCAL_LIMIT",
        required=False,
        only_with="local",
        holds="bytes",
        default="134217728",
        help="The bytes that a local DEX service takes at most, as its model says.",
    ),
    Setting(
        "url",
        "OPTCLOUD_AIMMS_URL",
        instead_of="account",
        unless="local",
        default="https://ACCOUNT.aimms.cloud/pro-api/v2; of a local service http://localhost:8080/api/v2",
        help="The address of the API up to its version, where it is not the account's usual one.",
    ),
    Setting(
        "api_key",
        "OPTCLOUD_AIMMS_API_KEY",
        unless="local",
        secret=True,
        text="key",
        help="An API key of the portal, with the scopes that you need.",
    ),
)

ADIUTAOPT_SETTINGS = (
    Setting("url", "OPTCLOUD_ADIUTAOPT_URL", help="The address of the API; your provider tells it."),
    Setting("username", "OPTCLOUD_ADIUTAOPT_USERNAME", help="The user that signs in."),
    Setting(
        "password",
        "OPTCLOUD_ADIUTAOPT_PASSWORD",
        required=False,
        secret=True,
        text="password",
        default="asked for at a terminal",
        help="The user's password.",
    ),
    Setting(
        "user_pool_id",
        "OPTCLOUD_ADIUTAOPT_USER_POOL_ID",
        help="The pool of users at Amazon Cognito, such as eu-central-1_AbCdEfGhI; your provider tells it.",
    ),
    Setting(
        "client_id",
        "OPTCLOUD_ADIUTAOPT_CLIENT_ID",
        text="key",
        help="The app client of the pool; your provider tells it.",
    ),
    Setting(
        "client_secret",
        "OPTCLOUD_ADIUTAOPT_CLIENT_SECRET",
        required=False,
        secret=True,
        text="key",
        default="none",
        help="The secret of an app client that has one.",
    ),
    Setting(
        "cognito_url",
        "OPTCLOUD_ADIUTAOPT_COGNITO_URL",
        required=False,
        default="https://cognito-idp.REGION.amazonaws.com, of the pool's region",
        help="The address of Amazon Cognito, where it is not the usual one.",
    ),
    Setting(
        "bearer",
        "OPTCLOUD_ADIUTAOPT_BEARER",
        required=False,
        holds="yes or no",
        words=("true", "false"),
        default="true",
        help="Whether the token is sent after the word Bearer, or bare.",
    ),
    Setting(
        "token_cache",
        "OPTCLOUD_ADIUTAOPT_TOKEN_CACHE",
        required=False,
        words=("file", "keyring", "off"),
        default="off; at the command line file",
        help="Where tokens are kept between runs. Passwords are never kept.",
    ),
)

GUROBI_SETTINGS = (
    Setting(
        "access_id",
        "IC_ACCESS_ID",
        text="key",
        help="The access id of the account: see API access in the Instant Cloud Manager.",
    ),
    Setting("secret_key", "IC_SECRET_KEY", secret=True, text="key", help="The secret key that belongs to it."),
    Setting(
        "api",
        "OPTCLOUD_GUROBI_API",
        required=False,
        words=("v1", "v2"),
        default="v1",
        help="Which version of the API the key is for; keys of one do not open the other.",
    ),
    Setting(
        "url",
        "OPTCLOUD_GUROBI_URL",
        required=False,
        default="https://cloud.gurobi.com/api; of v2 https://cloud.gurobi.com/api/v2",
        help="The address of the API, where it is not the vendor's own.",
    ),
    Setting(
        "ledger",
        "OPTCLOUD_GUROBI_LEDGER",
        required=False,
        text="path",
        default="a file in the user's state folder",
        help="The file in which launches are written down, so that no machine is forgotten; off: nowhere.",
    ),
)
