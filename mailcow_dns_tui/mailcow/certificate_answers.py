"""What mailcow.conf means for certificates: who issues them, and for which names."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from mailcow_dns_tui.mailcow.conf import Conf
from mailcow_dns_tui.model.suggestion import Remark

LETS_ENCRYPT = "letsencrypt.org"
CAA_IDENTITIES = {
    "letsencrypt.org": LETS_ENCRYPT,
    "zerossl.com": "sectigo.com",
    "sectigo.com": "sectigo.com",
    "buypass.com": "buypass.com",
    "pki.goog": "pki.goog",
    "ssl.com": "ssl.com",
}
"""By domain of the ACME directory, from the authorities' own pages on CAA."""

KEY = "server.caa"
CLIENT_LABELS = ("autodiscover", "autoconfig")
POLICY_LABEL = "mta-sts"


def caa_of(conf: Conf) -> str:
    """The identity of the authority that mailcow orders from; empty where that is not known."""
    if conf.skip_lets_encrypt:
        return ""
    if not conf.directory_url:
        return LETS_ENCRYPT
    host = urlsplit(conf.directory_url).hostname or ""
    known = (CAA_IDENTITIES[d] for d in CAA_IDENTITIES if host == d or host.endswith(f".{d}"))
    return next(known, "")


def certificate_notes(conf: Conf, domains: Sequence[str]) -> Iterator[Remark]:
    """What the operator should know of the certificates; names of these mail domains."""
    yield from _authority(conf)
    if conf.acme_dns_challenge:
        yield Remark(
            "server.spki_sha256",
            "ACME_DNS_CHALLENGE=y: a renewal may bring another key. Compare the TLSA record "
            "after each one.",
        )
    if not conf.skip_lets_encrypt:
        yield from _names(conf, domains)


def _authority(conf: Conf) -> Iterator[Remark]:
    caa = caa_of(conf)
    if conf.skip_lets_encrypt:
        yield Remark(
            KEY,
            "SKIP_LETS_ENCRYPT=y: mailcow orders no certificates. Give the CAA identity of the "
            "authority that you use, or none.",
        )
    elif not caa:
        yield Remark(
            KEY,
            "DIRECTORY_URL names another authority. Ask it for its CAA identity, or give none.",
        )
    elif caa != LETS_ENCRYPT:
        yield Remark(
            KEY,
            f"DIRECTORY_URL names an authority whose CAA identity is {caa}. mailcow looks for "
            f"{LETS_ENCRYPT} all the same: allow both where a domain has CAA records.",
        )


def _names(conf: Conf, domains: Sequence[str]) -> Iterator[Remark]:
    """The names that clients and senders use, and that get no certificate."""
    if conf.autodiscover_san and not conf.only_mailcow_hostname:
        return
    why = "ONLY_MAILCOW_HOSTNAME=y" if conf.only_mailcow_hostname else "AUTODISCOVER_SAN=n"
    if clients := list(_uncovered(conf, CLIENT_LABELS, domains)):
        yield Remark(
            "services.autodiscover",
            f"{why}: mailcow gets no certificate for {_listed(clients)}. Without one from "
            "elsewhere, clients warn or don't set themselves up.",
        )
    if policies := list(_uncovered(conf, (POLICY_LABEL,), domains)):
        yield Remark(
            "domains",
            f"{why}: mailcow gets no certificate for {_listed(policies)}. Without one from "
            "elsewhere, MTA-STS has no effect.",
        )


def _uncovered(conf: Conf, labels: Sequence[str], domains: Sequence[str]) -> Iterator[str]:
    sans = set() if conf.only_mailcow_hostname else {san.lower() for san in conf.additional_san}
    for domain in domains or ("*",):
        for label in labels:
            covering = {f"{label}.*", f"{label}.{domain}".lower(), f"*.{domain}".lower()}
            name = f"{label}.{domain}"
            if not covering & sans and name.lower() != conf.hostname.lower():
                yield name


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
