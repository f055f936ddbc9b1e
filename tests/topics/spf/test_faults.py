"""Faults of an SPF record, each beside a record near it that is fine."""

from dataclasses import replace

import pytest

from mailcow_dns_tui.model.finding import Finding, Status
from mailcow_dns_tui.model.setup import Spf
from tests.memory_dns import NS1, NS2, MemoryDns, World
from tests.topics.setups import FULL, SMALL
from tests.topics.spf.zones import (
    APEX,
    GOOD,
    OURS,
    all_judged,
    chain,
    codes,
    holding,
    judged,
    publishing,
)

FINE = {"works-differently": Status.INFO}
AS_INTENDED = {"as-wanted": Status.OK}
"""As the guide would propose it."""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("v=spf1 ipv4:1.2.3.4 -all", "with ip4: or ip6:"),
        ("v=spf1 ip:1.2.3.4 -all", "with ip4: or ip6:"),
        ("v=spf1 ip4:1.2.3.4.5 -all", "no address"),
        ("v=spf1 ip4:1.2.3.4/33 -all", "no address"),
        ("v=spf1 ip4:1.2.3.4:25 -all", "no port"),
        ("v=spf1 ip4:2001:db8::10 -all", "written with ip6:"),
        ("v=spf1 ip6:1.2.3.4 -all", "written with ip4:"),
        ("v=spf1 1.2.3.4 -all", "written with ip4:"),
        ("v=spf1 include:1.2.3.4 -all", "written with ip4:"),
        ("v=spf1 include: ours.example.net -all", "no blank may follow"),
        ("v=spf1 mx - all", "no blank may follow"),
        ("v=spf1 mx, a, -all", "commas"),
        ("v=spf1 mx a -all;", "commas"),
        ("v=spf1 mx a-all", "before all"),
        ("v=spf1 mx a -all.", "may follow all"),
        ("v=spf1 mx a -all nonsense", "`nonsense` is wrong"),
        (
            "v=spf1 redirect=ours.example.net redirect=b.example.net",
            "redirect= stands twice in it, and may stand once",
        ),
        ("v=spf1 mx -all exp=a.example.net exp=b.example.net", "exp= stands twice in it"),
        ("v=spf1 mx redirect:ours.example.net", "with =, not with a colon"),
        ("v=spf1 include:localhost -all", "does not name a domain"),
        ("v=spf1 mx a -all&quot;", "HTML"),
        (r"v=spf1 mx a \226\128\147all", "not plain ASCII"),
        (r"v=spf1 mx a -all\"", "quotation marks"),
        (r"v=spf1 mx \\ a -all", "backslashes"),
        (r"\"v=spf1 mx a -all\"", "begins with a quotation mark"),
        ("'v=spf1 mx a -all'", "begins with a quotation mark"),
        (r"\\\"v=spf1 mx a -all\\\"", "begins with a quotation mark"),
        (r"\226\128\156v=spf1 mx a -all\226\128\157", "begins with a quotation mark"),
        ("&quot;v=spf1 mx a -all&quot;", "begins with HTML"),
        (" v=spf1 mx a -all", "begins with a blank"),
        ("v=spf1mx a -all", "after v=spf1 there is no blank"),
        ("v=spf1include:ours.example.net -all", "after v=spf1 there is no blank"),
        ("v=spf1; mx a -all", "after v=spf1 there is no blank"),
        ("v=spf10 mx a -all", "after v=spf1 there is no blank"),
        ("v=spf2 mx a -all", "begin with v=spf1"),
        ("v = spf1 mx a -all", "begin with v=spf1"),
        ("v:spf1 mx a -all", "begin with v=spf1"),
        ("spf1 mx a -all", "begin with v=spf1"),
    ],
)
async def test_a_record_that_receivers_can_not_use_is_an_error_in_words(
    text: str, told: str
) -> None:
    findings = await all_judged(MemoryDns(publishing(text)))
    assert [(f.code, f.status) for f in findings] == [("not-valid", Status.ERROR)]
    assert told in findings[0].message
    assert findings[0].message.isprintable()


