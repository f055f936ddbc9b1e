"""Who may send."""

from dataclasses import replace

from tests.battery.case import REVERSE_IPV6, SETUP, Case, txt

ONLY_IPV4 = replace(SETUP, server=replace(SETUP.server, ipv6=""))
OURS = "ip4:192.0.2.10 ip6:2001:db8::10"
DIFFERS = "spf works-differently info"


def spf(text: str, *more: str) -> str:
    """The record at the domain, and further lines."""
    return "\n".join((f"@ TXT {txt(text)}", *more))


def chain(length: int) -> str:
    """Records from c1 on, each of which includes the next."""
    links = [
        f'l{n}.example.net. TXT "v=spf1 include:l{n + 1}.example.net -all"'
        for n in range(1, length)
    ]
    return "\n".join((*links, f'l{length}.example.net. TXT "v=spf1 -all"'))


def mailers(count: int) -> str:
    """A name with so many MX."""
    hosts = range(count)
    return "\n".join(
        (
            *(f"many.example.net. MX {n} m{n}.example.net." for n in hosts),
            *(f"m{n}.example.net. A 203.0.113.250" for n in hosts),
            *(f"m{n}.example.net. AAAA 2001:db8:ffff::99" for n in hosts),
        )
    )


THEIRS = 'theirs.example.net. TXT "v=spf1 ip4:203.0.113.250 -all"'
OUR_HOSTER = 'ours.example.net. TXT "v=spf1 ip4:192.0.2.10 ip6:2001:db8::/64 -all"'
BROKEN = 'broken.example.net. TXT "v=spf1 ipv4:203.0.113.250 -all"'
ROUND = 'round.example.net. TXT "v=spf1 include:example.org -all"'
TWICE = 'two.example.net. TXT "v=spf1 -all"\ntwo.example.net. TXT "v=spf1 ~all"'
VOID = " ".join(f"a:gone{n}.example.net" for n in range(2))

