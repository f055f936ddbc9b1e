"""What was meant by an SPF record that breaks the grammar."""

import pytest

from mailcow_dns_tui.topics.spf.record import repaired


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("v=spf1 include:a.example.net, mx, -all;", "include:a.example.net mx -all"),
        ("v=spf1 ip4:8.8.8.8,8.8.4.0/24 -all", "ip4:8.8.8.8 ip4:8.8.4.0/24 -all"),
        ("v=spf1 ipv4:8.8.8.8 -ipv6:2001:db8::1 -all", "ip4:8.8.8.8 -ip6:2001:db8::1 -all"),
        ("v=spf1 ip:8.8.8.8 ip4/8.8.4.4 ip6:8.8.8.9", "ip4:8.8.8.8 ip4:8.8.4.4 ip4:8.8.8.9"),
        ("v=spf1 a:8.8.8.8 include:2001:db8::1 8.8.4.4", "ip4:8.8.8.8 ip6:2001:db8::1 ip4:8.8.4.4"),
        ("v=spf1 ip4: 8.8.8.8 include: a.example.net", "ip4:8.8.8.8 include:a.example.net"),
        ("v=spf1 mx a- all", "mx a- all"),
        ("v=spf1 mx - all", "mx -all"),
        ("v=spf1 mx a~all", "mx a ~all"),
        ("v=spf1 mx -all.", "mx -all"),
        ("v=spf1 mx \N{EN DASH}all", "mx -all"),
        ('"v=spf1 mx -all"', "mx -all"),
        ("&quot;v=spf1 mx -all&quot;", "mx -all"),
        ("v=spf1include:a.example.net -all", "include:a.example.net -all"),
        ("v=spf1 redirect:a.example.net", "redirect=a.example.net"),
        ("v=spf1 include: -all", "include: -all"),
        ("v=spf1 ip4:8.8.8.300 ip4:8.8.8.8/33 -all", "ip4:8.8.8.300 ip4:8.8.8.8/33 -all"),
        ("v=spf1 a=x.example.net a:x-all.example.net,", "a=x.example.net a:x-all.example.net"),
    ],
)
def test_a_plain_slip_is_put_right_and_nothing_else(text: str, meant: str) -> None:
    assert " ".join(repaired(text)) == meant
