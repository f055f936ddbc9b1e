"""What mailcow.conf, the addresses and the certificate suggest for the plan."""

from collections.abc import Iterable, Iterator

from mailcow_dns_tui.mailcow.addresses import Addresses
from mailcow_dns_tui.mailcow.certificate import MailCertificate, NoCertificate
from mailcow_dns_tui.mailcow.conf import Conf
from mailcow_dns_tui.mailcow.knowledge import Knowledge
from mailcow_dns_tui.mailcow.server_answers import server_answers
from mailcow_dns_tui.mailcow.sourced_address import SourcedAddress, address_key
from mailcow_dns_tui.model.suggestion import DNS, Remark, Suggestion

SOURCE = "mailcow.conf"
CERTIFICATE_KEY = "server.spki_sha256"


def from_conf(conf: Conf, domains: tuple[str, ...] = ()) -> Knowledge:
    """All but the addresses; the mail domains, where they are known, make the remarks exact."""
    answers = server_answers(conf, domains)
    suggestions = [Suggestion(f"services.{s.key}", s, SOURCE) for s in answers.services.offers]
    if answers.hostname:
        suggestions.append(Suggestion("server.hostname", answers.hostname, SOURCE))
    if answers.caa:
        # The authority that mailcow orders from; whether no other may is for the user to say.
        suggestions.append(Suggestion("server.caa", answers.caa, SOURCE, offered=True))
    remarks = answers.notes
    return Knowledge((SOURCE,), tuple(suggestions), remarks, troubles=conf.troubles)


def from_addresses(found: Addresses) -> Knowledge:
    """The best address of each family. What only DNS says is what is to be checked: no answer."""
    return Knowledge(
        suggestions=tuple(_best(found.ipv4, 4)) + tuple(_best(found.ipv6, 6)),
        remarks=found.notes,
    )


def _best(found: tuple[SourcedAddress, ...], version: int) -> Iterator[Suggestion]:
    for each in found[:1]:
        offered = each.source == DNS
        yield Suggestion(address_key(version), each.address, each.source, offered=offered)


def from_certificate(found: MailCertificate | NoCertificate) -> Knowledge:
    """The data of a TLSA record, which is the user's to want: it needs DNSSEC."""
    if isinstance(found, NoCertificate):
        return Knowledge(remarks=(Remark(CERTIFICATE_KEY, found.sentence),))
    value = found.spki_sha256
    return Knowledge(suggestions=(Suggestion(CERTIFICATE_KEY, value, found.source, offered=True),))


def from_outside(found: Iterable[SourcedAddress | Remark]) -> Knowledge:
    """What a service outside said, which the user had asked for."""
    known = Knowledge()
    for each in found:
        if isinstance(each, Remark):
            known += Knowledge(remarks=(each,))
        else:
            key = address_key(6 if ":" in each.address else 4)
            known += Knowledge(suggestions=(Suggestion(key, each.address, each.source),))
    return known
