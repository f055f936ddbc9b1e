"""Which step comes first."""

from mailcow_dns_tui.guide.acts import TLSA_WRONG
from mailcow_dns_tui.guide.drafts_dmarc import is_first
from mailcow_dns_tui.guide.moving import takes_leave
from mailcow_dns_tui.guide.situation import Situation
from mailcow_dns_tui.guide.step import Act, GuideStep
from mailcow_dns_tui.model.record import Tier
from mailcow_dns_tui.model.setup import Setup

TOPICS = (
    "delegation",
    "dnssec",
    "host",
    "caa",
    "ptr",
    "mx",
    "spf",
    "dkim",
    "dmarc",
    "clients",
    "mta-sts",
    "tls-rpt",
    "tlsa",
    "verification",
    "dnsbl",
)
"""Of one subject; what must not come before something else is locked besides."""
WAITING = frozenset({Act.WAIT, Act.ASK_AGAIN})

Place = tuple[bool, bool, int, int, int, int]


def place(step: GuideStep, situation: Situation) -> Place:
    """What steps are sorted by: safety first, then the server, then domain by domain."""
    return (
        bool(step.locked),
        step.act in WAITING,
        _phase(step, situation.setup),
        _of_domain(step, situation),
        _of_topic(step),
        _inside(step),
    )


def _phase(step: GuideStep, setup: Setup) -> int:
    """A wrong TLSA stops mail as soon as addresses are right; a strict DMARC policy waits."""
    found = step.finding
    if found.topic in {"delegation", "dnssec"}:
        return 0
    if found.topic == "tlsa" and found.code in TLSA_WRONG:
        return 1
    if takes_leave(step):
        return 4
    if step.is_optional:
        return 5
    return 3 if _is_last_policy(step, setup) else 2


def _is_last_policy(step: GuideStep, setup: Setup) -> bool:
    """Whether it is a domain's planned DMARC record, and not the one before it."""
    record = step.record
    if step.finding.topic != "dmarc" or record is None or record.tier is Tier.OPTIONAL:
        return False
    return not is_first(record, setup)


def _of_domain(step: GuideStep, situation: Situation) -> int:
    """The server's own first."""
    domain = step.finding.domain
    return 0 if domain is None else situation.places.get(domain, 0)


def _of_topic(step: GuideStep) -> int:
    topic = step.finding.topic
    return TOPICS.index(topic) if topic in TOPICS else len(TOPICS)


def _inside(step: GuideStep) -> int:
    """Addresses of its own come before others are taken away."""
    return 1 if step.act is Act.REMOVE else 0
