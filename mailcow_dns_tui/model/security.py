"""Whether DNSSEC vouches for an RRset."""

from enum import Enum

DISBELIEVED = "DNSSEC validation failed"
"""What a resolver says that tells no more than that."""


class Security(Enum):
    """What validation comes to (RFC 4035 4.3); the value is a phrase for people."""

    SECURE = "signed, with a chain of trust from the root"
    INSECURE = "not signed, or without a chain of trust"
    BOGUS = "signed, and the signatures do not hold"
    UNVALIDATED = "not known: no resolver is proven to check DNSSEC"
    UNKNOWN = "not known: the resolver gave no usable answer"