CASES = (
    Case(
        "the verdict for each of our addresses",
        fault=spf("v=spf1 ip4:192.0.2.10 -all"),
        finds="spf not-allowed error",
        near=spf(f"v=spf1 {OURS} -all"),
        names=("2001:db8::10",),
    ),
    Case(
        "the verdict for each of our addresses: by an include",
        fault=spf("v=spf1 include:theirs.example.net ~all", THEIRS),
        finds="spf not-allowed error",
        near=spf("v=spf1 include:ours.example.net ~all", OUR_HOSTER),
        notes=DIFFERS,
        names=("192.0.2.10", "2001:db8::10"),
    ),
    Case(
        "the verdict for each of our addresses: a mechanism that refuses first",
        fault=spf("v=spf1 -a:mail.example.org mx a -all"),
        finds="spf not-allowed error",
        near=spf("v=spf1 mx -a:mail.example.org a -all"),
        notes=DIFFERS,
    ),
    Case(
        "the verdict for each of our addresses: another form of the same",
        fault=spf("V=SPF1 -ALL"),
        finds="spf not-allowed error",
        near=spf("V=SPF1  +A   MX  -ALL "),
    ),
    Case(
        "the verdict for each of our addresses: by redirect",
        fault=spf("v=spf1 redirect=theirs.example.net", THEIRS),
        finds="spf not-allowed error",
        near=spf("v=spf1 redirect=ours.example.net", OUR_HOSTER),
        notes=DIFFERS,
    ),
    Case(
        "the verdict for each of our addresses: by macros",
        fault=spf("v=spf1 exists:%{i}.listed.example.net -all"),
        finds="spf not-allowed error",
        near=spf(f"v=spf1 exists:%{{i}}.listed.example.net {OURS} -all"),
    ),
    Case(
        "the verdict for each of our addresses: by the name that the server greets with",
        fault=spf("v=spf1 exists:%{h}.listed.example.net -all"),
        finds="spf not-allowed error",
        near=spf("v=spf1 a:%{h} -all"),
        notes=DIFFERS,
    ),
    Case(
        "the whole record's lookup count, nested",
        fault=spf("v=spf1 mx include:l1.example.net -all", chain(10)),
        finds="spf too-many-lookups error",
        near=spf("v=spf1 mx include:l1.example.net -all", chain(9)),
        notes=DIFFERS,
        names=("11",),
    ),
    Case(
        "the whole record's lookup count: side by side, behind what allows us",
        fault=spf(
            f"v=spf1 {OURS} {' '.join(['a:t.example.net'] * 11)} -all",
            "t.example.net. A 203.0.113.250",
            "t.example.net. AAAA 2001:db8:ffff::99",
        ),
        finds="spf too-many-lookups error",
        near=spf(
            f"v=spf1 {OURS} {' '.join(['a:t.example.net'] * 10)} -all",
            "t.example.net. A 203.0.113.250",
            "t.example.net. AAAA 2001:db8:ffff::99",
        ),
        names=("11",),
    ),
    Case(
        "the whole record's void counts",
        fault=spf(f"v=spf1 mx {VOID} a:gone2.example.net -all"),
        finds="spf too-many-void-lookups error",
        near=spf(f"v=spf1 mx {VOID} -all"),
        notes=DIFFERS,
        names=("gone1.example.net",),
    ),
    Case(
        "the whole record's void counts: a name twice, before what allows us",
        fault=spf("v=spf1 a a:gone.example.net a:gone.example.net mx -all"),
        finds="spf too-many-void-lookups error",
        near=spf("v=spf1 mx a a:gone.example.net a:gone.example.net -all"),
        names=("3 lookups without an answer", "receivers then ignore the whole record"),
    ),
    Case(
        "the whole record's void counts: names without IPv6",
        fault=spf(
            "v=spf1 mx a:w1.example.net a:w2.example.net a:w3.example.net -all",
            *(f"w{n}.example.net. A 203.0.113.250" for n in (1, 2, 3)),
        ),
        finds="spf too-many-void-lookups error",
        near=spf(
            "v=spf1 mx a:w1.example.net a:w2.example.net a:w3.example.net -all",
            *(f"w{n}.example.net. A 203.0.113.250" for n in (1, 2, 3)),
        ),
        near_setup=ONLY_IPV4,
        notes=DIFFERS,
    ),
    Case(
        "the whole record's lookup count: more than ten hosts of one mx",
        fault=spf(f"v=spf1 {OURS} mx:many.example.net -all", mailers(11)),
        finds="spf broken-reference error",
        names=("many.example.net", "more than 10"),
        near=spf(f"v=spf1 {OURS} mx:many.example.net -all", mailers(10)),
    ),
    Case(
        "the verdict for each of our addresses: by ways with CNAMEs",
        fault=spf(
            "v=spf1 include:way.example.net -all",
            "way.example.net. CNAME theirs.example.net.",
            THEIRS,
        ),
        finds="spf not-allowed error",
        near=spf(
            "v=spf1 include:way.example.net a:box.example.net -all",
            "way.example.net. CNAME ours.example.net.",
            "box.example.net. CNAME mail.example.org.",
            OUR_HOSTER,
        ),
        notes=DIFFERS,
    ),
    Case(
        "the verdict for each of our addresses: by networks",
        fault=spf("v=spf1 ip4:192.0.2.10/31 ip6:2001:db8::/128 -all"),
        finds="spf not-allowed error",
        near=spf("v=spf1 a:mail.example.org/30//64 exp=why.example.net -all"),
        notes=DIFFERS,
        names=("2001:db8::10",),
    ),
    Case(
        "includes that do not exist",
        fault=spf("v=spf1 mx include:nothing.example.net -all"),
        finds="spf broken-reference error",
        near=spf("v=spf1 mx include:theirs.example.net -all", THEIRS),
        notes=DIFFERS,
        names=("nothing.example.net",),
    ),
    Case(
        "includes that fail: malformed",
        fault=spf("v=spf1 mx include:broken.example.net -all", BROKEN),
        finds="spf broken-reference error",
        near=spf("v=spf1 mx include:theirs.example.net -all", THEIRS),
        notes=DIFFERS,
        names=("broken.example.net",),
    ),
    Case(
        "includes that fail: several records",
        fault=spf("v=spf1 mx include:two.example.net -all", TWICE),
        finds="spf broken-reference error",
        near=spf("v=spf1 mx include:theirs.example.net -all", THEIRS),
        notes=DIFFERS,
        names=("two.example.net",),
    ),
    Case(
        "includes that fail: round in a circle",
        fault=spf("v=spf1 mx include:round.example.net -all", ROUND),
        finds="spf broken-reference error",
        near=spf("v=spf1 mx include:theirs.example.net -all", THEIRS, ROUND),
        notes=DIFFERS,
        names=("round.example.net",),
    ),
    Case(
        "includes that fail: for others than this server",
        fault=spf("v=spf1 a:mail.example.org include:broken.example.net -all", BROKEN),
        finds="spf broken-reference error",
        near=spf(f"v=spf1 {OURS} include:theirs.example.net -all", THEIRS),
        names=("mail from this server passes before that",),
    ),
    Case(
        "includes at names that hold the sender's address",
        fault=spf("v=spf1 include:%{ir}.each.example.net ~all"),
        finds="spf broken-reference error",
        near=spf(
            "v=spf1 include:%{ir}.each.example.net ~all",
            '10.2.0.192.each.example.net. TXT "v=spf1 +all"',
            f'{REVERSE_IPV6.replace("ip6.arpa", "each.example.net")} TXT "v=spf1 +all"',
        ),
        notes=DIFFERS,
        names=(REVERSE_IPV6.replace("ip6.arpa.", "each.example.net"),),
    ),
    Case(
        "includes at names that hold the sender's address: before the @",
        fault=spf("v=spf1 include:%{l}.each.example.net ~all"),
        finds="spf could-not-ask unknown",
        near=spf("v=spf1 mx include:%{l}.each.example.net ~all"),
        notes=DIFFERS,
    ),
    Case(
        "an EHLO name without SPF as info",
        fault="mail TXT -",
        finds="spf no-ehlo-spf info",
        near='mail TXT "v=spf1 redirect=example.org"',
        names=("mail.example.org",),
    ),
    Case(
        "an EHLO name without SPF: one that refuses the server",
        fault='mail TXT "v=spf1 -all"',
        finds="spf ehlo-not-allowed warning",
        near='mail TXT "v=spf1 mx:example.org -all"',
    ),
)
