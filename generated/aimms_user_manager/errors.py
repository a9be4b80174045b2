"""Contains shared errors types that can be raised from API functions"""

_EXCERPT = 500


class UnexpectedStatus(Exception):
    """Raised by api functions when the response status an undocumented status and Client.raise_on_unexpected_status is True"""

    def __init__(self, status_code: int, content: bytes):
        self.status_code = status_code
        self.content = content
        super().__init__(status_code, content)

    def __str__(self) -> str:
        return f"Unexpected status code: {self.status_code}\n\nResponse content:\n{self._excerpt()}"

    def _excerpt(self) -> str:
        text = self.content[: _EXCERPT * 4].decode(errors="replace")
        return (
            text if len(text) <= _EXCERPT and len(self.content) <= _EXCERPT * 4 else text[:_EXCERPT] + " ..."
        )


class UnexpectedContent(UnexpectedStatus):
    """Raised by api functions when the status is documented, but the content is not what the document says:
    an HTML page of a proxy, cut JSON, a missing property."""

    def __init__(self, status_code: int, content: bytes, content_type: str | None = None):
        super().__init__(status_code, content)
        self.content_type = content_type
        self.args = (status_code, content, content_type)

    def __str__(self) -> str:
        return (
            f"Unexpected content for status code {self.status_code} (Content-Type: {self.content_type})"
            f"\n\nResponse content:\n{self._excerpt()}"
        )


class ErrorReply(UnexpectedStatus):
    """Raised by sync and asyncio for a status that is no success; ``parsed`` is the body, where the document has one for
    it. (Behind optcloud's transport no such reply arrives here: its own errors are raised before.)"""

    def __init__(self, status_code: int, content: bytes, parsed: object = None):
        super().__init__(status_code, content)
        self.parsed = parsed
        self.args = (status_code, content, parsed)

    def __str__(self) -> str:
        return f"Error status code: {self.status_code}\n\nResponse content:\n{self._excerpt()}"


__all__ = ["ErrorReply", "UnexpectedContent", "UnexpectedStatus"]
