"""What connections by TLS have in common: whom to trust, how much to read, what went wrong."""

import errno
import socket
import ssl
from collections.abc import Iterator, Sequence
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
    """The authorities to trust: the system's, or those that SSL_CERT_FILE or SSL_CERT_DIR name.

    Chains are judged by curl's rules. From Python 3.13 on, the default refuses a private
    authority whose certificate lacks what RFC 5280 4.2.1 wants in it; before, it refuses to trust
    one that another authority has issued.

    Raises:
        OSError: where it can't be read.
    """
    import httpx2

    trust = httpx2.create_ssl_context()
    trust.verify_flags &= ~ssl.VERIFY_X509_STRICT
    trust.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return trust


def trusts(chain: Sequence[bytes]) -> bool | None:
    """Whether certificates in DER, the server's own first, are to be trusted now.

    None where this machine's authorities can't be listed, as of a folder that OpenSSL looks into.
    """
    from OpenSSL import crypto

    def read(der: bytes) -> crypto.X509:
        return crypto.load_certificate(crypto.FILETYPE_ASN1, der)

    try:
        authorities = trust_store().get_ca_certs(binary_form=True)
    except OSError:
        return None
    store = crypto.X509Store()
    store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
    for authority in authorities:
        store.add_cert(read(authority))
    own, *others = map(read, chain)
    try:
        crypto.X509StoreContext(store, own, others).verify_certificate()
    except crypto.X509StoreContextError:
        return False if authorities else None
    return True


def in_url(address: str) -> str:
    """A host name or address as it stands in a URL: IPv6 in brackets (RFC 3986 3.2.2)."""
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
    """What went wrong in a fetch, told by the first cause that is known."""
    import httpx2

    if isinstance(error, TimeoutError | httpx2.TimeoutException):
        return FetchFailure.TIMEOUT
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
