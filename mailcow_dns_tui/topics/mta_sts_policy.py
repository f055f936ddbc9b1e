"""The text of an MTA-STS policy (RFC 8461 3.2), and which hosts it allows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dns.name import Name

from mailcow_dns_tui.model.names import ascii_form
from mailcow_dns_tui.model.txt import brief

MODES = ("enforce", "testing", "none")
MOST_SECONDS = 31_557_600
"""A year (RFC 8461 3.2)."""

LINE = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]{0,31}):[ \t]*(.*)", re.DOTALL)
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
PATTERN = re.compile(rf"(?:\*\.)?{LABEL}(?:\.{LABEL})*")
SECONDS = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True)
class Policy:
    """A policy as it is written; of a field that is there twice, the first counts.

    Attributes:
        fields: by name, all but `mx`.
        mx: the patterns of the hosts that mail may be delivered to.
        strays: lines that are no field.
    """

    fields: dict[str, str]
    mx: tuple[str, ...]
    strays: tuple[str, ...]

    @property
    def mode(self) -> str:
        return self.fields.get("mode", "")

    @property
    def max_age(self) -> int:
        """In seconds; 0 where it is not valid."""
        text = self.fields.get("max_age", "")
        return int(text) if SECONDS.fullmatch(text) else 0

    def allows(self, host: Name) -> bool:
        return any(matches(pattern, host) for pattern in self.mx)


def read_policy(body: bytes) -> Policy:
    """Read the lines, which end with LF or CRLF; blank ones are passed over."""
    fields: dict[str, str] = {}
    mx, strays = [], []
    for line in body.decode(errors="replace").replace("\r\n", "\n").split("\n"):
        text = line.rstrip(" \t")
        found = LINE.fullmatch(text)
        if found is None or not found[2].isprintable() or not found[2]:
            strays += [text] if text else []
        elif found[1] == "mx":
            mx.append(found[2])
        else:
            fields.setdefault(found[1], found[2])
    return Policy(fields, tuple(mx), tuple(strays))


def matches(pattern: str, host: Name) -> bool:
    """Whether a host is meant by a pattern; `*.` is exactly one label (RFC 8461 4.1)."""
    name = ascii_form(host).lower()
    if pattern.startswith("*."):
        return name.partition(".")[2] == pattern[2:].lower()
    return name == pattern.lower()


def faults(policy: Policy) -> Sequence[str]:
    """Why senders may refuse the policy: half a sentence each."""
    found = (
        _fault_of_version(policy),
        _fault_of_mode(policy),
        _fault_of_max_age(policy),
        _fault_of_mx(policy),
        f"“{brief(policy.strays[0])}” is no line of a policy" if policy.strays else "",
    )
    return [each for each in found if each]


def _fault_of_version(policy: Policy) -> str:
    version = policy.fields.get("version")
    if version is None:
        return "it has no line “version: STSv1”"
    return "" if version == "STSv1" else f"its version is “{brief(version)}” and not “STSv1”"


def _fault_of_mode(policy: Policy) -> str:
    if not policy.mode:
        return "it has no line “mode:”"
    if policy.mode in MODES:
        return ""
    return f"its mode is “{brief(policy.mode)}”, and not enforce, testing or none"


def _fault_of_max_age(policy: Policy) -> str:
    text = policy.fields.get("max_age")
    if text is None:
        return "it has no line “max_age:”"
    if not SECONDS.fullmatch(text):
        return f"its max_age is “{brief(text)}”, and not a number of seconds"
    return f"its max_age is more than {MOST_SECONDS}" if policy.max_age > MOST_SECONDS else ""


def _fault_of_mx(policy: Policy) -> str:
    broken = next((pattern for pattern in policy.mx if not PATTERN.fullmatch(pattern)), None)
    if broken is not None:
        return f"“mx: {brief(broken)}” is not one host name without a final dot"
    return "" if policy.mx or policy.mode == "none" else "it has no line “mx:”"