@pytest.mark.parametrize("text", ["spf2.0/pra mx -all", "about SPF", "myspf=1", "verify=spf1x"])
async def test_another_text_is_not_taken_for_the_record(text: str) -> None:
    assert await codes(publishing(text)) == {"missing": Status.ERROR}


@pytest.mark.parametrize("text", [r"v=spf1\010", r"v=\197\191pf1 -all"])
async def test_what_receivers_do_not_take_for_a_record_is_no_second_one(text: str) -> None:
    assert await codes(holding('"v=spf1 mx a -all"', f'"{text}"')) == {"as-wanted": Status.OK}


@pytest.mark.parametrize(
    "rdata", ['"v=spf1 mx a" "-all"', '"v=spf1" "mx a -all"', '"v=spf1 mx" "a -all"']
)
async def test_strings_joined_without_a_blank_are_told(rdata: str) -> None:
    finding = await judged(MemoryDns(holding(rdata)))
    assert (finding.code, finding.status) == ("not-valid", Status.ERROR)
    assert "joined without a blank" in finding.message


async def test_strings_joined_to_a_wrong_name_are_told() -> None:
    finding = await judged(MemoryDns(holding('"v=spf1 include:ours.example.net" "a -all"')))
    assert (finding.code, finding.status) == ("broken-reference", Status.ERROR)
    assert "ours.example.neta" in finding.message
    assert "joined without a blank" in finding.message


@pytest.mark.parametrize("rdata", ['"v=spf1 m" "x a -all"', '"v=spf1 mx a " "-all"'])
async def test_strings_may_be_cut_anywhere(rdata: str) -> None:
    assert await codes(holding(rdata)) == {"as-wanted": Status.OK}


@pytest.mark.parametrize("text", ["v=spf1 mx a +all", "v=spf1 mx a all", "v=spf1 +all"])
async def test_a_record_open_to_all_is_an_error(text: str) -> None:
    assert await codes(publishing(text)) == {"open-to-all": Status.ERROR}


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("v=spf1 mx +all", "+all"),
        ("v=spf1 mx ip4:0.0.0.0/0 -all", "ip4:0.0.0.0/0"),
        ("v=spf1 mx ip6:::/0 -all", "ip6:::/0"),
    ],
)
async def test_the_term_that_opens_a_record_is_named(text: str, by: str) -> None:
    finding = await judged(MemoryDns(publishing(text)))
    assert (finding.code, finding.status) == ("open-to-all", Status.ERROR)
    assert f"by `{by}`." in finding.message
    assert finding.terms == (by,)
    assert finding.fix.startswith(f"Delete {by} from it")


LONG = f"{'long-' * 12}.{'name-' * 12}.example.net"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("v=spf1 mx include:open.example.net -all", "include:open.example.net"),
        ("v=spf1 mx +include:open.example.net -all", "+include:open.example.net"),
        ("v=spf1 mx include:outer.example.net -all", "include:outer.example.net"),
        ("v=spf1 mx redirect=open.example.net", "redirect=open.example.net"),
        ("v=spf1 mx redirect=outer.example.net", "redirect=outer.example.net"),
        (f"v=spf1 mx include:{LONG} -all", f"include:{LONG}"),
    ],
)
async def test_of_what_others_publish_the_own_term_that_leads_there_is_named(
    text: str, own: str
) -> None:
    """RFC 7208 5.2: what the included record lets pass, the include lets pass."""
    refused = "v=spf1 -include:open.example.net include:open.example.net -all"
    world = publishing(text).having(f"{LONG}.", "TXT", '"v=spf1 +all"')
    world = world.having("outer.example.net.", "TXT", '"v=spf1 include:inner.example.net -all"')
    world = world.having("inner.example.net.", "TXT", '"v=spf1 include:refused.example.net +all"')
    world = world.having("refused.example.net.", "TXT", f'"{refused}"')
    finding = await judged(MemoryDns(world))
    assert (finding.code, finding.status) == ("open-to-all", Status.ERROR)
    assert finding.terms == (own,)
    assert "which leads to `+all`" in finding.message
    assert "from it, and end it with -all" in finding.fix
    assert "Take +all" not in finding.fix


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("mx ip4:64.0.0.0/2 -all", "ip4:64.0.0.0/2"),
        ("mx include:wide.example.net -all", "include:wide.example.net"),
        ("mx redirect=wide.example.net", "redirect=wide.example.net"),
    ],
)
async def test_a_range_is_told_with_the_own_term_that_leads_to_it(text: str, own: str) -> None:
    world = publishing(f"v=spf1 {text}")
    world = world.having("wide.example.net.", "TXT", '"v=spf1 ip4:64.0.0.0/2 -all"')
    finding = await judged(MemoryDns(world))
    assert (finding.code, finding.terms) == ("wide-range", (own,))
    assert own in finding.message
    assert "ip4:64.0.0.0/2" in finding.message
    assert finding.fix.startswith(
        "Change the number" if own[:3] == "ip4" else f"Delete {own} from it"
    )


