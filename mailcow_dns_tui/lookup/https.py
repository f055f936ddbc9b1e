"""What fetches over HTTPS have in common: whom to trust, how much to read, what went wrong."""

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailcow_dns_tui.model.policy_page import FetchFailure

if TYPE_CHECKING:
    import httpx2

HTTPS_PORT = 443

# The numbers are X509_V_ERR_… of OpenSSL, of which the ssl module names none.
HOSTNAME_MISMATCH = 62
NOT_YET_VALID = 9
HAS_EXPIRED = 10

NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL})
NO_SUCH_NAME = frozenset({socket.EAI_NONAME, socket.EAI_NODATA})


def trust_store() -> ssl.SSLContext:
    """The system's, or what SSL_CERT_FILE or SSL_CERT_DIR name in its place.

    Raises:
        OSError: where it can't be read.
    """
    import httpx2

    return httpx2.create_ssl_context()


def in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


async def body_within(response: "httpx2.Response", limit: int) -> bytes | None:
    """The body as it was sent; None where it is longer than `limit` bytes."""
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > limit:
            return None
    return bytes(body)


def failure_of(error: BaseException) -> FetchFailure:
    """What went wrong, told by the first cause that is known."""
    known = (_of_cause(cause) for cause in _causes(error))
    return next(filter(None, known), FetchFailure.BROKEN_OFF)


def _of_cause(cause: BaseException) -> FetchFailure | None:
    match cause:
        case ssl.SSLCertVerificationError():
            return _of_certificate(cause)
        case ssl.SSLError():
            return FetchFailure.NO_TLS
        case ConnectionRefusedError():
            return FetchFailure.REFUSED
        case socket.gaierror():
            known = cause.errno in NO_SUCH_NAME
            return FetchFailure.NO_ADDRESS if known else FetchFailure.NOT_LOOKED_UP
        case OSError() if cause.errno in NO_ROUTE:
            return FetchFailure.NO_ROUTE
    return None


def _of_certificate(error: ssl.SSLCertVerificationError) -> FetchFailure:
    if error.verify_code == HOSTNAME_MISMATCH:
        return FetchFailure.WRONG_NAME
    if error.verify_code in {NOT_YET_VALID, HAS_EXPIRED}:
        return FetchFailure.EXPIRED
    return FetchFailure.UNTRUSTED


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it was made of by the layers of the HTTP client."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for each in error.exceptions:
                yield from _causes(each)
        error = error.__cause__ or error.__context__
