"""Many answers that are taken over at once."""

from collections.abc import Iterator

import dns.name
import pytest

from mailcow_dns_tui.model import suggestion
from mailcow_dns_tui.model.problems import Problem, problems
from mailcow_dns_tui.model.setup import DkimKey, Domain, Server, Service, Setup
from mailcow_dns_tui.model.suggestion import Suggestion, filled, with_answers

MANY = 200
NAMES = tuple(f"d{number}.example" for number in range(MANY))
KEY = (DkimKey(key="AAAA"),)


def suggestions() -> Iterator[Suggestion]:
    yield Suggestion("server.hostname", "mail.example.org", "mailcow")
    yield Suggestion("services.imap", Service("imap", 144), "mailcow")
    for name in NAMES:
        yield Suggestion("dkim", KEY, "mailcow", dns.name.from_text(name))
        yield Suggestion("mta_sts_id", "1", "mailcow", dns.name.from_text(name))


def test_all_are_in_their_places() -> None:
    setup = filled(Setup(domains=tuple(map(Domain, NAMES))), suggestions(), is_new=True)
    assert setup.server.hostname == "mail.example.org"
    assert setup.services.of("imap") == Service("imap", 144)
    assert setup.domains == tuple(Domain(name, dkim=KEY, mta_sts_id="1") for name in NAMES)


def test_a_setup_is_looked_through_once_for_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[Setup] = []

    def counted(setup: Setup) -> tuple[Problem, ...]:
        looks.append(setup)
        return problems(setup)

    monkeypatch.setattr(suggestion, "problems", counted)
    kept = Setup(server=Server(ipv4="192.0.2.10"), domains=tuple(map(Domain, NAMES)))
    known = [*suggestions(), Suggestion("server.ipv6", "2001:db8::1", "mailcow")]
    setup = filled(kept, known, is_new=False)
    assert setup.server == Server("mail.example.org", "192.0.2.10")
    assert len(looks) == 1


def test_what_has_no_place_is_left_aside() -> None:
    setup = Setup(domains=(Domain("example.org"),))
    assert with_answers(setup, {"domains[1].dkim": KEY}) == setup
