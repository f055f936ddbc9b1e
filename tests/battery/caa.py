"""CAA: who may issue certificates for the names that mailcow needs them for."""

from dataclasses import replace

from tests.battery.case import SETUP, Case

PLANNED = replace(SETUP, server=replace(SETUP.server, caa="letsencrypt.org"))
STS = replace(SETUP, domains=(replace(SETUP.domains[0], mta_sts_id="1"),))
OUTSIDE = replace(SETUP, server=replace(SETUP.server, hostname="mail.example.net"))
LE = '0 issue "letsencrypt.org"'
OTHER = '0 issue "digicert.com"'
FORBIDDEN = "caa forbidden-ca error"


def caa(what: str, fault: str, finds: str, near: str, notes: str = "") -> Case:
    """At the domain, for all names below it."""
    return Case(what, _lines(fault), f"caa {finds}", _lines(near), notes)


def _lines(rdatas: str) -> str:
    return "\n".join(f"@ CAA {each}" for each in rdatas.split(" | "))


def generic(flags: int, tag: str, value: str) -> str:
    """Data as RFC 3597 writes it."""
    data = bytes((flags, len(tag))) + f"{tag}{value}".encode()
    return rf"\# {len(data)} {data.hex()}"


CASES = (
    Case("missing where planned", "mail CAA -", "caa missing info", "@ CAA " + LE, setup=PLANNED),
    Case(
        "another authority than planned",
        fault=f"mail CAA {OTHER}",
        finds=FORBIDDEN,
        near='mail CAA 0 issue "letsencrypt.org; validationmethods=http-01"',
        setup=PLANNED,
    ),
    caa("another authority", OTHER, "forbidden-ca error", f"{OTHER} | {LE}"),
    caa("nobody", '0 issue ";"', "forbidden-ca error", '0 issue "letsencrypt.org; "'),
    caa("a misspelt authority", '0 issue "letsencrypt.com"', "forbidden-ca error", LE),
    caa("an authority's address", '0 issue "https://letsencrypt.org"', "forbidden-ca error", LE),
    caa("an authority in capitals", '0 issue "LetsEncrypt.org"', "ca-condition warning", LE),
    Case(
        "a property in capitals, which a zone file may have in hex only",
        fault=f"mail CAA {generic(0, 'ISSUE', 'digicert.com')}",
        finds=FORBIDDEN,
        near=f"mail CAA {generic(0, 'ISSUE', 'letsencrypt.org')}",
        setup=PLANNED,
    ),
    Case(
        "malformed",
        fault=f"mail CAA {generic(0, '', '')}",
        finds="caa malformed warning",
        near=f"mail CAA {LE}",
        setup=PLANNED,
    ),
    caa(
        "nobody, by an empty value",
        '0 issue ""',
        "forbidden-ca error",
        '0 iodef "mailto:a@example.org"',
    ),
    Case(
        "climbs",
        fault=f"mail CAA {OTHER}\n@ CAA {LE}",
        finds=FORBIDDEN,
        near=f"mail CAA {LE}",
    ),
    Case(
        "passed over by mailcow",
        fault=f"mail CAA {LE}\n@ CAA {OTHER}",
        finds="caa forbidden-ca warning",
        near=f"mail CAA {LE}\n@ CAA {OTHER}\n@ CAA {LE}",
        names=(
            "For mail.example.org other CAA records count, but mailcow looks only at example.org",
            "For autodiscover.example.org, autoconfig.example.org other CAA records count",
        ),
        setup=PLANNED,
    ),
    Case(
        "follows CNAMEs",
        fault=f"autoconfig CNAME web\nweb CNAME mail\nmail CAA {OTHER}",
        finds=FORBIDDEN,
        near=f"@ CAA {LE}\nmail CAA {LE}",
    ),
    Case(
        "follows CNAMEs: and not what is above the target",
        fault=f"mail.example.net. CAA {OTHER}",
        finds=FORBIDDEN,
        near=f"mail.example.net. CAA {LE}\nexample.net. CAA {OTHER}",
        notes="caa forbidden-ca warning",
        setup=OUTSIDE,
    ),
    Case(
        "checks every name that mailcow needs a certificate for",
        fault=f"mta-sts CNAME -\nmta-sts A 192.0.2.10\nmta-sts CAA {OTHER}",
        finds=FORBIDDEN,
        near=f"www CAA {OTHER}",
        setup=STS,
        names=("mta-sts.example.org",),
    ),
    Case(
        "checks every name that mailcow needs a certificate for: autodiscover",
        fault=f"autodiscover CNAME -\nautodiscover A 192.0.2.10\nautodiscover CAA {OTHER}",
        finds=FORBIDDEN,
        near=f"autodiscover CNAME -\nautodiscover A 192.0.2.10\nautodiscover CAA {LE}",
        names=("autodiscover.example.org",),
    ),
    Case(
        "`issuewild`",
        fault='mail CAA 0 issuewild "letsencrypt.org"',
        finds="caa missing info",
        near=f'mail CAA {LE}\nmail CAA 0 issuewild ";"',
        setup=PLANNED,
    ),
    caa(
        "`issuewild`: of another",
        f'{OTHER} | 0 issuewild "letsencrypt.org"',
        "forbidden-ca error",
        '0 issuewild "digicert.com"',
    ),
    caa(
        "critical flags",
        f'{LE} | 128 future "x"',
        "critical-property error",
        f'{LE} | 0 future "x"',
    ),
    caa(
        "critical flags: by the wrong bit",
        f'{LE} | 1 future "x"',
        "critical-property error",
        '128 issue "letsencrypt.org"',
    ),
    caa(
        "critical flags: for mail only",
        f'{LE} | 128 issuemail ";"',
        "critical-property warning",
        f'{LE} | 0 issuemail ";" | 128 iodef "mailto:a@example.org"',
    ),
    caa(
        "critical flags: for mark certificates only",
        f'{LE} | 128 issuevmc ";"',
        "critical-property warning",
        f'{LE} | 0 issuevmc ";"',
    ),
    caa(
        "accounturi: empty",
        '0 issue "letsencrypt.org; accounturi="',
        "forbidden-ca error",
        f'0 issue "letsencrypt.org; accounturi=" | {LE}',
    ),
    caa(
        "accounturi: twice",
        '0 issue "letsencrypt.org; accounturi=https://a.example/1; accounturi=https://a.example/1"',
        "forbidden-ca error",
        LE,
    ),
    caa(
        "validationmethods: twice",
        '0 issue "letsencrypt.org; validationmethods=http-01; validationmethods=http-01"',
        "forbidden-ca error",
        '0 issue "letsencrypt.org; validationmethods=http-01"',
    ),
    caa(
        "a hyphen in the name of a parameter",
        '0 issue "letsencrypt.org; my-note=1"',
        "forbidden-ca error",
        '0 issue "letsencrypt.org; mynote=1"',
    ),
    caa(
        "accounturi",
        '0 issue "letsencrypt.org; accounturi=https://acme.example.net/acct/1"',
        "ca-condition info",
        f'0 issue "letsencrypt.org; accounturi=https://acme.example.net/acct/1" | {LE}',
    ),
    caa(
        "a method that mailcow lacks",
        '0 issue "letsencrypt.org; validationmethods=tls-alpn-01"',
        "forbidden-ca error",
        '0 issue "letsencrypt.org; validationmethods=dns-01,http-01"',
    ),
    caa("pasting: literal quotes", r'0 issue "\"letsencrypt.org\""', "forbidden-ca error", LE),
    Case(
        "pasting: the zone appended twice to the name",
        fault=f"mail CAA -\nmail.example.org CAA {LE}",
        finds="caa misplaced info",
        near=f"mail.example.org CAA {LE}",
        setup=PLANNED,
    ),
)
