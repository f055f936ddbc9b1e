"""A DMARC record as receivers read it (RFC 9989 4.7, 4.8, 4.10.1), and the planned one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from dns.name import Name

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import Act, Code
from mailcow_dns_tui.model.names import ascii_form, parse_name
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import Dmarc as Policy
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.model.validators import DMARC_CHOICES, dmarc_fo, report_uri
from mailcow_dns_tui.topics.text_record import TxtProtocol, mail_host, report_uris

UNKNOWN_POLICY = Code(
    "unknown-policy", "DMARC with a policy that does not exist", Act.CHANGE, symptom=True
)
INHERITED_POLICY = Code(
    "inherited-policy",
    "the domain has no DMARC record of its own; that of a domain above it counts",
    Act.PUBLISH,
)
BAD_VALUE = Code(
    "bad-value",
    "DMARC: a tag has a value that does not exist; receivers take what counts without it",
    Act.CHANGE,
)
MISSPELT_TAG = Code("misspelt-tag", "DMARC: the name of a tag is misspelt", Act.CHANGE)
UNKNOWN_TAG = Code("unknown-tag", "DMARC: a tag that does not exist", Act.CHANGE)
REMOVED_TAG = Code("removed-tag", "DMARC: a tag that RFC 9989 removed, as `pct`", Act.CHANGE)
UNREADABLE_TAG = Code("unreadable-tag", "DMARC: a part of the record is no tag", Act.CHANGE)
PUBLIC_SUFFIX = Code(
    "public-suffix", "DMARC: the record says that the domain is a public suffix", Act.CHANGE
)
BAD_REPORT_ADDRESS = Code(
    "bad-report-address", "DMARC: an address for reports is not valid", Act.CHANGE
)


KIND = TxtProtocol(
    "v=DMARC1",
    re.compile(r"[vV][ \t]*=[ \t]*DMARC1[ \t]*(;|\Z)"),
    re.compile(r"v\W*dmarc|dmarc\W*1|\bp=(none|quarantine|reject)"),
)
STRENGTH = ("none", "quarantine", "reject")
POLICIES = ("p", "sp", "np")
CHOICES = {"adkim": ("r", "s"), "aspf": ("r", "s"), "t": ("n", "y"), "psd": ("u", "n", "y")}
"""What a tag may say; the first is what receivers take without it."""
REPORTS = ("rua", "ruf")
KNOWN = (*POLICIES, *CHOICES, *REPORTS, "fo")
REMOVED = ("pct", "rf", "ri")
"""Known to RFC 7489, and skipped since RFC 9989."""


@dataclass(frozen=True)
class DmarcRecord:
    """The tags after the version.

    Attributes:
        tags: names in small letters, values as written, in the order of the record.
        unread: the parts that are no tags, which receivers skip.
    """

    tags: tuple[tuple[str, str], ...]
    unread: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of its tags, each as often as it stands there."""
        return tuple(name for name, _ in self.tags)

    @cached_property
    def _first(self) -> dict[str, str]:
        return dict(reversed(self.tags))

    def value(self, name: str) -> str:
        """As written; of a tag that stands twice the first."""
        return self._first.get(name, "")

    def choice(self, name: str) -> str:
        """What receivers take: the value, or the default of one that is missing or not valid."""
        value, choices = self.value(name).lower(), CHOICES[name]
        return value if value in choices else choices[0]

    @cached_property
    def bad_values(self) -> tuple[str, ...]:
        """The tags with a choice or an option that does not exist, policies left out."""
        given = {name: known for name, known in CHOICES.items() if name in self.names}
        bad = [name for name, known in given.items() if self.value(name).lower() not in known]
        return (*bad, "fo") if "fo" in self.names and not self._is_fo() else tuple(bad)

    def _is_fo(self) -> bool:
        options = set(self._options)
        return options <= {"0", "1", "d", "s"} and not {"0", "1"} <= options

    @property
    def _options(self) -> Sequence[str]:
        """What `fo` has between its colons."""
        return [option.strip(" \t").lower() for option in self.value("fo").split(":")]

    @property
    def has_idle_colon(self) -> bool:
        """Whether a colon in `fo` has no option beside it."""
        return len(self._options) > 1 and "" in self._options

    @cached_property
    def failure_options(self) -> frozenset[str]:
        """What `fo` says; nothing where no failure reports are asked for."""
        if not any(map(mail_host, self.addresses("ruf"))):
            return frozenset()
        return frozenset(self._options if "fo" in self.names and self._is_fo() else ["0"])

    @cached_property
    def bad_policies(self) -> tuple[str, ...]:
        """The policies that DMARC does not know: one is enough to disarm the record."""
        given = (name for name in POLICIES if name in self.names)
        return tuple(name for name in given if self.value(name).lower() not in STRENGTH)

    @cached_property
    def has_policy(self) -> bool:
        """Whether there is a valid p; without one, sp and np count for nothing."""
        return "p" in self.names and not self.bad_policies

    @cached_property
    def counts(self) -> bool:
        """Whether there is any DMARC with this record (RFC 9989 4.10.1)."""
        return self.has_policy or any(map(mail_host, self.addresses("rua")))

    @property
    def enforces(self) -> bool:
        """Whether receivers are to refuse anything by it, be it of subdomains only."""
        return any(map(self.level, POLICIES))

    def level(self, name: str) -> int:
        """How strict receivers are, as an index of `STRENGTH`, a test (`t=y`) considered."""
        return max(0, self.untested_level(name) - (self.choice("t") == "y"))

    def untested_level(self, name: str) -> int:
        """As it would be without `t`; np falls back to sp, and that to p."""
        if not self.has_policy:
            return 0
        said = (self.value(each) for each in reversed(POLICIES[: POLICIES.index(name) + 1]))
        return STRENGTH.index(next(filter(None, said), "none").lower())

    def addresses(self, name: str) -> Sequence[str]:
        """The addresses in a tag, valid or not, in their order."""
        return report_uris(self.value(name))

    @cached_property
    def hosts(self) -> frozenset[Name]:
        """The domains that reports go to by mail."""
        found = (mail_host(uri) for tag in REPORTS for uri in self.addresses(tag))
        return frozenset(host for host in found if host is not None)


