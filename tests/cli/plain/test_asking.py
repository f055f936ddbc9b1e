"""Questions and answers line by line: what is kept, refused, explained and taken back."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from mailcow_dns_tui.cli.plain.asking import MAIN
from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY
from mailcow_dns_tui.model.setup import DkimKey, Dmarc, Domain, Server, Setup, Spf
from mailcow_dns_tui.plan_file import plan_text, read_draft, write_plan
from mailcow_dns_tui.questions import policy, server
from mailcow_dns_tui.questions.domains import domain_questions
from tests.cli.plain.conftest import Talk
from tests.command_line import INSTALLED
from tests.mailcow.api_server import ApiServer
from tests.mailcow.mail_host import lay_out, serving_api, with_api

ANSWERS = (
    *("mail.example.org", "", "192.0.2.10", "2001:db8::10", "example.org"),
    *("mail", EXAMPLE_ORG_KEY, "mx", "~all", "quarantine", "7", "mailto:dmarc@example.org"),
)
(HOSTNAME, API, IPV4, IPV6, NAMES, SELECTOR, KEY, SENDERS, ALL, POLICY, DAYS, REPORTS) = range(12)
KEPT = (
    "server.hostname",
    None,
    *("server.ipv4", "server.ipv6", "domains[0].name", "selector", "key"),
    *("mechanisms", "all", "p", "reporting_days", "rua"),
)


def after(count: int) -> Setup:
    """The setup after so many answers."""
    given = [*ANSWERS[:count], *[""] * (len(ANSWERS) - count)]
    key = DkimKey(given[SELECTOR] or "dkim", given[KEY])
    domain = Domain(given[NAMES], dkim=(key,) if key != DkimKey() else ())
    return Setup(
        Server(given[HOSTNAME], given[IPV4], given[IPV6]),
        domains=(domain,) if given[NAMES] else (),
        spf=Spf(tuple((given[SENDERS] or "mx a").split()), given[ALL] or "-all"),
        dmarc=Dmarc(
            given[POLICY] or "reject",
            reporting_days=int(given[DAYS] or 14),
            rua=(given[REPORTS] or "mailto:mailauth-reports@{domain}",),
        ),
    )


@pytest.mark.parametrize("count", range(len(ANSWERS)))
def test_whenever_the_lines_end_what_was_answered_is_kept(
    talk: Talk, tmp_path: Path, count: int
) -> None:
    code, said = talk(ANSWERS[:count])
    assert code == 0
    plan = tmp_path / "plan.toml"
    assert plan.exists() == (count > 0)
    if count:
        assert plan.read_text() == plan_text(after(count))
        assert f"The plan is kept in {plan}." in said
        assert f"To go on: {INSTALLED} --plain {plan}" in said


@pytest.mark.parametrize(
    ("place", "typed", "sentence"),
    [
        (HOSTNAME, "", "The hostname is missing."),
        (HOSTNAME, "mail", "A full name is wanted, as in mail.example.org."),
        (HOSTNAME, "\x1b]0;evil\x07", "A full name is wanted, as in mail.example.org."),
        (IPV4, "192.0.2", "An IPv4 address is wanted, as in 192.0.2.10."),
        (IPV6, "192.0.2.10", "An IPv6 address is wanted, as in 2001:db8::10."),
        (NAMES, "", "A mail domain is missing."),
        (NAMES, "example.org example", "A full name is wanted, as in mail.example.org."),
        (NAMES, "example.org example.org", "This domain is in the list twice."),
        (SELECTOR, "-mail", "A selector is a short name of letters, digits and hyphens"),
        (SENDERS, "mx everybody", "SPF knows no such mechanism: everybody."),
        (ALL, "+all", "The end of an SPF record is -all, ~all or ?all."),
        (POLICY, "refuse", "Choose one of none, quarantine, reject."),
        (DAYS, "soon", "A whole number is wanted, as in 14."),
        (DAYS, "9999", "Choose from 0 to 3650 days."),
        (REPORTS, "dmarc@example.org", "Put mailto: in front: mailto:dmarc@example.org"),
    ],
)
def test_a_wrong_answer_is_told_and_asked_again(
    talk: Talk, tmp_path: Path, place: int, typed: str, sentence: str
) -> None:
    code, said = talk([*ANSWERS[:place], typed])
    assert code == 0
    _, told, again = said.rpartition(sentence)
    assert told
    assert "]:" in again
    assert "\x1b" not in said
    plan = tmp_path / "plan.toml"
    assert not place or plan.read_text() == plan_text(after(place))


def test_without_any_address_it_is_said_at_the_last_of_them(talk: Talk) -> None:
    _, said = talk(["mail.example.org", "", "", ""])
    assert said.index("IPv6 address [none]:") < said.index("An IPv4 or an IPv6 address is missing.")


def test_a_key_that_ends_too_soon_is_told_when_an_empty_line_ends_it(talk: Talk) -> None:
    _, said = talk([*ANSWERS[:KEY], EXAMPLE_ORG_KEY[:90], ""])
    assert said.count("DKIM key [none]:") == 2
    assert "There is more of it, or an empty line ends it:" in said


def test_a_record_typed_as_selector_is_the_key(talk: Talk, tmp_path: Path) -> None:
    record = f"v=DKIM1;k=rsa;p={EXAMPLE_ORG_KEY}"
    _, said = talk([*ANSWERS[:KEY], "<", record])
    assert "That is the key: it is in DKIM key now. The selector is mail." in said
    assert "DKIM key [v=DKIM1;k=rsa;p=" in said
    assert read_draft(tmp_path / "plan.toml").domains[0].dkim == (DkimKey("mail", record),)


@pytest.mark.parametrize("back", ["<", "back"])
def test_back_leads_to_the_question_before_whatever_is_wrong(
    talk: Talk, tmp_path: Path, back: str
) -> None:
    _, said = talk([*ANSWERS[:IPV6], "wrong", back, "192.0.2.11", "", *[back] * 9])
    assert said.count("IPv4 address [192.0.2.10]:") == 1
    assert "IPv4 address [192.0.2.11]:" in said
    assert said.count("Hostname [mail.example.org]:") > 1
    assert read_draft(tmp_path / "plan.toml").server.ipv4 == "192.0.2.11"


def test_back_leads_out_of_a_key_that_is_not_whole(talk: Talk) -> None:
    _, said = talk([*ANSWERS[:KEY], EXAMPLE_ORG_KEY[:90], "<"])
    assert said.count("DKIM selector [mail]:") == 1


def test_a_question_mark_explains(talk: Talk) -> None:
    assert "As in mail.example.org" in talk(["?"])[1]
    _, said = talk([*ANSWERS[:POLICY], "?", "?"])
    assert said.count("quarantine: Forged mail goes to the spam folder") == 2
    assert "Enter takes the answer in brackets, - empties it, < goes back" in said


def test_a_hyphen_empties_and_a_plus_adds(talk: Talk, tmp_path: Path) -> None:
    talk([*ANSWERS[:NAMES], "example.org", "<", "<", "-", "+ example.net"])
    setup = read_draft(tmp_path / "plan.toml")
    assert setup.server.ipv6 == ""
    assert [each.name for each in setup.domains] == ["example.org", "example.net"]


def test_a_plan_with_all_answers_is_confirmed_or_changed(talk: Talk, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    write_plan(after(len(ANSWERS)), plan)
    code, said = talk(["a", "mail.example.net"])
    assert code == 0
    assert "The plan is of mail.example.org, for example.org." in said
    assert read_draft(plan).server.hostname == "mail.example.net"


def test_a_plan_that_can_not_be_saved_is_told_once(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = talk(ANSWERS[:IPV6], str(tmp_path / "file" / "plan.toml"))
    assert code == 1
    assert said.count("The plan can't be saved: ") == 1


def test_a_plan_that_can_not_be_read_is_a_sentence(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text("servers = 1")
    assert talk([]) == (2, "")


def further() -> Iterator[str]:
    """The keys of the questions that are asked last, in their order."""
    of_server = (each for section in server.SECTIONS for each in section.questions)
    of_policy = (each for section in policy.SECTIONS for each in section.questions)
    keys = (each.key for each in (*of_server, *domain_questions(0), *of_policy))
    return (key for key in keys if key.removeprefix("domains[0].") not in MAIN)


def test_the_rest_is_asked_of_who_wants_it(talk: Talk, tmp_path: Path) -> None:
    rest = {
        "server.caa": ["letsencrypt.org"],
        "domains[0].verification": ["MS=ms1", "MS=ms2", ""],
        "domains[0].mta_sts_id": ["20261123000000"],
        "dmarc.sp": ["None"],
    }
    lines = chain.from_iterable(rest.get(key, [""]) for key in further())
    code, said = talk([*ANSWERS, "?", "y", *lines])
    assert code == 0
    assert "The rest has defaults that serve." in said
    setup = read_draft(tmp_path / "plan.toml")
    assert setup.server.caa == "letsencrypt.org"
    assert setup.domains[0].verification == ("MS=ms1", "MS=ms2")
    assert setup.domains[0].mta_sts_id == "20261123000000"
    assert setup.dmarc.sp == "none"


@pytest.fixture
def api() -> Iterator[ApiServer]:
    with serving_api("example.org") as running:
        yield running


def test_what_mailcow_says_need_only_be_confirmed(
    talk: Talk, api: ApiServer, tmp_path: Path
) -> None:
    folder, plan = lay_out(tmp_path / "host", *with_api(api)), tmp_path / "plan.toml"
    code, said = talk([""] * 6, str(plan), "--mailcow", str(folder))
    assert code == 0
    assert "Read from mailcow: " in said
    assert "Its address, or Enter for no" not in said
    assert "DKIM key [MII" in said
    setup = read_draft(plan)
    assert setup.server.ipv4 == "192.0.2.10"
    assert setup.domains[0].dkim[0].key == EXAMPLE_ORG_KEY


def test_another_answer_of_mailcows_is_taken_by_a_sign(
    talk: Talk, api: ApiServer, tmp_path: Path
) -> None:
    folder, plan = lay_out(tmp_path / "host", *with_api(api)), tmp_path / "plan.toml"
    write_plan(after(len(ANSWERS)), plan)
    wanted = "mailcow.conf has mail.example.org. = takes it."
    talk(["a", "mx.example.net"], str(plan), "--mailcow", str(folder))
    _, said = talk(["a", "="], str(plan), "--mailcow", str(folder))
    assert wanted in said
    assert read_draft(plan).server.hostname == "mail.example.org"


def test_the_key_of_the_api_is_never_said(talk: Talk, tmp_path: Path) -> None:
    code, said = talk(["mail.example.org", "?", "http://127.0.0.1:1", "hunter2", "192.0.2.10"])
    assert code == 0
    assert "A read-only key is enough" in said
    assert "API key:" in said
    assert "? " in said
    assert "hunter2" not in said + (tmp_path / "plan.toml").read_text()