@pytest.mark.parametrize(
    "term", ["ip4:1.0.0.0/1", "ip4:0.0.0.0/1", "ip4:2.0.0.0/7", "mx/4", "ip6:2000::/3"]
)
async def test_a_range_that_holds_much_of_the_internet_is_an_error(term: str) -> None:
    assert await codes(publishing(f"v=spf1 mx {term} -all")) == {"wide-range": Status.ERROR}


@pytest.mark.parametrize("term", ["ip4:17.0.0.0/8", "ip6:2001::/16", "mx/24"])
async def test_a_large_network_is_not_the_internet(term: str) -> None:
    assert await codes(publishing(f"v=spf1 {OURS} {term} -all")) == AS_INTENDED


async def test_a_range_that_is_refused_is_none_to_warn_of() -> None:
    assert await codes(publishing(f"v=spf1 {OURS} -ip4:0.0.0.0/1 -all")) == FINE


async def test_a_wide_range_counts_only_where_it_lets_pass() -> None:
    wide = ("wide.example.net.", "TXT", '"v=spf1 ip4:64.0.0.0/2 -all"')
    refusing = publishing("v=spf1 mx -include:wide.example.net -all")
    assert await codes(refusing.having(*wide)) == FINE
    for text in ("mx redirect=wide.example.net", "mx include:wide.example.net -all"):
        passing = publishing(f"v=spf1 {text}")
        assert await codes(passing.having(*wide)) == {"wide-range": Status.ERROR}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("v=spf1 mx a", "without all"),
        ("v=spf1 mx ?all", "?all"),
        ("v=spf1 mx redirect=neutral.example.net", "?all"),
    ],
)
async def test_a_record_that_refuses_nobody_is_a_warning(text: str, told: str) -> None:
    findings = await all_judged(MemoryDns(publishing(text)))
    assert [(f.code, f.status) for f in findings] == [("neutral-end", Status.WARNING)]
    assert told in findings[0].message


async def test_a_planned_neutral_end_is_as_wanted() -> None:
    setup = replace(FULL, spf=Spf(all="?all"))
    assert await codes(publishing("v=spf1 mx a ?all"), setup) == {"as-wanted": Status.OK}
    assert await codes(publishing(f"v=spf1 {OURS} ?all"), setup) == AS_INTENDED


def pointing(*targets: str) -> World:
    """A record with our own in front, so that mail of ours passes whatever comes after."""
    return publishing(" ".join(("v=spf1 mx", *targets, "-all")))


