"""A check for monitoring.

`--format nagios`: the answer of a plugin. `--format prometheus`: gauges, as the textfile collector
of node_exporter reads them, in the text format 0.0.4, without times of samples, which it refuses.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mailcow_dns_tui.cli.plugin import State, plugin_text
from mailcow_dns_tui.cli.report import Outcome, domain_text
from mailcow_dns_tui.model.finding import COUNTED, Finding, Status

STATES = {
    Status.ERROR: State.CRITICAL,
    Status.UNKNOWN: State.UNKNOWN,
    Status.WARNING: State.WARNING,
}
NOUNS = {
    Status.ERROR: ("error", "errors"),
    Status.WARNING: ("warning", "warnings"),
    Status.UNKNOWN: ("could not be asked", "could not be asked"),
}


def nagios_code(outcome: Outcome) -> int:
    """The exit code that a monitoring system reads as a state."""
    return _state(outcome).value


def nagios_part(findings: Iterable[Finding]) -> str:
    """The faults, a line each with its rank, the worst being 0."""
    faults = ((each, STATES.get(each.effective_status)) for each in findings)
    return "\n".join(
        f"{each.effective_status.rank} [{state.name}] {' '.join(each.message.split())}"
        for each, state in faults
        if state is not None
    )


def nagios_whole(outcome: Outcome, parts: Iterable[str]) -> str:
    """The state with the counts, the performance data, and a line for each fault, worst first."""
    ranked = (line.partition(" ") for part in parts for line in part.splitlines())
    faults = sorted(ranked, key=lambda line: line[0])
    told = (said for _, _, said in faults)
    return plugin_text(_state(outcome), _counts(outcome), _measured(outcome), told)


def _state(outcome: Outcome) -> State:
    status = outcome.deciding
    return State.OK if status is None else STATES.get(status, State.OK)


def _counts(outcome: Outcome) -> str:
    counts = outcome.counts
    faults = [f"{counts[s]} {words[counts[s] > 1]}" for s, words in NOUNS.items() if counts[s]]
    good = counts[Status.OK] + counts[Status.INFO]
    muted = [f"{counts[Status.MUTED]} muted"] if counts[Status.MUTED] else []
    return ", ".join([*faults, f"{good} good", *muted])


def _measured(outcome: Outcome) -> dict[str, str]:
    counts = {status.word: str(outcome.counts[status]) for status in COUNTED}
    return {**counts, "time": f"{outcome.seconds:.2f}s", "queries": str(outcome.queries)}


PREFIX = "mailcow_dns"
FINDINGS = "findings"
CERTIFICATES = "certificate_not_after_seconds"
BEHIND = "\f"
"""In the text of a part: ends the samples of findings, and begins those of certificates."""
ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})

Sample = tuple[Mapping[str, str], float]


def prometheus_part(findings: Sequence[Finding]) -> str:
    """The samples of all that was found of some domains, behind them those of certificates."""
    ends = (({"name": str(f.name)}, f.not_after.timestamp()) for f in findings if f.not_after)
    counted = "".join(_samples(FINDINGS, _counted(findings)))
    return counted + BEHIND + "".join(_samples(CERTIFICATES, ends))


def prometheus_whole(outcome: Outcome, parts: Iterable[str], when: float) -> Iterator[str]:
    """All gauges of a check that ended at a Unix time; all samples of a name stand together."""
    ends: list[str] = []
    yield from _head(FINDINGS, "Findings of the last check.")
    for part in parts:
        counted, _, of_certificates = part.partition(BEHIND)
        ends.append(of_certificates)
        yield counted
    if any(ends):
        yield from _head(CERTIFICATES, "When the certificate behind a TLSA record runs out.")
        yield from ends
    yield from _gauge("check_timestamp_seconds", "When the last check ended.", when)
    yield from _gauge("check_duration_seconds", "How long the last check took.", outcome.seconds)
    yield from _gauge("check_queries", "Questions that the last check asked.", outcome.queries)


def _counted(findings: Sequence[Finding]) -> Iterator[Sample]:
    """Every status of every topic and domain, also with 0: what an alert is about never ends."""
    counts = Counter((f.domain, f.topic, f.effective_status) for f in findings)
    for domain, topic in dict.fromkeys((f.domain, f.topic) for f in findings):
        for status in COUNTED:
            labels = {"domain": domain_text(domain) or "", "topic": topic, "status": status.word}
            yield labels, counts[domain, topic, status]


def _gauge(name: str, about: str, value: float) -> Iterator[str]:
    yield from _head(name, about)
    yield from _samples(name, [({}, value)])


def _head(name: str, about: str) -> Iterator[str]:
    yield f"# HELP {PREFIX}_{name} {about}\n"
    yield f"# TYPE {PREFIX}_{name} gauge\n"


def _samples(name: str, samples: Iterable[Sample]) -> Iterator[str]:
    for labels, value in samples:
        yield f"{PREFIX}_{name}{_labels(labels)} {round(value, 3)}\n"


def _labels(labels: Mapping[str, str]) -> str:
    pairs = [f'{name}="{value.translate(ESCAPES)}"' for name, value in labels.items()]
    return f"{{{','.join(pairs)}}}" if pairs else ""
