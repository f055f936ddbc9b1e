"""What mailcow.conf suggests for the plan."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from mailcow_dns_tui.mailcow.addresses import VERSIONS, address_key
from mailcow_dns_tui.mailcow.certificate import TLSA_KEY
from mailcow_dns_tui.mailcow.conf import DEFAULT_HTTPS, PORT_KEYS, Binding, Conf
from mailcow_dns_tui.mailcow.known import SourceResult
from mailcow_dns_tui.model.names import unroutable
from mailcow_dns_tui.model.setup import DAV_SERVICES, Offer, Service, Services
from mailcow_dns_tui.model.suggestion import Remark, Suggestion
from mailcow_dns_tui.model.text import enumerated

SOURCE = "mailcow.conf"


def from_conf(conf: Conf, domains: Sequence[str] = ()) -> SourceResult:
    """What mailcow.conf says, but for addresses; known mail domains make the remarks exact."""
    services = [_service(conf, service) for service in Services().offers]
    suggestions = [Suggestion(f"services.{s.key}", s, SOURCE) for s, _ in services]
    if conf.hostname:
        suggestions.append(Suggestion("server.hostname", conf.hostname, SOURCE))
    if caa := _caa(conf):
        # The authority that mailcow orders from; whether no other may is for the user to say.
        suggestions.append(Suggestion("server.caa", caa, SOURCE, offered=True))
    remarks = (
        *_smtp_notes(conf),
        *(note for version in VERSIONS for note in _address_notes(conf, version)),
        *_certificate_notes(conf, domains),
        *(Remark(f"services.{s.key}", sentence) for s, sentence in services if sentence),
    )
    return SourceResult((SOURCE,), tuple(suggestions), remarks, troubles=conf.troubles)


CONF_SERVICES = {
    "imap": "imap",
    "imaps": "imaps",
    "pop3": "pop3",
    "pop3s": "pop3s",
    "submission": "submission",
    "submissions": "smtps",
    "smtps": "smtps",
    "sieve": "sieve",
}
"""By service of the plan: which one of mailcow.conf it is."""


def _service(conf: Conf, service: Service) -> tuple[Service, str]:
    """A service as mailcow.conf has it, and what the operator should know of it, if anything."""
    if service.key in CONF_SERVICES:
        return _mail_service(conf, service)
    if service.key in DAV_SERVICES and conf.skip_sogo:
        # Not "not provided": that would also speak for calendars that the domain has elsewhere.
        sentence = (
            "SKIP_SOGO=y: mailcow offers no calendars and contacts. Leave the record out, or "
            "choose not provided if no other server has them."
        )
        return replace(service, offer=Offer.OMITTED), sentence
    return _web_service(conf.https, service)


def _mail_service(conf: Conf, service: Service) -> tuple[Service, str]:
    name = CONF_SERVICES[service.key]
    key, binding = PORT_KEYS[name][0], conf.ports[name]
    if binding.is_local:
        sentence = f"{key} is bound to {binding.address}: only the mail host itself can reach it."
        return replace(service, offer=Offer.NOT_PROVIDED), sentence
    sentence = (
        f"{key} is bound to {binding.address}, {binding.private_kind}. Choose not provided "
        f"unless a router passes port {binding.port} on to it."
    )
    return replace(service, port=binding.port), sentence if binding.private_kind else ""


def _web_service(https: Binding, service: Service) -> tuple[Service, str]:
    """At the port that clients see: where nobody else can reach mailcow's, a proxy's."""
    usual = DEFAULT_HTTPS.port
    if https.is_local:
        sentence = (
            f"HTTPS_BIND is {https.address}: a reverse proxy stands before mailcow. Its port is "
            f"taken to be {usual}; change it if it is another."
        )
        return replace(service, port=usual), sentence
    sentence = (
        f"HTTPS_PORT is {https.port}. If a reverse proxy stands before mailcow, give the "
        f"proxy's port, which is usually {usual}."
    )
    return replace(service, port=https.port), "" if https.port == usual else sentence


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


def _caa(conf: Conf) -> str:
    """The identity of the authority that mailcow orders from; empty where that is not known."""
    if conf.skip_lets_encrypt:
        return ""
    if not conf.directory_url:
        return LETS_ENCRYPT
    host = urlsplit(conf.directory_url).hostname or ""
    known = (CAA_IDENTITIES[d] for d in CAA_IDENTITIES if host == d or host.endswith(f".{d}"))
    return next(known, "")


def _certificate_notes(conf: Conf, domains: Sequence[str]) -> Iterator[Remark]:
    """What the operator should know of the certificates; names of these mail domains."""
    yield from _authority(conf)
    if conf.acme_dns_challenge:
        yield Remark(
            TLSA_KEY,
            "ACME_DNS_CHALLENGE=y: a renewal may bring another key. Compare the TLSA record "
            "after each one.",
        )
    if not conf.skip_lets_encrypt:
        yield from _names(conf, domains)


def _authority(conf: Conf) -> Iterator[Remark]:
    caa = _caa(conf)
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
            f"{why}: mailcow gets no certificate for {enumerated(clients)}. Without one from "
            "elsewhere, clients warn or don't set themselves up.",
        )
    if policies := list(_uncovered(conf, (POLICY_LABEL,), domains)):
        yield Remark(
            "domains",
            f"{why}: mailcow gets no certificate for {enumerated(policies)}. Without one from "
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


SMTP_KEY, SMTP_PORT = PORT_KEYS["smtp"]


def _smtp_notes(conf: Conf) -> Iterator[Remark]:
    smtp = conf.ports["smtp"]
    if smtp.is_local:
        yield Remark(
            "server.hostname",
            f"{SMTP_KEY} is bound to {smtp.address}: other servers can't deliver mail to this one.",
        )
    elif smtp.port != SMTP_PORT:
        yield Remark(
            "server.hostname",
            f"{SMTP_KEY} is {smtp.port}: other servers deliver to port {SMTP_PORT} only. "
            "Something has to pass their mail on.",
        )


def _address_notes(conf: Conf, version: int) -> Iterator[Remark]:
    key = address_key(version)
    if version == 6 and not conf.enable_ipv6:
        yield Remark(key, "IPv6 is off in mailcow.conf: leave this empty, and publish no AAAA.")
        return
    yield from _snat_notes(conf, version)
    smtp = conf.ports["smtp"]
    if smtp.excludes(version) and not smtp.is_local:
        yield Remark(
            key,
            f"{SMTP_KEY} is bound to {smtp.address}: mail comes in over IPv{version} only if "
            "docker-compose.override.yml binds such an address as well.",
        )


def _snat_notes(conf: Conf, version: int) -> Iterator[Remark]:
    """Where mail leaves from another address than the one it arrives at."""
    key = "SNAT_TO_SOURCE" if version == 4 else "SNAT6_TO_SOURCE"
    snat = conf.snat_ipv4 if version == 4 else conf.snat_ipv6
    if snat is None:
        return
    if unroutable(snat):
        sentence = f"{key} is {snat}, {unroutable(snat)}: give the public one that others see."
        yield Remark(address_key(version), sentence)
        return
    bound = conf.ports["smtp"].public_address
    if bound is not None and bound.version == version and bound != snat:
        yield Remark(
            address_key(version),
            f"Mail leaves from {snat} ({key}) and arrives at {bound} ({SMTP_KEY}): SPF and "
            f"reverse DNS are about {snat}, and the hostname has to lead to both.",
        )