@pytest.mark.parametrize(
    ("term", "told"),
    [
        ("include:nothing.example.net", "nothing.example.net has no SPF record"),
        ("include:two.example.net", "two.example.net has several SPF records"),
        ("include:broken.example.net", "in the record of broken.example.net, `ipv4:9.9.9.9`"),
        ("include:example.org", "example.org refers to itself"),
        ("include:round.example.net", "example.org refers to itself by way of round.example.net"),
    ],
)
async def test_an_include_that_is_broken_is_an_error_wherever_it_stands(
    term: str, told: str
) -> None:
    for text in (f"v=spf1 mx {term} -all", f"v=spf1 {term} mx -all"):
        findings = await all_judged(MemoryDns(publishing(text)))
        assert [(f.code, f.status) for f in findings] == [("broken-reference", Status.ERROR)]
        assert told in findings[0].message


IGNORED = "receivers then ignore the whole record"
PASSES_BEFORE = "mail from this server passes before that"
BROKEN = {
    "broken-reference": "include:nothing.example.net",
    "too-many-lookups": "include:c1.example.net",
    "too-many-void-lookups": " ".join(f"a:gone{n}.example.net" for n in range(3)),
}


@pytest.mark.parametrize("code", BROKEN)
@pytest.mark.parametrize(
    ("text", "told", "untold"),
    [
        ("v=spf1 mx {} -all", PASSES_BEFORE, IGNORED),
        (f"v=spf1 {OURS} {{}} -all", PASSES_BEFORE, IGNORED),
        ("v=spf1 {} mx -all", IGNORED, PASSES_BEFORE),
        ("v=spf1 ip4:1.2.3.4 {} ip6:2001:db8::10 -all", IGNORED, PASSES_BEFORE),
        ("v=spf1 -mx {} -all", "receivers that come to that give up", IGNORED),
    ],
)
async def test_what_our_own_mail_does_not_meet_is_not_said_of_it(
    code: str, text: str, told: str, untold: str
) -> None:
    world = chain(11).having(APEX, "TXT", f'"{text.format(BROKEN[code])}"')
    findings: dict[str, Finding] = {f.code: f for f in await all_judged(MemoryDns(world))}
    assert findings[code].status is Status.ERROR
    assert told in findings[code].message
    assert untold not in findings[code].message


async def test_without_an_address_nothing_is_said_to_pass() -> None:
    setup = replace(SMALL, server=replace(SMALL.server, ipv4=""))
    findings = await all_judged(
        MemoryDns(publishing("v=spf1 include:gone.example.net -all")), setup
    )
    (broken,) = (f for f in findings if f.code == "broken-reference")
    assert PASSES_BEFORE not in broken.message


OWN_NAMES = {
    "1.2.3.4._spf.example.net.": "v=spf1 +all",
    "4.3.2.1.in-addr._spf.example.net.": "v=spf1 +all",
    "_each.example.net.": "v=spf1 include:%{i}._spf.example.net -all",
    "mail.example.org._spf.example.net.": "v=spf1 +all",
}


def naming_us(text: str, *lacking: str) -> World:
    """With records at names that hold an address, or the name that belongs to it."""
    world = publishing(text)
    for name, record in OWN_NAMES.items():
        world = world if name in lacking else world.having(name, "TXT", f'"{record}"')
    return world.having("1.2.3.4.a.example.net.", "A", "127.0.0.2")


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1 include:%{i}._spf.example.net -all",
        "v=spf1 include:%{I}._spf.example.net ~all",
        "v=spf1 include:%{ir}.%{v}._spf.example.net -all",
        "v=spf1 include:%{p}._spf.example.net -all",
        "v=spf1 include:_each.example.net -all",
        "v=spf1 redirect=%{i}._spf.example.net",
        "v=spf1 redirect=_each.example.net",
        "v=spf1 mx include:%{i}._spf.example.net -all",
        f"v=spf1 {' '.join(f'exists:%{{i}}.{n}.example.net' for n in 'abcd')} -all",
        "v=spf1 mx include:%{l}._spf.example.net -all",
        "v=spf1 mx exists:%{l}.%{d} -all",
    ],
)
async def test_a_name_that_holds_a_strangers_address_need_not_exist(text: str) -> None:
    assert await codes(naming_us(text), SMALL) == FINE


