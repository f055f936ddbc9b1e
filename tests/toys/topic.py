"""A topic as a newcomer writes one: its file is all of it, beside a line in the registry."""

from collections.abc import Iterable, Iterator

from mailcow_dns_tui.model.answer import Answer
from mailcow_dns_tui.model.code import Act, Code
from mailcow_dns_tui.model.finding import Status
from mailcow_dns_tui.model.record import Record
from mailcow_dns_tui.model.step import GuideStep
from mailcow_dns_tui.model.text import txt_rdata
from mailcow_dns_tui.topics.base import Guidance, Subject, Topic
from mailcow_dns_tui.topics.context import Context
from mailcow_dns_tui.topics.judge import Verdict, as_wanted, missing, where
from mailcow_dns_tui.topics.steps import until
from mailcow_dns_tui.topics.text_record import values

TOY_ASLEEP = Code("toy-asleep", "TOY: the toy sleeps", Act.CHANGE)
AWAKE, ASLEEP = "v=TOY1; awake", "v=TOY1; asleep"


def after_the_mail(step: GuideStep, context: Context) -> Iterator[str]:
    """Nobody plays with the toy of a domain without mail."""
    mx = context.wanted("mx", step.finding.domain)
    yield from until(context, mx, "mail arrives")


class ToyTopic(Topic):
    id = "toy"
    label = "TOY"
    lacking = "nobody can play"
    asked_in = "services"
    column = "TOY"
    column_means = "toys"
    guidance = Guidance(55, locks=after_the_mail)

    def wanted(self, subject: Subject) -> Iterable[Record]:
        if subject.apex is not None:
            yield self.record(subject, "_toy", txt_rdata(AWAKE), "Others play with it.")

    def judge_answer(self, record: Record, answer: Answer) -> Verdict:
        if ASLEEP in values(answer):
            fix = f"Wake it up {where(record)}."
            return Verdict(Status.WARNING, TOY_ASLEEP, "The toy sleeps.", fix)
        return as_wanted(record) if AWAKE in values(answer) else missing(record)
