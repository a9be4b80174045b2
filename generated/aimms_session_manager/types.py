"""Contains some shared types for properties"""

from collections.abc import Mapping, MutableMapping
from typing import IO, BinaryIO, Generic, Literal, TypeVar

from attrs import define


class Unset:
    def __bool__(self) -> Literal[False]:
        return False

    def __reduce__(self) -> str:
        return "UNSET"


UNSET: Unset = Unset()

# The types that `httpx.Client(files=)` can accept, copied from that library.
FileContent = IO[bytes] | bytes | str
FileTypes = (
    # (filename, file (or bytes), content_type)
    tuple[str | None, FileContent, str | None]
    # (filename, file (or bytes), content_type, headers)
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
RequestFiles = list[tuple[str, FileTypes]]


@define
class File:
    """Contains information for file uploads, and the content of replies that are bytes"""

    payload: BinaryIO | bytes
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """Return a tuple representation that httpx will accept for multipart/form-data"""
        return self.file_name, self.payload, self.mime_type

    def read(self) -> bytes:
        """The content as bytes, so that it can be sent again, and by asynchronous clients"""
        return self.payload if isinstance(self.payload, bytes) else self.payload.read()

    def content_type(self, documented: tuple[str, ...], default: str | None) -> str:
        """The Content-Type to send this with: mime_type, if the document has it, or else the default

        Raises:
            ValueError: If mime_type is not documented for this operation, or is needed and not given.
        """
        if self.mime_type is None:
            if default is None:
                raise ValueError(f"File.mime_type is missing, it must be one of: {', '.join(documented)}")
            return default
        kind = media_type(self.mime_type)
        for known in map(media_type, documented):
            if "/" in kind and (
                known in ("*/*", kind) or (known.endswith("/*") and kind.startswith(known[:-1]))
            ):
                return self.mime_type
        raise ValueError(f"File.mime_type is {self.mime_type!r}, it must be one of: {', '.join(documented)}")


def media_type(content_type: str) -> str:
    """A Content-Type without its parameters, in lower case"""
    return content_type.partition(";")[0].strip().lower()


T = TypeVar("T")


@define
class Response(Generic[T]):
    """A response from an endpoint"""

    status_code: int
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T | None


__all__ = ["UNSET", "File", "FileTypes", "RequestFiles", "Response", "Unset", "media_type"]
