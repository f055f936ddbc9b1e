"""Generated setups: good answers, half-typed ones, and hostile ones."""

from hypothesis import strategies as st

from mailcow_dns_tui.demo.example import BUECHER_KEY, EXAMPLE_ORG_KEY
from mailcow_dns_tui.model.finding import Mute
from mailcow_dns_tui.model.resolvers import PublicChoice
from mailcow_dns_tui.model.setup import (
    DEFAULT_SERVICES,
    DkimKey,
    Dmarc,
    Domain,
    Offer,
    Server,
    Service,
    Services,
    Setup,
    Spf,
    TlsReports,
)

HOSTILE = (
    '"',
    '" "',
    "\\",
    "\\;",
    ";",
    "; comment",
    "\n",
    "\r\nevil A 192.0.2.66\n",
    "\n$INCLUDE /etc/passwd\n",
    "$INCLUDE /etc/passwd",
    "$ORIGIN evil.example.",
    "(",
    ")",
    "@",
    "%{i}",
    "\x00",
    "\x1b]0;x\x07",
    "\x7f",
    "\u202e",
    "\u2028",
    "ü",
    "💌",
    "'''",
    '"""',
)

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
hostile = st.lists(st.sampled_from(HOSTILE) | anything, max_size=3).map("".join)


def texts(*good: str) -> st.SearchStrategy[str]:
    """A good answer, a hostile text, or one with the other in it."""
    known = st.sampled_from(good)
    bad = hostile | st.tuples(known, hostile).map("".join)
    return st.integers(0, 9).flatmap(lambda dice: bad if dice == 9 else known)


uris = texts(
    "mailto:reports@example.org",
    "mailto:mailauth-reports@{domain}",
    'mailto:"quo\\ted"@reports.example.net',
    "mailto:a$INCLUDE@xn--bcher-kva.example",
)
names = texts(
    "example.org",
    "bücher.example",
    "EXAMPLE.com.",
    "mail.example.org",
    "xn--bcher-kva.example",
    f"{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 40}.example",
)
spfs = st.builds(
    Spf,
    st.lists(
        texts("mx", "a", 'include:"x".example', "exists:%{i}.%{d}\\;x.example", "ip4:192.0.2.1"),
        max_size=3,
    ).map(tuple),
    texts("-all", "~all"),
)
dmarcs = st.builds(
    Dmarc,
    p=texts("none", "reject"),
    sp=texts("", "quarantine"),
    np=texts("", "reject"),
    adkim=texts("", "r"),
    aspf=texts("", "s"),
    t=texts("", "y"),
    rua=st.lists(uris, max_size=2).map(tuple),
    ruf=st.lists(uris, max_size=1).map(tuple),
    fo=texts("", "1:d:s"),
    reporting_days=st.sampled_from([0, 14, 30]),
)
tls_reports = st.none() | st.builds(TlsReports, st.lists(uris, max_size=2).map(tuple))
keys = st.builds(
    DkimKey,
    texts("dkim", "2026-11", "a.b", "under_score"),
    texts(
        EXAMPLE_ORG_KEY,
        f"v=DKIM1; k=rsa; p={BUECHER_KEY}",
        f"v=DKIM1; n=a\\b(c) $INCLUDE /etc/passwd; p={EXAMPLE_ORG_KEY}",
    ),
    st.none() | st.dates(),
)
domains = st.builds(
    Domain,
    name=names,
    dkim=st.lists(keys, max_size=2).map(tuple),
    mta_sts_id=texts("", "20261123000000"),
    verification=st.lists(
        texts(
            "google-site-verification=x", 'a "quoted\\" text; with $INCLUDE', "größer", "x" * 600
        ),
        max_size=2,
    ).map(tuple),
    alias_of=texts("", "example.org"),
    spf=st.none() | spfs,
    dmarc=st.none() | dmarcs,
    tls_reports=tls_reports,
    dmarc_since=st.none() | st.dates(),
    dmarc_at_once=texts("", 'It is "new".'),
)
offers = st.tuples(
    *(
        st.builds(Service, st.just(s.key), st.integers(1, 65535), st.just(Offer.PROVIDED))
        | st.builds(Service, st.just(s.key), st.just(s.port), st.sampled_from(Offer))
        for s in DEFAULT_SERVICES
    )
)
mutes = st.builds(
    Mute,
    topic=texts("mx", "caa"),
    code=texts("foreign-mx"),
    status=texts("info", "warning", "error"),
    name=texts("example.org."),
    type=texts("MX"),
    message=texts("Mail goes elsewhere."),
    reason=texts("It is our backup server."),
    expected=st.lists(texts("10 mail.example.org."), max_size=1).map(tuple),
    found=st.lists(texts("20 backup.example.net."), max_size=2).map(tuple),
)
setups = st.builds(
    Setup,
    server=st.builds(
        Server,
        hostname=names,
        ipv4=texts("192.0.2.10", ""),
        ipv6=texts("", "2001:db8::10"),
        spki_sha256=texts("", "0eb097e28cf930681e78036e3b82a9d0263c66d51e416aa6e88f150e15a9470c"),
        caa=texts("", "letsencrypt.org", "letsencrypt.org; a=\\b;c"),
        ttl=st.integers(-1, 2**31),
    ),
    services=st.builds(Services, offers, texts("/SOGo/dav/", '/"a\\b;c$INCLUDE')),
    spf=spfs,
    dmarc=dmarcs,
    tls_reports=tls_reports,
    domains=st.lists(domains, max_size=3).map(tuple),
    public=st.just(PublicChoice(asked=False))
    | st.builds(
        PublicChoice, listed=st.lists(texts("9.9.9.9", "https://d.example/"), max_size=2).map(tuple)
    ),
    mutes=st.lists(mutes, max_size=2).map(tuple),
)