@pytest.mark.parametrize("text", ["include:%{i}._spf.example.net", "include:_each.example.net"])
async def test_a_name_that_holds_our_own_address_has_to(text: str) -> None:
    world = naming_us(f"v=spf1 {text} -all", "1.2.3.4._spf.example.net.")
    finding = await judged(MemoryDns(world), SMALL)
    assert (finding.code, finding.status) == ("broken-reference", Status.ERROR)
    assert "1.2.3.4._spf.example.net has no SPF record" in finding.message
    assert IGNORED in finding.message


async def test_too_many_names_that_hold_our_own_address_and_do_not_exist_are_an_error() -> None:
    exists = " ".join(f"exists:%{{i}}.{n}.example.net" for n in "bcd")
    world = naming_us(f"v=spf1 {exists} mx -all")
    assert await codes(world, SMALL) == {"too-many-void-lookups": Status.ERROR}


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1 include:%{l}._spf.example.net -all",
        "v=spf1 include:%{s}._spf.example.net mx -all",
        "v=spf1 exists:%{L1r}.users.example.net -all",
        "v=spf1 redirect=%{l-}._spf.example.net",
    ],
)
async def test_what_depends_on_who_writes_can_not_be_told(text: str) -> None:
    findings = await all_judged(MemoryDns(naming_us(text)), SMALL)
    assert [(f.code, f.status) for f in findings] == [("could-not-ask", Status.UNKNOWN)]
    assert "before the @" in findings[0].message


@pytest.mark.parametrize("target", ["nothing.example.net", "example.org"])
async def test_a_redirect_that_is_broken_is_an_error(target: str) -> None:
    world = publishing(f"v=spf1 mx redirect={target}")
    assert await codes(world) == {"broken-reference": Status.ERROR}


async def test_more_than_ten_lookups_are_an_error_nested_ones_included() -> None:
    record = "v=spf1 mx include:c1.example.net -all"
    ten = chain(9).having(APEX, "TXT", f'"{record}"')
    eleven = chain(10).having(APEX, "TXT", f'"{record}"')
    assert await codes(ten) == FINE
    findings = await all_judged(MemoryDns(eleven))
    assert [(f.code, f.status) for f in findings] == [("too-many-lookups", Status.ERROR)]
    assert "11 DNS lookups" in findings[0].message


async def test_lookups_are_counted_to_the_end_of_the_record() -> None:
    world = pointing(*["a:t.example.net"] * 13).having("t.example.net.", "A", "9.9.9.9")
    assert "14 DNS lookups" in (await judged(MemoryDns(world))).message


async def test_more_than_two_lookups_without_an_answer_are_an_error() -> None:
    two = [f"a:gone{n}.example.net" for n in range(2)]
    assert await codes(pointing(*two)) == FINE
    findings = await all_judged(MemoryDns(pointing(*two, "a:gone2.example.net")))
    assert [(f.code, f.status) for f in findings] == [("too-many-void-lookups", Status.ERROR)]
    assert "gone1.example.net" in findings[0].message


async def test_names_without_ipv6_are_fine_for_a_server_without_it() -> None:
    world = publishing("v=spf1 mx a:w1.example.net a:w2.example.net a:w3.example.net -all")
    for n in range(1, 4):
        world = world.having(f"w{n}.example.net.", "A", "9.9.9.9")
    assert await codes(world, SMALL) == FINE
    assert await codes(world) == {"too-many-void-lookups": Status.ERROR}


async def test_what_stands_after_all_has_no_effect() -> None:
    lost = publishing("v=spf1 mx -all include:theirs.example.net")
    assert await codes(lost) == {"after-all": Status.WARNING}
    twice = publishing("v=spf1 mx -all mx -all")
    assert await codes(twice) == {**FINE, "after-all": Status.INFO}


