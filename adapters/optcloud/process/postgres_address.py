"""The address of a PostgreSQL database, without its password wherever it is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from attrs import frozen

from optcloud.core.errors import ConfigError
from optcloud.core.extras import missing, need
from optcloud.core.secret import Redactor, Secret

OLDEST = 130000  # server version: the first that tells what became of a transaction
_UNREADABLE = (
    "the address is no postgresql://user:password@host:port/database; signs such as / : @ % in a password are "
    "written as %2F %3A %40 %25, or the password is given by PGPASSWORD or ~/.pgpass"
)
_OPTIONS = {
    "connect_timeout": "10",
    "application_name": "optcloud",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}


def psycopg_driver() -> Any:
    """Return psycopg, with its submodule for addresses. Raises `ConfigError` where it is not installed."""
    package, purpose = "optcloud[fleet]", "postgresql://"
    try:
        psycopg = need("psycopg", package=package, purpose=purpose)
        need("psycopg.conninfo", package=package, purpose=purpose)
    except ImportError as error:  # it is there without libpq, which its extra "binary" brings
        raise missing("psycopg[binary]", package=package, purpose=purpose) from error
    return psycopg


@frozen
class DatabaseAddress:
    """Where a database is, and how it is entered."""

    parts: Mapping[str, str]
    password: Secret | None
    shown: str

    @classmethod
    def parse(cls, url: str) -> DatabaseAddress:
        """Take an address apart. Raises `ConfigError`, not in the driver's words, which may have part of a password."""
        driver = psycopg_driver()
        try:
            parts = dict(driver.conninfo.conninfo_to_dict(url))
        except driver.Error:
            raise ConfigError(_UNREADABLE) from None
        password = parts.pop("password", None)
        host, port, name = (str(parts.get(part) or "") for part in ("host", "port", "dbname"))
        if re.search(r"[@/\s]", name) or re.search(r"[@\s]", host) or re.search(r"[^0-9,]", port):
            raise ConfigError(_UNREADABLE)
        user = f"{quote(parts['user'])}@" if parts.get("user") else ""
        shown = f"postgresql://{user}{host}{port and f':{port}'}/{name}"
        return cls(parts, None if password is None else Secret(password), shown)

    def options(self) -> dict[str, Any]:
        """Return what a connection is made with: the person's own options come first."""
        password = {} if self.password is None else {"password": self.password.reveal()}
        return {**_OPTIONS, **self.parts, **password}

    def hide(self, text: str) -> str:
        """Take the password out of a text."""
        return text if self.password is None else Redactor([self.password])(text)

    def check(self, version: int) -> None:
        """Raise `ConfigError` for a server that is too old."""
        if version < OLDEST:
            raise ConfigError(f"{self.shown} is PostgreSQL {version // 10000}; {OLDEST // 10000} or newer is needed")