def in_effect(answer: Answer | None) -> DmarcRecord | None:
    """The record that receivers heed who get this answer."""
    valid = KIND.valid_texts(answer)
    record = read(valid[0]) if len(valid) == 1 else None
    return record if record and record.counts else None


def read(text: str) -> DmarcRecord:
    """Read what begins with the version; what is no tag is left out, as receivers do."""
    parts = [part.strip(" \t") for part in text.rstrip("; \t").split(";")[1:]]
    matches = [
        (part, re.match(r"([A-Za-z]+)[ \t]*=[ \t]*(.*)\Z", part, re.DOTALL)) for part in parts
    ]
    tags = tuple((match[1].lower(), match[2]) for _, match in matches if match)
    return DmarcRecord(tags, tuple(part for part, match in matches if match is None))


ORDER = ("p", "sp", "np", "adkim", "aspf", "t", "rua", "ruf", "fo")


def planned(record: Record, setup: Setup) -> Record:
    """The record of the plan's own policy, in the place of which one that only reports may be."""
    domain = setup.domains[setup.domain_index[record.domain]] if record.domain else None
    if domain is None or domain.apex is None or not domain.dmarc_first:
        return record
    text = dmarc_record_text(filled(setup.dmarc_of(domain), domain.apex))
    return replace(record, rdata=txt_rdata(text)) if text else record


def is_enforced(policy: DmarcRecord | None) -> bool:
    """Whether receivers quarantine or refuse by it what is not authenticated."""
    return policy is not None and policy.level("p") > 0


def filled(policy: Policy, apex: Name) -> Policy:
    """The policy with each `{domain}` replaced."""
    name = ascii_form(apex)
    rua, ruf = (
        [uri.replace("{domain}", name) for uri in uris] for uris in (policy.rua, policy.ruf)
    )
    return replace(policy, rua=tuple(filter(None, rua)), ruf=tuple(filter(None, ruf)))


def dmarc_record_text(policy: Policy) -> str | None:
    """The record of a policy; None while a part of it is wrong."""
    choices_good = all(getattr(policy, tag) in known for tag, known in DMARC_CHOICES.items())
    if not choices_good or any(map(report_uri, (*policy.rua, *policy.ruf))):
        return None
    if policy.fo and dmarc_fo(policy.fo):
        return None
    values = {tag: getattr(policy, tag) for tag in ORDER}
    texts = {tag: ",".join(v) if isinstance(v, tuple) else v for tag, v in values.items()}
    return "; ".join(["v=DMARC1", *(f"{tag}={text}" for tag, text in texts.items() if text)])


def report_hosts(policy: Policy) -> tuple[Name, ...]:
    """The domains that reports go to by mail, each once."""
    uris = [uri for uri in (*policy.rua, *policy.ruf) if uri.startswith("mailto:")]
    hosts = (parse_name(uri.rpartition("@")[2]) for uri in uris)
    return tuple(dict.fromkeys(host for host in hosts if host is not None))
