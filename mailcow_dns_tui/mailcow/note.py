"""Something to tell the operator beside an answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """A sentence about one answer.

    Attributes:
        key: the answer's place in the plan file: `server.ipv4`, `services.imap`.
    """

    key: str
    sentence: str
