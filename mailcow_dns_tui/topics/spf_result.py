"""What an SPF evaluation comes to."""

from dataclasses import dataclass

PASSED = "pass"


@dataclass(frozen=True)
class Evaluation:
    """What a receiver makes of mail from our addresses: of the first that does not pass.

    Attributes:
        verdict: a result of RFC 7208 2.6.
        open_to_all: the record passes everybody.
    """

    verdict: str
    address: str
    reason: str
    open_to_all: bool
