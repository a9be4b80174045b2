"""A vendor says no: raised anywhere below a route, written on the wire in the vendor's own form by its routes."""

from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818 - a reply of the vendor, not an error of the sandbox
    """`status` and `message` of an error reply; `name` is the vendor's word for it where it has one."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        name: str | None = None,
        details: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.name = name
        self.details = details
        self.headers = headers
