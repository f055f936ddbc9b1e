"""What mailcow.conf means for the services in the plan."""

from collections.abc import Iterator
from dataclasses import replace

from mailcow_dns_tui.mailcow.binding import Binding
from mailcow_dns_tui.mailcow.conf import DEFAULT_HTTPS, PORT_KEYS, Conf
from mailcow_dns_tui.model.services import DAV_SERVICES, Offer, Service
from mailcow_dns_tui.model.setup import Services
from mailcow_dns_tui.model.suggestion import Remark

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


def services_of(conf: Conf) -> Services:
    """Each service at the port of mailcow.conf, or as not provided where nobody can reach it."""
    services = Services()
    return replace(services, offers=tuple(_offered(conf, each) for each in services.offers))


def _offered(conf: Conf, service: Service) -> Service:
    if service.key in CONF_SERVICES:
        binding = conf.ports[CONF_SERVICES[service.key]]
        if binding.is_local:
            return replace(service, offer=Offer.NOT_PROVIDED)
        return replace(service, port=binding.port)
    if service.key in DAV_SERVICES and conf.skip_sogo:
        # Not "not provided": that would also speak for calendars that the domain has elsewhere.
        return replace(service, offer=Offer.OMITTED)
    return replace(service, port=_web_port(conf.https))


def _web_port(https: Binding) -> int:
    """The port that clients see: where nobody else can reach mailcow's, a proxy's."""
    return DEFAULT_HTTPS.port if https.is_local else https.port


def service_notes(conf: Conf) -> Iterator[Remark]:
    """What the operator should know of the services, in the plan's order."""
    for service in Services().offers:
        if service.key in CONF_SERVICES:
            yield from _mail_notes(conf, service.key)
        elif service.key in DAV_SERVICES and conf.skip_sogo:
            yield Remark(
                f"services.{service.key}",
                "SKIP_SOGO=y: mailcow offers no calendars and contacts. Leave the record out, or "
                "choose not provided if no other server has them.",
            )
        else:
            yield from _web_notes(conf.https, service.key)


def _mail_notes(conf: Conf, service: str) -> Iterator[Remark]:
    name = CONF_SERVICES[service]
    key, binding = PORT_KEYS[name][0], conf.ports[name]
    if binding.is_local:
        sentence = f"{key} is bound to {binding.address}: only the mail host itself can reach it."
        yield Remark(f"services.{service}", sentence)
    elif binding.private_kind:
        yield Remark(
            f"services.{service}",
            f"{key} is bound to {binding.address}, {binding.private_kind}. Choose not provided "
            f"unless a router passes port {binding.port} on to it.",
        )


def _web_notes(https: Binding, service: str) -> Iterator[Remark]:
    if https.is_local:
        yield Remark(
            f"services.{service}",
            f"HTTPS_BIND is {https.address}: a reverse proxy stands before mailcow. Its port is "
            f"taken to be {DEFAULT_HTTPS.port}; change it if it is another.",
        )
    elif https.port != DEFAULT_HTTPS.port:
        yield Remark(
            f"services.{service}",
            f"HTTPS_PORT is {https.port}. If a reverse proxy stands before mailcow, give the "
            f"proxy's port, which is usually {DEFAULT_HTTPS.port}.",
        )
