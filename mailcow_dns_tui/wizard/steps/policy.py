"""Step 3: what receivers do with the domains' mail."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mailcow_dns_tui.model.setup import (
    DEFAULT_REPORT_ADDRESS,
    DEFAULT_REPORTING_DAYS,
    Setup,
    TlsReports,
)
from mailcow_dns_tui.wizard.question import Question
from mailcow_dns_tui.wizard.steps.form import Section


def _with_spf_words(setup: Setup, answer: str) -> Setup:
    return replace(setup, spf=replace(setup.spf, mechanisms=tuple(answer.split())))


def _writing(tag: str, value: Callable[[str], Any] = str.strip) -> Callable[[Setup, str], Setup]:
    """Writes a tag, also for domains that have their own DMARC for another tag's sake."""

    def write(setup: Setup, answer: str) -> Setup:
        tags: dict[str, Any] = {tag: value(answer)}
        old = getattr(setup.dmarc, tag)
        domains = (
            replace(domain, dmarc=replace(domain.dmarc, **tags))
            if domain.dmarc and getattr(domain.dmarc, tag) == old
            else domain
            for domain in setup.domains
        )
        return replace(setup, dmarc=replace(setup.dmarc, **tags), domains=tuple(domains))

    return write


def _days(answer: str) -> int:
    return int(answer) if answer.isdecimal() else DEFAULT_REPORTING_DAYS


def _addresses(answer: str) -> tuple[str, ...]:
    return tuple(answer.replace(",", " ").split())


def _with_tls_reports(setup: Setup, answer: str) -> Setup:
    rua = _addresses(answer)
    return replace(setup, tls_reports=TlsReports(rua) if rua else None)


def _tls_reports(setup: Setup) -> str:
    return " ".join(setup.tls_reports.rua) if setup.tls_reports else ""


SPF = Section(
    "SPF: who may send",
    "",
    (
        Question(
            "spf.mechanisms",
            "Senders",
            "mx: the domain's mail servers. a: its own address. Or ip4:…, ip6:…, include:….",
            lambda setup: " ".join(setup.spf.mechanisms),
            _with_spf_words,
            placeholder="mx a",
            shows=lambda _, record: record.topic == "spf",
        ),
        Question(
            "spf.all",
            "All others",
            "",
            lambda setup: setup.spf.all,
            lambda setup, answer: replace(setup, spf=replace(setup.spf, all=answer)),
            choices=(("-all", "-all"), ("~all", "~all")),
            hints={
                "-all": "Everybody else fails: some receivers refuse such mail at once.",
                "~all": "Everybody else is suspect, and DMARC decides: good for forwarded mail.",
                "?all": "Nothing is said of the others: SPF protects nobody.",
            },
        ),
    ),
)

DMARC = Section(
    "DMARC: what to do with forged mail",
    "What refuses mail comes after days of p=none, in which receivers only report who sends.",
    (
        Question(
            "dmarc.p",
            "Policy (p)",
            "",
            lambda setup: setup.dmarc.p,
            _writing("p"),
            choices=(("none", "none"), ("quarantine", "quarantine"), ("reject", "reject")),
            hints={
                "none": "Forged mail is delivered and reported. Start here.",
                "quarantine": "Forged mail goes to the spam folder. The second stage.",
                "reject": "Forged mail is refused. The last stage, when reports are clean.",
            },
            shows=lambda _, record: record.topic == "dmarc",
        ),
        Question(
            "dmarc.reporting_days",
            "Days of p=none",
            "So long p=none is published first, then the policy; 0: at once.",
            lambda setup: str(setup.dmarc.reporting_days),
            _writing("reporting_days", _days),
            placeholder=str(DEFAULT_REPORTING_DAYS),
            restrict=r"\d{0,4}",
        ),
        Question(
            "dmarc.sp",
            "Subdomains (sp)",
            "For mail from subdomains of the domain.",
            lambda setup: setup.dmarc.sp,
            _writing("sp"),
            choices=(
                ("", "as p"),
                ("none", "none"),
                ("quarantine", "quarantine"),
                ("reject", "reject"),
            ),
        ),
        Question(
            "dmarc.np",
            "Non-exist. (np)",
            "For mail from subdomains that do not exist; not every receiver can tell: set sp too.",
            lambda setup: setup.dmarc.np,
            _writing("np"),
            choices=(
                ("", "as sp"),
                ("none", "none"),
                ("quarantine", "quarantine"),
                ("reject", "reject"),
            ),
        ),
        Question(
            "dmarc.adkim",
            "DKIM (adkim)",
            "Relaxed: a signature by a subdomain counts too. Strict: only by the same name.",
            lambda setup: setup.dmarc.adkim,
            _writing("adkim"),
            choices=(("", "relaxed"), ("s", "strict")),
        ),
        Question(
            "dmarc.aspf",
            "SPF (aspf)",
            "The same for the sender that SPF has checked.",
            lambda setup: setup.dmarc.aspf,
            _writing("aspf"),
            choices=(("", "relaxed"), ("s", "strict")),
        ),
        Question(
            "dmarc.t",
            "Test (t)",
            "Yes: receivers act one stage milder than p says, and report as usual.",
            lambda setup: setup.dmarc.t,
            _writing("t"),
            choices=(("", "no"), ("y", "yes")),
        ),
        Question(
            "dmarc.rua",
            "Reports (rua)",
            "Daily summaries go there. {domain} stands for each domain's own name.",
            lambda setup: " ".join(setup.dmarc.rua),
            lambda setup, answer: replace(
                setup, dmarc=replace(setup.dmarc, rua=_addresses(answer))
            ),
            placeholder=DEFAULT_REPORT_ADDRESS,
        ),
        Question(
            "dmarc.ruf",
            "Samples (ruf)",
            "Copies of failing mail go there; few receivers send them.",
            lambda setup: " ".join(setup.dmarc.ruf),
            lambda setup, answer: replace(
                setup, dmarc=replace(setup.dmarc, ruf=_addresses(answer))
            ),
            placeholder="none",
        ),
        Question(
            "dmarc.fo",
            "When (fo)",
            "When to send samples. 0: all checks failed. 1: any failed. d: DKIM did. s: SPF did.",
            lambda setup: setup.dmarc.fo,
            _writing("fo"),
            placeholder="0",
        ),
    ),
)

TLS_REPORTS = Section(
    "TLS reports: who could not encrypt",
    "",
    (
        Question(
            "tls_reports.rua",
            "Reports (rua)",
            f"Daily summaries go there. Empty: none wanted. As in {DEFAULT_REPORT_ADDRESS}",
            _tls_reports,
            _with_tls_reports,
            placeholder="none",
            shows=lambda _, record: record.topic == "tls-rpt",
        ),
    ),
)

SECTIONS = (SPF, DMARC, TLS_REPORTS)
