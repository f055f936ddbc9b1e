"""What mailcow.conf means for the server's part of the plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailcow_dns_tui.mailcow.certificate_answers import caa_of, certificate_notes
from mailcow_dns_tui.mailcow.conf import PORT_KEYS, Conf
from mailcow_dns_tui.mailcow.service_answers import service_notes, services_of
from mailcow_dns_tui.mailcow.sourced_address import VERSIONS, address_key, conf_addresses
from mailcow_dns_tui.model.address_kinds import unroutable
from mailcow_dns_tui.model.setup import Services
from mailcow_dns_tui.model.suggestion import Remark

SMTP_KEY, SMTP_PORT = PORT_KEYS["smtp"]


@dataclass(frozen=True)
class ServerAnswers:
    """Answers as the plan has them; an empty text is one that mailcow.conf does not give."""

    hostname: str
    ipv4: str
    ipv6: str
    services: Services
    caa: str
    notes: tuple[Remark, ...]


def server_answers(conf: Conf, domains: Sequence[str] = ()) -> ServerAnswers:
    """The answers; the mail domains, where they are known, make the notes exact."""
    ipv4, ipv6 = (next(conf_addresses(conf, version), None) for version in VERSIONS)
    return ServerAnswers(
        hostname=conf.hostname,
        ipv4=ipv4.address if ipv4 else "",
        ipv6=ipv6.address if ipv6 else "",
        services=services_of(conf),
        caa=caa_of(conf),
        notes=(
            *_smtp_notes(conf),
            *(note for version in VERSIONS for note in _address_notes(conf, version)),
            *certificate_notes(conf, domains),
            *service_notes(conf),
        ),
    )


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
