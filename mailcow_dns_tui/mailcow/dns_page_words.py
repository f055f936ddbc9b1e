"""What to say of rows that mailcow's own DNS page has, has not, or has only at times."""

from mailcow_dns_tui.mailcow.dns_page_rows import Kind

NOT_LISTED = {
    "ptr": "It lists reverse DNS for the address that it sees of itself.",
    "caa": "It does not list CAA.",
    "verification": "It does not list texts that verify a domain for others.",
    "dkim": "It lists only the one DKIM key that mailcow signs with.",
    "dmarc": "It does not list the consent of others to take reports.",
    "mta-sts": "It lists MTA-STS only where mailcow has an active policy.",
    "tls-rpt": "It lists TLS reports only for domains with an MTA-STS policy in mailcow.",
    "dav": "It does not list calendars and contacts.",
    "submissions": "It knows only the old name of this service, smtps.",
    "usual-port": "It lists a service only if its port is not the usual one.",
}
"""By topic; for services by what is special about them."""

ALSO_LISTED = {
    Kind.TLSA: "It lists TLSA always; without DNSSEC you need none.",
    Kind.TLS_REPORTS: "It lists TLS reports beside every MTA-STS policy; the record is optional.",
    Kind.SRV: "It lists this service, which the plan leaves out; mail works without it.",
    Kind.MTA_STS: "It lists MTA-STS for the alias domains of a domain, too; mail works without it.",
    Kind.ALIAS: "It lists this name for alias domains, too; mailcow gets no certificate for it.",
}
"""What to think of a row for which no record is planned."""
IS_HOST = "It wants a CNAME there, but this is the hostname itself, which must not be one."
UNPLANNED = "It lists this record, and the plan has none: mail does not need it."

WITH_CONNECTION = (
    "If mailcow can connect to its own port 25 by its name: it asks there for the key."
)
LATER = (
    "Once mailcow's own resolver has forgotten the old answer: "
    "restart unbound-mailcow to see it at once."
)
ORDER = "It changes with the order in which the resolver hands out the records."
