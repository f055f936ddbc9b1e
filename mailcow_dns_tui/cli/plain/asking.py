"""The questions of the setup, one after the other."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from mailcow_dns_tui.cli.plain.lines import BACK, EXPLAIN, YES
from mailcow_dns_tui.cli.plain.session import Session
from mailcow_dns_tui.mailcow.secret import Access, Secret
from mailcow_dns_tui.model.names import both_forms
from mailcow_dns_tui.model.problems import problems
from mailcow_dns_tui.model.setup import Setup
from mailcow_dns_tui.model.text import brief, listed
from mailcow_dns_tui.questions import policy, server
from mailcow_dns_tui.questions.domains import domain_questions, names_in, with_names
from mailcow_dns_tui.questions.question import AnswerType, Question
from mailcow_dns_tui.questions.suggestions import offer_sentence, offered

MAIN = {
    *("server.hostname", "server.ipv4", "server.ipv6", "domains", "dkim[0].selector", "dkim"),
    *("spf.mechanisms", "spf.all", "dmarc.p", "dmarc.reporting_days", "dmarc.rua"),
}
"""The keys of what is asked in any case, those of a domain less its place."""
LAST_ADDRESS = "server.ipv6"
"""The question at which it is said that there is none."""
EMPTY, TAKE = "-", "="
DOMAIN = re.compile(r"domains\[\d+\]\.")
HELP = "Enter takes the answer in brackets, - empties it, < goes back, Ctrl+D ends."
NO_NUMBER = "A whole number is wanted, as in {example}."
API = "Read mailcow's answers by its API? Its address, or Enter for no:"
OUTSIDE = "Ask a service outside for this machine's address? y, or Enter for no:"
REST = "Ask about the rest, such as CAA, TLSA and MTA-STS? y, or Enter for no:"
ABOUT_REST = "The rest has defaults that serve. Ports of services are in the wizard and the plan."
LONGEST_DEFAULT = 60


@dataclass(frozen=True)
class DomainNames(AnswerType):
    """The names of all domains; or one more of them, behind a plus."""

    def read(self, setup: Setup, key: str) -> str:
        return " ".join(domain.name for domain in setup.domains)

    def write(self, setup: Setup, key: str, text: str) -> Setup:
        """The names of the text in place of all; behind a `+`, beside them."""
        known = {domain.name: domain for domain in setup.domains}
        more = text.removeprefix("+")
        return with_names(setup, [*(known if more != text else ()), *names_in(more)], known)


DOMAINS = Question(
    "domains",
    "Names",
    "All on one line; or + and one that is added.",
    DomainNames(),
    placeholder="example.org",
)
Page = Callable[[], bool]
"""Asks something; whether to go on, and not back."""


class Asking:
    """Asks page by page, forth and back; each answer is kept before the next question."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._say = session.lines.say
        self._heading = ""
        self._asks_rest = False
        known, host = session.suggestions.mailcow, session.setup.server
        has_api = known.domains is None and not session.engine.is_example
        is_behind_nat = bool(known.sources) and not (host.ipv4 or host.ipv6)
        self._offers = [*[self._offer_api] * has_api, *[self._offer_outside] * is_behind_nat]

    def ask_all(self, *, from_last: bool = False) -> None:
        """Ask everything, from the first question on, or from the last one."""
        place = len(list(self._pages())) - 1 if from_last else 0
        while place < len(pages := list(self._pages())):
            place = max(0, place + (1 if pages[place]() else -1))

    def _pages(self) -> Iterator[Page]:
        asked = [
            (partial(self._ask, heading, question), DOMAIN.sub("", question.key) in MAIN)
            for heading, question in self._questions()
        ]
        first, *main = (page for page, is_main in asked if is_main)
        yield first
        yield from self._offers
        yield from main
        yield self._offer_rest
        if self._asks_rest:
            yield from (page for page, is_main in asked if not is_main)

    def _questions(self) -> Iterator[tuple[str, Question]]:
        """Each with the heading that it stands under."""
        for section in server.SECTIONS:
            yield from ((section.title, question) for question in section.questions)
        yield "Mail domains", DOMAINS
        for index, domain in enumerate(self._session.setup.domains):
            title = both_forms(domain.apex) if domain.apex else domain.name
            yield from ((title, question) for question in domain_questions(index))
        for section in policy.SECTIONS:
            yield from ((section.title, question) for question in section.questions)

    def _ask(self, heading: str, question: Question) -> bool:
        self._begin(heading, question)
        while (typed := self._typed(question)) not in BACK:
            if typed in EXPLAIN:
                self._explain(question)
                continue
            setup, wrong = self._answered(question, typed)
            if not wrong:
                if said := question.elsewhere(self._session.setup, typed):
                    self._say(said)
                self._session.change(setup)
                if typed and (understood := question.understood(setup)):
                    self._say(f"✓ {understood}")
                return True
            self._say(wrong)
        return False

    def _begin(self, heading: str, question: Question) -> None:
        if heading != self._heading:
            self._heading = heading
            self._say("", heading)
        self._say(question.hint_for(question.read(self._session.setup)))
        setup, suggestions = self._session.setup, self._session.suggestions
        if remark := suggestions.remark(question.key, setup):
            self._say(remark)
        if suggestion := offered(question, suggestions, setup):
            self._say(f"{offer_sentence(question, suggestion, setup)} {TAKE} takes it.")
        if question is DOMAINS and (more := suggestions.domains_to_add(setup)):
            self._say(f"mailcow also has {listed(domain.name for domain in more)}.")

    def _typed(self, question: Question) -> str:
        lines, now = self._session.lines, question.read(self._session.setup)
        labels = dict(question.choices)
        which = f" ({', '.join(labels.values())})" if labels else ""
        shown = brief(" ".join(labels.get(now, now).split()), LONGEST_DEFAULT) or "none"
        prompt = f"{question.label}{which} [{shown}]:"
        if question.lines == 1:
            return lines.ask(prompt)
        return lines.ask_all(
            prompt, lambda text: question.is_one and not self._answered(question, text)[1]
        )

    def _explain(self, question: Question) -> None:
        self._say(question.more or question.hint)
        for value, hint in question.hints.items():
            self._say(f"  {value}: {hint}")
        if question.placeholder not in {"", "none"}:
            self._say(f"As in {question.placeholder}")
        self._say(HELP)

    def _answered(self, question: Question, typed: str) -> tuple[Setup, str]:
        """The setup with an answer, and what is wrong with it; empty where nothing is."""
        setup, text = self._session.setup, "" if typed == EMPTY else typed
        offer = offered(question, self._session.suggestions, setup)
        if typed == TAKE and offer:
            setup = offer.apply(setup)
        elif question.restrict and typed and not re.fullmatch(question.restrict, text):
            return setup, NO_NUMBER.format(example=question.placeholder)
        elif typed:
            values = {label.lower(): value for value, label in question.choices}
            setup = question.write(setup, values.get(text.lower(), text))
        return setup, wrong_answer(question, setup)

    def _offer(self, about: str, prompt: str) -> str:
        while (typed := self._session.lines.ask(prompt)) in EXPLAIN:
            self._say(about)
        return typed

    def _offer_api(self) -> bool:
        """As the wizard's F2."""
        url = self._offer(server.ABOUT_KEY, API)
        if url and url not in BACK:
            key = self._session.lines.ask_secret("API key:")
            self._session.read_mailcow(Access(url, Secret(key)))
        return url not in BACK

    def _offer_outside(self) -> bool:
        typed = self._offer(server.ABOUT_OUTSIDE, OUTSIDE)
        if typed in YES:
            self._session.read_mailcow(Access(outside=True))
        return typed not in BACK

    def _offer_rest(self) -> bool:
        typed = self._offer(ABOUT_REST, REST)
        self._asks_rest = typed in YES
        return typed not in BACK


def wrong_answer(question: Question, setup: Setup) -> str:
    """What is wrong with what a setup answers to a question; empty where nothing is."""
    names = re.compile(r"domains\[\d+\]\.name")
    is_own = names.fullmatch if question is DOMAINS else question.is_about
    for problem in problems(setup):
        place = LAST_ADDRESS if problem.key == "server.ipv4" else problem.key
        if problem.missing and problem.stops_planning and place == question.key:
            return problem.sentence
        if not problem.missing and is_own(problem.key):
            return problem.sentence
    return ""


def lacking(setup: Setup) -> list[str]:
    """What nothing can be planned without, in sentences."""
    return [each.sentence for each in problems(setup) if each.stops_planning]
