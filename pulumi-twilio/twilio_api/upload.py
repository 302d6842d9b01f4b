"""A file among the fields of a request."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Upload:
    """Its name, bytes and content type. A request with one becomes multipart."""

    filename: str
    content: bytes
    content_type: str
