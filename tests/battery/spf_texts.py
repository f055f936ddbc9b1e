"""The text of an SPF record: its syntax, its end, and what pasting does to it."""

from dataclasses import replace

from mailcow_dns_tui.model.setup import Spf
from tests.battery.case import SETUP, Case, txt
from tests.battery.spf import DIFFERS, OUR_HOSTER, OURS, THEIRS, spf

OPEN = 'open.example.net. TXT "v=spf1 +all"'


def long_record(count: int) -> str:
    ranges = " ".join(f"ip4:192.0.2.{100 + n}" for n in range(count))
    return f"@ TXT {txt(f'v=spf1 mx {ranges} -all')}"


def texts(length: int) -> str:
    others = "\n".join(f'@ TXT + "verification-{n}={"x" * length}"' for n in range(6))
    return f'@ TXT "v=spf1 mx a -all"\n{others}'


NOT_VALID = "spf not-valid error"


def malformed(what: str, fault: str, near: str, notes: str = DIFFERS) -> Case:
    """A record that receivers can't read, beside one that they can."""
    return Case(what, fault=spf(fault), finds=NOT_VALID, near=spf(near), notes=notes)


CASES = (
    Case(
        "several records",
        fault=spf("v=spf1 mx a -all", '@ TXT + "v=spf1 -all"'),
        finds="spf several-records error",
        near=spf("v=spf1 mx a -all", '@ TXT + "v=spf10 -all"', '@ TXT + "spf2.0/pra -all"'),
    ),
    Case(
        "missing",
        fault="@ TXT -",
        finds="spf missing error",
        near="@ TXT + hello",
    ),
    malformed("syntax: a comma", "v=spf1 mx, a, -all", "v=spf1 mx a -all", ""),
    malformed("syntax: a semicolon", "v=spf1 mx a -all;", "v=spf1 mx a -all", ""),
    malformed("syntax: an address alone", "v=spf1 192.0.2.10 -all", f"v=spf1 {OURS} -all", ""),
    malformed(
        "syntax: no such address",
        "v=spf1 mx ip4:192.0.2.300 -all",
        "v=spf1 mx ip4:192.0.2.200 -all",
    ),
    malformed("syntax: glued to all", "v=spf1 mx a-all", "v=spf1 mx a -all", ""),
    malformed("syntax: a blank in a term", "v=spf1 mx a - all", "v=spf1 mx a -all", ""),
    malformed(
        "syntax: redirect twice",
        "v=spf1 redirect=ours.example.net redirect=ours.example.net",
        "v=spf1 mx a -all",
        "",
    ),
    malformed("syntax: redirect:", "v=spf1 mx redirect:mail.example.org", "v=spf1 mx a -all", ""),
    Case(
        "syntax: include=",
        fault=spf("v=spf1 mx include=theirs.example.net -all", THEIRS),
        finds="spf ignored-term warning",
        near=spf("v=spf1 mx include:theirs.example.net -all", THEIRS),
        notes=DIFFERS,
    ),
    Case(
        "what is after `all`",
        fault=spf("v=spf1 mx -all include:theirs.example.net", THEIRS),
        finds="spf after-all warning",
        near=spf("v=spf1 mx include:theirs.example.net -all", THEIRS),
        notes=DIFFERS,
    ),
    Case(
        "what is after `all`: our own",
        fault=spf("v=spf1 -all mx a"),
        finds="spf not-allowed error, spf after-all warning",
        near=spf("v=spf1 a mx -all"),
        names=("Add mx a right after v=spf1",),
    ),
    Case(
        "`redirect` beside `all`",
        fault=spf("v=spf1 mx redirect=theirs.example.net -all", THEIRS),
        finds="spf redirect-ignored warning",
        near=spf("v=spf1 mx redirect=theirs.example.net", THEIRS),
        notes=DIFFERS,
    ),
    Case(
        "no `all`",
        fault=spf("v=spf1 mx a"),
        finds="spf neutral-end warning",
        near=spf("v=spf1 mx a ~all"),
    ),
    Case(
        "no `all`: ?all",
        fault=spf("v=spf1 mx a ?all"),
        finds="spf neutral-end warning",
        near=spf("v=spf1 mx a ?all"),
        near_setup=replace(SETUP, spf=Spf(all="?all")),
    ),
    Case(
        "`+all`",
        fault=spf("v=spf1 mx a +all"),
        finds="spf open-to-all error",
        near=spf("v=spf1 mx a -all"),
    ),
    Case(
        "`+all`: in an include",
        fault=spf("v=spf1 mx include:open.example.net -all", OPEN),
        finds="spf open-to-all error",
        near=spf("v=spf1 mx include:theirs.example.net -all", THEIRS, OPEN),
        notes=DIFFERS,
    ),
    Case(
        "`+all`: in an include, which is named",
        fault=spf("v=spf1 mx a include:open.example.net -all", OPEN),
        finds="spf open-to-all error",
        near=spf("v=spf1 mx a ?include:theirs.example.net -all", THEIRS, OPEN),
        notes=DIFFERS,
        names=("Delete include:open.example.net from it",),
    ),
    Case(
        "`+all`: or as much, by a range",
        fault=spf("v=spf1 mx ip4:0.0.0.0/1 -all"),
        finds="spf wide-range error",
        near=spf("v=spf1 mx ip4:198.51.0.0/16 -all"),
        notes=DIFFERS,
    ),
    Case(
        "`ptr`",
        fault=spf("v=spf1 mx ptr -all"),
        finds="spf uses-ptr warning",
        near=spf("v=spf1 mx a:ptr.example.net -all"),
        notes=DIFFERS,
    ),
    Case(
        "strings joined without a blank",
        fault='@ TXT "v=spf1 mx a" "-all"',
        finds=NOT_VALID,
        near='@ TXT "v=spf1 mx a " "-all"',
    ),
    Case(
        "strings joined without a blank: into a wrong name",
        fault=f'@ TXT "v=spf1 mx include:ours.example.net" "a -all"\n{OUR_HOSTER}',
        finds="spf broken-reference error",
        near=f'@ TXT "v=spf1 mx inclu" "de:ours.example.net a -all"\n{OUR_HOSTER}',
    ),
    malformed("quotes in the data", '"v=spf1 mx a -all"', "v=spf1 mx a -all", ""),
    malformed("quotes in the data: single", "'v=spf1 mx a -all'", "v=spf1 mx a -all", ""),
    malformed("blanks in the data", " v=spf1 mx a -all", "v=spf1 mx a -all  ", ""),
    malformed("near misses (`v=spf1` glued)", "v=spf1mx a -all", "v=spf1 mx a -all", ""),
    malformed("near misses (`ipv4:`)", "v=spf1 ipv4:192.0.2.10 -all", f"v=spf1 {OURS} -all", ""),
    malformed("near misses: v=spf1;", "v=spf1; mx a -all", "v=spf1 mx a -all", ""),
    malformed("near misses: v=spf2", "v=spf2 mx a -all", "v=spf1 mx a -all", ""),
    Case(
        "size",
        fault=long_record(29),
        finds="spf too-long warning",
        near=long_record(25),
        notes=DIFFERS,
    ),
    Case(
        "size: of all texts together",
        fault=texts(200),
        finds="spf too-long warning",
        near=texts(100),
    ),
    malformed("pasting: HTML entities", "v=spf1 mx a -all&quot;", "v=spf1 mx a -all", ""),
    malformed("pasting: smart quotes", "“v=spf1 mx a -all”", "v=spf1 mx a -all", ""),
    malformed("pasting: a dash that is none", "v=spf1 mx a –all", "v=spf1 mx a -all", ""),
    malformed(
        "pasting: a no-break space",
        "v=spf1\N{NO-BREAK SPACE}mx a -all",
        "v=spf1 mx a -all",
        "",
    ),
    malformed("pasting: literal backslashes", r"\"v=spf1 mx a -all\"", "v=spf1 mx a -all", ""),
    Case(
        "pasting: the zone appended twice to the name",
        fault='@ TXT -\nexample.org TXT "v=spf1 mx a -all"',
        finds="spf misplaced error",
        near='example.org TXT "v=spf1 mx a -all"',
        names=("example.org.example.org",),
    ),
    Case(
        "pasting: cut at 255",
        fault=f"@ TXT {txt(('v=spf1 mx ' + 'ip4:192.0.2.200 ' * 20)[:255])}",
        finds="spf not-valid error",
        near=f"@ TXT {txt('v=spf1 mx ' + 'ip4:192.0.2.200 ' * 20 + '-all')}",
        notes=DIFFERS,
    ),
)
