"""Domain names as people type them, as DNS carries them, and as they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dns.name import Name

ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def parse_name(text: str) -> Name | None:
    """Read a host or domain name: `Bücher.example` and `xn--bcher-kva.example.` give the same.

    Returns None for everything that is no host name (RFC 1123 2.1): underscores, IP addresses,
    empty labels, single labels and escapes included.
    """
    if "\\" in text or not text.strip():
        return None
    import dns.exception
    import dns.name

    try:
        name = dns.name.from_text(text.strip().lower(), idna_codec=dns.name.IDNA_2008_UTS_46)
    except (dns.exception.DNSException, UnicodeError):
        return None
    return name if is_host_name(name) else None


def is_host_name(name: Name) -> bool:
    """Whether each label is letters, digits and inner hyphens, and there are at least two."""
    labels = [label.decode("latin-1").lower() for label in name.labels[:-1]]
    return len(labels) >= 2 and not labels[-1].isdigit() and all(map(_is_host_label, labels))


def _is_host_label(label: str) -> bool:
    return set(label) <= ALLOWED and not label.startswith("-") and not label.endswith("-")


def ascii_form(name: Name) -> str:
    """The name as a zone file has it, without the final dot: `xn--bcher-kva.example`."""
    return name.to_text(omit_final_dot=True)


def unicode_form(name: Name) -> str:
    """The name as its owner writes it: `bücher.example`; the ASCII form where that can't be."""
    import dns.exception
    import dns.name

    try:
        text = name.to_unicode(omit_final_dot=True, idna_codec=dns.name.IDNA_2008_UTS_46)
    except (dns.exception.DNSException, UnicodeError):
        return ascii_form(name)
    # dnspython writes as an escape what an invalid A-label decodes to.
    return text if text.isprintable() and "\\" not in text else ascii_form(name)


def both_forms(name: Name) -> str:
    """`bücher.example (xn--bcher-kva.example)`, or one form where the two are the same."""
    ascii_text, unicode_text = ascii_form(name), unicode_form(name)
    return ascii_text if ascii_text == unicode_text else f"{unicode_text} ({ascii_text})"


def relative_text(name: Name, zone: Name) -> str:
    """The name as a form inside its zone wants it: `@`, `_dmarc`; whole where it is outside."""
    return name.relativize(zone).to_text() if name.is_subdomain(zone) else name.to_text()