async def test_our_own_after_all_is_left_out() -> None:
    found = await codes(publishing("v=spf1 -all mx"))
    assert found == {"not-allowed": Status.ERROR, "after-all": Status.WARNING}


async def test_a_redirect_beside_all_has_no_effect() -> None:
    beside = publishing("v=spf1 mx redirect=theirs.example.net -all")
    assert await codes(beside) == {"redirect-ignored": Status.WARNING}
    assert await codes(publishing("v=spf1 mx redirect=theirs.example.net")) == FINE


@pytest.mark.parametrize(
    "text", ["v=spf1 mx include=theirs.example.net -all", "v=spf1 mx a v=spf1 a -all"]
)
async def test_a_word_that_is_ignored_for_its_equals_sign_is_a_warning(text: str) -> None:
    assert await codes(publishing(text)) == {"ignored-term": Status.WARNING}


async def test_a_modifier_of_another_kind_is_fine() -> None:
    assert await codes(publishing("v=spf1 mx ra=postmaster -all exp=why.example.net")) == FINE


async def test_ptr_is_a_warning() -> None:
    assert await codes(publishing("v=spf1 mx ptr -all")) == {"uses-ptr": Status.WARNING}
    inside = GOOD.having("ptr.example.net.", "TXT", '"v=spf1 ptr -all"')
    world = inside.having(APEX, "TXT", '"v=spf1 mx include:ptr.example.net -all"')
    assert await codes(world) == FINE


@pytest.mark.parametrize("server", [NS1, NS2])
@pytest.mark.parametrize("old", ['"v=spf1 ip4:9.9.9.9 -all"', '"text"'], ids=["other", "none"])
async def test_servers_that_disagree_on_what_is_included(server: str, old: str) -> None:
    world = publishing("v=spf1 include:ours.example.net -all")
    stale = world.having("ours.example.net.", "TXT", old)
    finding = await judged(MemoryDns(world, own={server: stale}))
    assert finding.status in {Status.WARNING, Status.ERROR}
    found = await all_judged(MemoryDns(world, own={server: stale}))
    (told,) = (each for each in found if each.code == "servers-disagree")
    assert "ours.example.net" in told.message
    beside = world.having("ours.example.net.", "TXT", f'"v=spf1 {OURS} ~all"')
    assert (await judged(MemoryDns(world, own={server: beside}))).code == "works-differently"


def long_record(count: int) -> str:
    ranges = " ".join(f"ip4:192.0.2.{100 + n}" for n in range(count))
    text = f"v=spf1 mx {ranges} -all"
    return " ".join(f'"{text[i : i + 255]}"' for i in range(0, len(text), 255))


async def test_a_record_too_long_for_a_small_answer_is_a_warning() -> None:
    assert await codes(holding(long_record(25))) == FINE
    assert await codes(holding(long_record(29))) == {"too-long": Status.WARNING}


async def test_texts_too_many_for_one_packet_are_a_warning() -> None:
    others = [f'"verification-{n}={"x" * 200}"' for n in range(5)]
    own = '"v=spf1 mx a -all"'
    assert await codes(holding(own, *others)) == {"as-wanted": Status.OK}
    assert await codes(holding(own, *others, f'"{"y" * 250}"')) == {"too-long": Status.WARNING}


async def test_what_was_found_is_safe_to_show() -> None:
    for text in (r"v=spf1 mx \027[31m -all", r"v=spf1 include:\027]0;x\007.example.net -all"):
        findings = await all_judged(MemoryDns(publishing(text)))
        assert all(f.message.isprintable() and f.fix.isprintable() for f in findings)


@pytest.mark.parametrize(
    ("text", "quoted"), [("(v=spf1 mx -all)", False), ("'v=spf1 mx -all'", True)]
)
async def test_only_of_a_text_with_quotation_marks_they_are_spoken_of(
    text: str, quoted: bool
) -> None:
    finding = await judged(MemoryDns(publishing(text)))
    assert finding.code == "not-valid"
    assert ("without quotation marks" in finding.fix) is quoted
