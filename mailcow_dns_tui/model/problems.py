"""Everything in a setup that is missing or can't be published."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from mailcow_dns_tui.model import validators
from mailcow_dns_tui.model.dkim_key import key_problem
from mailcow_dns_tui.model.mute import SEVERITY, Mute
from mailcow_dns_tui.model.resolver_text import resolver_problem
from mailcow_dns_tui.model.setup import Dmarc, Domain, Setup, Spf, TlsReports

DMARC_CHOICES = {
    "p": ("none", "quarantine", "reject"),
    "sp": ("", "none", "quarantine", "reject"),
    "np": ("", "none", "quarantine", "reject"),
    "adkim": ("", "r", "s"),
    "aspf": ("", "r", "s"),
    "t": ("", "y", "n"),
}


@dataclass(frozen=True)
class Problem:
    """A sentence about one answer.

    Attributes:
        key: the answer's place in the plan file: `server.ipv4`, `domains[0].dkim[1].key`.
        missing: nothing was typed there yet; not wrong, but not complete.
    """

    key: str
    sentence: str
    missing: bool = False


def problems(setup: Setup) -> tuple[Problem, ...]:
    """What is wrong with a setup, in the order of the plan file."""
    return tuple(_all(setup))


def _all(setup: Setup) -> Iterator[Problem]:
    yield from _server(setup)
    yield from _services(setup)
    yield from _spf("spf", setup.spf)
    yield from _dmarc("dmarc", setup.dmarc)
    if setup.tls_reports is not None:
        yield from _tls_reports("tls_reports", setup.tls_reports)
    yield from _domains(setup)
    for index, text in enumerate(setup.public.listed):
        yield from _checked(f"lookups.public_resolvers[{index}]", text, resolver_problem)
    for index, mute in enumerate(setup.mutes):
        yield from _mute(f"mutes[{index}]", mute)


def _checked(key: str, text: str, rule: validators.Validator) -> Iterator[Problem]:
    sentence = rule(text) if text else None
    if sentence:
        yield Problem(key, sentence)


def _missing(key: str, text: str, sentence: str) -> Iterator[Problem]:
    if not text:
        yield Problem(key, sentence, missing=True)


def _server(setup: Setup) -> Iterator[Problem]:
    server = setup.server
    yield from _missing("server.hostname", server.hostname, "The hostname is missing.")
    yield from _checked("server.hostname", server.hostname, validators.host_name)
    either = server.ipv4 or server.ipv6
    yield from _missing("server.ipv4", either, "An IPv4 or an IPv6 address is missing.")
    yield from _checked("server.ipv4", server.ipv4, validators.ipv4)
    yield from _checked("server.ipv6", server.ipv6, validators.ipv6)
    yield from _checked("server.spki_sha256", server.spki_sha256, validators.spki_sha256)
    yield from _checked("server.caa", server.caa, validators.ca_identity)
    yield from _number("server.ttl", server.ttl, validators.ttl)


def _number(key: str, value: int, rule: Callable[[int], str | None]) -> Iterator[Problem]:
    sentence = rule(value)
    if sentence:
        yield Problem(key, sentence)


def _services(setup: Setup) -> Iterator[Problem]:
    for service in setup.services.offers:
        yield from _number(f"services.{service.key}", service.port, validators.port)
    yield from _checked("services.dav_path", setup.services.dav_path, validators.dav_path)


def _spf(key: str, spf: Spf) -> Iterator[Problem]:
    for index, mechanism in enumerate(spf.mechanisms):
        at = f"{key}.mechanisms[{index}]"
        yield from _missing(at, mechanism, "The mechanism is missing.")
        yield from _checked(at, mechanism, validators.spf_mechanism)
    yield from _missing(f"{key}.all", spf.all, "The end of the SPF record is missing.")
    yield from _checked(f"{key}.all", spf.all, validators.spf_all)


def _dmarc(key: str, dmarc: Dmarc) -> Iterator[Problem]:
    for tag, choices in DMARC_CHOICES.items():
        if getattr(dmarc, tag) not in choices:
            yield Problem(f"{key}.{tag}", f"Choose one of {', '.join(filter(None, choices))}.")
    for tag in ("rua", "ruf"):
        for index, uri in enumerate(getattr(dmarc, tag)):
            yield from _checked(f"{key}.{tag}[{index}]", uri, validators.report_uri)
    yield from _checked(f"{key}.fo", dmarc.fo, validators.dmarc_fo)
    yield from _number(f"{key}.reporting_days", dmarc.reporting_days, validators.reporting_days)


def _tls_reports(key: str, reports: TlsReports) -> Iterator[Problem]:
    if not reports.rua:
        yield Problem(f"{key}.rua", "TLS reports need an address.", missing=True)
    for index, uri in enumerate(reports.rua):
        yield from _missing(f"{key}.rua[{index}]", uri, "The address is missing.")
        yield from _checked(f"{key}.rua[{index}]", uri, validators.tls_report_uri)


def _domains(setup: Setup) -> Iterator[Problem]:
    if not setup.domains:
        yield Problem("domains", "A mail domain is missing.", missing=True)
    seen = set()
    for index, domain in enumerate(setup.domains):
        key = f"domains[{index}]"
        yield from _domain(key, domain)
        if domain.apex is not None and domain.apex in seen:
            yield Problem(f"{key}.name", "This domain is in the list twice.")
        seen.add(domain.apex)


@lru_cache(maxsize=4096)
def _domain(key: str, domain: Domain) -> tuple[Problem, ...]:
    """Remembered, since an edit leaves most domains as they are."""
    return tuple(_of_domain(key, domain))


def _of_domain(key: str, domain: Domain) -> Iterator[Problem]:
    yield from _missing(f"{key}.name", domain.name, "The domain's name is missing.")
    yield from _checked(f"{key}.name", domain.name, validators.host_name)
    yield from _checked(f"{key}.alias_of", domain.alias_of, validators.host_name)
    yield from _checked(f"{key}.mta_sts_id", domain.mta_sts_id, validators.mta_sts_id)
    yield from _keys(key, domain)
    for index, text in enumerate(domain.verification):
        yield from _checked(f"{key}.verification[{index}]", text, validators.verification)
    if domain.spf is not None:
        yield from _spf(f"{key}.spf", domain.spf)
    if domain.dmarc is not None:
        yield from _dmarc(f"{key}.dmarc", domain.dmarc)
    if domain.tls_reports is not None:
        yield from _tls_reports(f"{key}.tls_reports", domain.tls_reports)


def _keys(key: str, domain: Domain) -> Iterator[Problem]:
    seen = set()
    if not any(dkim.key for dkim in domain.dkim):
        sentence = "The DKIM key is missing: mailcow shows it under its ARC/DKIM keys."
        yield Problem(f"{key}.dkim", sentence, missing=True)
    for index, dkim in enumerate(domain.dkim):
        at = f"{key}.dkim[{index}]"
        yield from _missing(f"{at}.selector", dkim.selector, "The selector is missing.")
        yield from _checked(f"{at}.selector", dkim.selector, validators.selector)
        yield from _checked(f"{at}.key", dkim.key, key_problem)
        selector = dkim.selector.strip().lower()
        if selector and selector in seen:
            yield Problem(f"{at}.selector", "This selector is in the list twice.")
        seen.add(selector)


def _mute(key: str, mute: Mute) -> Iterator[Problem]:
    """A mute of which a part is missing would hide more than was meant."""
    if not mute.reason.strip():
        sentence = "Say in a sentence why this is meant to be so."
        yield Problem(f"{key}.reason", sentence, missing=True)
    for name in ("topic", "code", "name", "type", "message"):
        sentence = f"The {name} of the muted finding is missing; check --format json has it."
        yield from _missing(f"{key}.{name}", getattr(mute, name), sentence)
    words = [status.word for status in SEVERITY]
    if mute.status not in words:
        yield Problem(f"{key}.status", f"Choose one of {', '.join(words)}.")
