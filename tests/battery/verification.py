"""Texts that prove to a service whose domain it is."""

from dataclasses import replace

from tests.battery.case import SETUP, Case

TEXT = "google-site-verification=abc"
PLANNED = replace(SETUP, domains=(replace(SETUP.domains[0], verification=(TEXT,)),))
SPF = '@ TXT "v=spf1 mx a -all"\n'


def text(what: str, fault: str, near: str, *names: str) -> Case:
    """Data beside the SPF record."""
    return Case(
        what,
        f"{SPF}{fault}",
        "verification missing info",
        f"{SPF}{near}",
        names=names,
        setup=PLANNED,
    )


CASES = (
    text("missing", "", f'@ TXT "{TEXT}"'),
    text(
        "another of the same service",
        '@ TXT "google-site-verification=xyz"',
        f'@ TXT "google-site-verification=xyz"\n@ TXT "{TEXT}"',
    ),
    text("another letter case", f'@ TXT "{TEXT.upper()}"', f'@ TXT " {TEXT} "'),
    text("cut", f'@ TXT "{TEXT[:-1]}"', f'@ TXT "{TEXT[:9]}" "{TEXT[9:]}"'),
    text("at another name", f'www TXT "{TEXT}"', f'www TXT "{TEXT}"\n@ TXT "{TEXT}"'),
    text("pasting: literal quotes", rf'@ TXT "\"{TEXT}\""', f'@ TXT "{TEXT}"'),
    text("pasting: smart quotes", rf'@ TXT "\226\128\156{TEXT}\226\128\157"', f'@ TXT "{TEXT}"'),
    text("pasting: HTML entities", f'@ TXT "&quot;{TEXT}&quot;"', f'@ TXT "{TEXT}"', "&quot;"),
    Case(
        "pasting: the zone appended twice to the name",
        fault=f'{SPF}example.org TXT "{TEXT}"',
        finds="verification misplaced info",
        near=f'{SPF}@ TXT "{TEXT}"\nexample.org TXT "{TEXT}"',
        setup=PLANNED,
    ),
)
