"""What is asked about one mail domain."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.setup import DkimKey, Domain, Setup, Spf
from mailcow_dns_tui.wizard.question import Question

NO_KEY = DkimKey()


@dataclass(frozen=True)
class Place:
    """A place in the list of domains; turns what concerns a domain into what concerns a setup."""

    index: int

    def domain(self, setup: Setup) -> Domain:
        return setup.domains[self.index] if self.index < len(setup.domains) else Domain()

    def reading(self, read: Callable[[Domain], str]) -> Callable[[Setup], str]:
        return lambda setup: read(self.domain(setup))

    def writing(self, write: Callable[[Domain, str], Domain]) -> Callable[[Setup, str], Setup]:
        return self.writing_with_setup(lambda setup, domain, answer: write(domain, answer))

    def writing_with_setup(
        self, write: Callable[[Setup, Domain, str], Domain]
    ) -> Callable[[Setup, str], Setup]:
        def change(setup: Setup, answer: str) -> Setup:
            domains = list(setup.domains)
            domains[self.index : self.index + 1] = [
                write(setup, domain, answer) for domain in domains[self.index : self.index + 1]
            ]
            return replace(setup, domains=tuple(domains))

        return change

    def showing(self, topic: str) -> Callable[[Setup, Record], bool]:
        return lambda setup, record: (
            record.topic == topic and record.domain == self.domain(setup).apex
        )


def domain_questions(index: int) -> tuple[Question, ...]:
    """The questions about the domain at a place of the list."""
    place, key = Place(index), f"domains[{index}]"
    return (
        Question(
            f"{key}.dkim[0].selector",
            "DKIM selector",
            "The name of the key; mailcow's own is dkim.",
            place.reading(lambda domain: first_key(domain).selector),
            place.writing(_with_selector),
            placeholder="dkim",
        ),
        Question(
            f"{key}.dkim",
            "DKIM key",
            "The key, or all of v=DKIM1…: in mailcow System, Configuration, ARC/DKIM keys.",
            place.reading(lambda domain: first_key(domain).key),
            place.writing(_with_key),
            placeholder="v=DKIM1;k=rsa;t=s;s=email;p=…",
            lines=3,
            is_one=True,
            shows=place.showing("dkim"),
        ),
        Question(
            f"{key}.verification",
            "Verification",
            "Texts by which Google and others verify the domain, one a line.",
            place.reading(lambda domain: "\n".join(domain.verification)),
            place.writing(_with_verification),
            placeholder="google-site-verification=…",
            lines=2,
            shows=place.showing("verification"),
        ),
        Question(
            f"{key}.mta_sts_id",
            "MTA-STS id",
            "As mailcow's DNS page shows it; empty: no MTA-STS wanted.",
            place.reading(lambda domain: domain.mta_sts_id),
            place.writing(lambda domain, answer: replace(domain, mta_sts_id=answer.strip())),
            placeholder="none",
            shows=place.showing("mta-sts"),
        ),
        Question(
            f"{key}.spf",
            "SPF",
            "Only if it has senders of its own, as in mx a include:_spf.example.net -all.",
            place.reading(lambda domain: spf_words(domain.spf)),
            place.writing(lambda domain, answer: replace(domain, spf=spf_of(answer))),
            placeholder="as in step 3",
            shows=place.showing("spf"),
        ),
        Question(
            f"{key}.dmarc",
            "DMARC reports",
            "Only if its reports go elsewhere than the other domains'.",
            place.reading(lambda domain: " ".join(domain.dmarc.rua) if domain.dmarc else ""),
            place.writing_with_setup(_with_reports),
            placeholder="as in step 3",
            shows=place.showing("dmarc"),
        ),
        Question(
            f"{key}.alias_of",
            "Alias of",
            "If it is an alias domain in mailcow: of which. It gets no client set-up.",
            place.reading(lambda domain: domain.alias_of),
            place.writing(lambda domain, answer: replace(domain, alias_of=answer.strip())),
            placeholder="none",
        ),
    )


def first_key(domain: Domain) -> DkimKey:
    return domain.dkim[0] if domain.dkim else NO_KEY


def _with_selector(domain: Domain, answer: str) -> Domain:
    return _with_first_key(domain, replace(first_key(domain), selector=answer.strip()))


def _with_key(domain: Domain, answer: str) -> Domain:
    return _with_first_key(domain, replace(first_key(domain), key=answer.strip()))


def _with_first_key(domain: Domain, key: DkimKey) -> Domain:
    """The domain with another first key; an untouched one is none."""
    first = () if key == NO_KEY and len(domain.dkim) <= 1 else (key,)
    return replace(domain, dkim=(*first, *domain.dkim[1:]))


def _with_verification(domain: Domain, answer: str) -> Domain:
    lines = filter(None, map(str.strip, answer.splitlines()))
    return replace(domain, verification=tuple(lines))


def spf_words(spf: Spf | None) -> str:
    return " ".join((*spf.mechanisms, spf.all)) if spf else ""


def spf_of(answer: str) -> Spf | None:
    """A policy of the words; the last of them is its end where it is an `all`."""
    words = answer.split()
    if words and words[-1].lower().endswith("all"):
        return Spf(tuple(words[:-1]), words[-1])
    return Spf(tuple(words)) if words else None


def _with_reports(setup: Setup, domain: Domain, answer: str) -> Domain:
    """A domain with the policy of all the others has none of its own."""
    rua = tuple(answer.replace(",", " ").split())
    own = replace(setup.dmarc_of(domain), rua=rua or setup.dmarc.rua)
    return replace(domain, dmarc=None if own == setup.dmarc else own)
