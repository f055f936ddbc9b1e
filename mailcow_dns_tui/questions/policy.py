"""What is asked about the mail policies that all domains have."""

from dataclasses import dataclass, replace

from mailcow_dns_tui.model.setup import (
    DEFAULT_REPORT_ADDRESS,
    DEFAULT_REPORTING_DAYS,
    Setup,
    TlsReports,
)
from mailcow_dns_tui.model.suggestion import answer_at, with_answer
from mailcow_dns_tui.questions.question import (
    ADDRESSES,
    WORDS,
    AnswerType,
    Question,
    Section,
    addresses,
    number,
)


@dataclass(frozen=True)
class DmarcTag(AnswerType):
    """A tag that domains with a policy of their own, for another tag's sake, have as all others."""

    def write(self, setup: Setup, key: str, text: str) -> Setup:
        """Into the policy of all, and of each domain that had the same tag as all."""
        old, new = answer_at(setup, key), self.value(text)
        tag = key.removeprefix("dmarc.")
        domains = (
            replace(domain, dmarc=replace(domain.dmarc, **{tag: new}))
            if domain.dmarc and getattr(domain.dmarc, tag) == old
            else domain
            for domain in setup.domains
        )
        return with_answer(replace(setup, domains=tuple(domains)), key, new)


TAG = DmarcTag()
DAYS = DmarcTag(value=number(DEFAULT_REPORTING_DAYS).value)


def _tls_reports(text: str) -> TlsReports | None:
    rua = addresses(text)
    return TlsReports(rua) if rua else None


TLS_REPORT_ADDRESSES = AnswerType(lambda old: " ".join(old.rua) if old else "", _tls_reports)

SPF = Section(
    "SPF: who may send",
    (
        Question(
            "spf.mechanisms",
            "Senders",
            "mx: the domain's mail servers. a: its address. Or ip4:…, ip6:…, include:….",
            WORDS,
            placeholder="mx a",
            topic="spf",
        ),
        Question(
            "spf.all",
            "All others",
            "",
            choices=(("-all", "-all"), ("~all", "~all")),
            hints={
                "-all": "Everybody else fails: some receivers refuse such mail at once.",
                "~all": "Everybody else is suspect, and DMARC decides: good for forwarded mail.",
                "?all": "Nothing is said of the others: SPF protects nobody.",
            },
        ),
    ),
)

POLICIES = (("none", "none"), ("quarantine", "quarantine"), ("reject", "reject"))

DMARC = Section(
    "DMARC: what to do with forged mail",
    (
        Question(
            "dmarc.p",
            "Policy (p)",
            "",
            TAG,
            choices=POLICIES,
            hints={
                "none": "Forged mail is only reported: right while you don't know all who send.",
                "quarantine": "Forged mail goes to the spam folder: right while reports show few.",
                "reject": "Forged mail is refused: right in the end. A new domain that nobody else "
                "sends for may begin with it.",
            },
            topic="dmarc",
        ),
        Question(
            "dmarc.reporting_days",
            "Days of p=none",
            "For so many days p=none is published first. 0: for a new domain.",
            DAYS,
            placeholder=str(DEFAULT_REPORTING_DAYS),
            restrict=r"\d{0,4}",
            is_retyped=True,
        ),
        Question(
            "dmarc.sp",
            "Subdomains (sp)",
            "For mail from subdomains of the domain.",
            TAG,
            choices=(("", "as p"), *POLICIES),
        ),
        Question(
            "dmarc.np",
            "Non-exist. (np)",
            "For mail from subdomains that do not exist; not every receiver can tell: set sp too.",
            TAG,
            choices=(("", "as sp"), *POLICIES),
        ),
        Question(
            "dmarc.adkim",
            "DKIM (adkim)",
            "Relaxed: a signature by a subdomain counts too. Strict: only by the same name.",
            TAG,
            choices=(("", "relaxed"), ("s", "strict")),
        ),
        Question(
            "dmarc.aspf",
            "SPF (aspf)",
            "The same for the sender that SPF has checked.",
            TAG,
            choices=(("", "relaxed"), ("s", "strict")),
        ),
        Question(
            "dmarc.t",
            "Test (t)",
            "Yes: receivers act one stage milder than p says, and report as usual.",
            TAG,
            choices=(("", "no"), ("y", "yes")),
        ),
        Question(
            "dmarc.rua",
            "Reports (rua)",
            "Daily summaries go there. {domain} stands for each domain's own name.",
            ADDRESSES,
            placeholder=DEFAULT_REPORT_ADDRESS,
        ),
        Question(
            "dmarc.ruf",
            "Samples (ruf)",
            "Copies of failing mail go there; few receivers send them.",
            ADDRESSES,
            placeholder="none",
        ),
        Question(
            "dmarc.fo",
            "When (fo)",
            "When to send samples. 0: all checks failed. 1: any failed. d: DKIM did. s: SPF did.",
            TAG,
            placeholder="0",
        ),
    ),
    "Before the policy comes p=none for some days: receivers report who sends.",
)

TLS_REPORTS = Section(
    "TLS reports: who could not encrypt",
    (
        Question(
            "tls_reports.rua",
            "Reports (rua)",
            f"Daily summaries go there. Empty: none wanted. As in {DEFAULT_REPORT_ADDRESS}",
            TLS_REPORT_ADDRESSES,
            part_of="tls_reports",
            placeholder="none",
            topic="tls-rpt",
        ),
    ),
)

SECTIONS = (SPF, DMARC, TLS_REPORTS)
