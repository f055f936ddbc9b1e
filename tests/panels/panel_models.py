"""What five panels do with the texts that are pasted into them, each told on its own.

A form is what stands in its boxes, by what they are called there; a saved record is owner name,
type, data and TTL as a zone file has them, names with their final dot.
"""

import re
from collections.abc import Callable, Mapping

Form = Mapping[str, str]
Saved = tuple[str, str, str, int | None]


class RefusedError(Exception):
    """The form complains and saves nothing."""


Panel = Callable[[Form, str], Saved]

QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def raw(text: str) -> str:
    """A text as it stands, as a zone file has it: in strings of at most 255 bytes."""
    data = text.encode()
    pieces = [data[start : start + 255] for start in range(0, len(data), 255)] or [b""]
    return " ".join('"' + "".join(map(_byte, piece)) + '"' for piece in pieces)


def _byte(byte: int) -> str:
    if byte in b'"\\':
        return f"\\{byte:c}"
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03}"


def in_quotes(text: str) -> list[str]:
    """The strings of a text that is nothing but strings in quotes."""
    if not re.fullmatch(rf"(?:{QUOTED.pattern}\s*)+", text):
        raise RefusedError("a TXT needs quotes")
    return [match.group(1) for match in QUOTED.finditer(text)]


def of_short_strings(text: str) -> str:
    if any(len(re.sub(r"\\\d{3}|\\.", "x", piece)) > 255 for piece in in_quotes(text)):
        raise RefusedError("a TXT string exceeds 255 characters")
    return text


def dotted(host: str) -> str:
    return host if host.endswith(".") else f"{host}."


def under(host: str, zone: str) -> str:
    """What a zone file makes of a name: without a final dot it is one inside the zone."""
    return host if host.endswith(".") else f"{host}.{zone}"


def hetzner(form: Form, zone: str) -> Saved:
    """Works as a zone file does: names, targets, quotes and pieces."""
    rdtype, data, ttl = form["Type"], form["Value"], int(form["TTL"])
    if ttl < 60:
        raise RefusedError("the TTL is too short")
    if rdtype == "TXT":
        of_short_strings(data)
    if rdtype in {"CNAME", "MX", "SRV"}:
        *numbers, host = data.split(" ")
        data = " ".join([*numbers, under(host, zone)])
    owner = zone if form["Name"] == "@" else under(form["Name"], zone)
    return owner, rdtype, data, ttl


def ionos(form: Form, zone: str) -> Saved:
    """Has a box for each part; a CNAME is made in the settings of a subdomain."""
    rdtype = form["Type"]
    if form["TTL"] != "1 hour":
        raise RefusedError("the TTL is not in the list")
    if rdtype == "CNAME":
        owner = f"{form['Add subdomain']}.{zone}"
        return owner, rdtype, dotted(form["Alias"]), 3600
    host = form["Host name"]
    if host == "@" and rdtype != "MX":
        raise RefusedError("the host name is left empty")
    owner = zone if host in {"", "@"} else f"{host}.{zone}"
    if rdtype == "SRV":
        owner = f"{form['Service']}._{form['Protocol']}.{owner}"
        numbers = f"{form['Priority']} {form['Weight']} {form['Port']}"
        return owner, rdtype, f"{numbers} {dotted(form['Points to'])}", 3600
    if rdtype == "MX":
        return owner, rdtype, f"{form['Priority']} {dotted(form['Points to'])}", 3600
    return owner, rdtype, _ionos_data(form), 3600


def _ionos_data(form: Form) -> str:
    if form["Type"] == "TXT":
        return raw(form["Value"])
    if form["Type"] == "CAA":
        return f"{form['Flags']} {form['Tag']} {raw(form['Value'])}"
    if form["Type"] == "TLSA":
        boxes = ("Usage", "Selector", "Matching type", "Certificate data")
        return " ".join(form[box] for box in boxes)
    return form["Value"]


def netcup(form: Form, zone: str) -> Saved:
    """Has one box for the data, one for the MX priority, and no TTL."""
    rdtype, data = form["Type"], form["Destination"]
    owner = zone if form["Host"] == "@" else f"{form['Host']}.{zone}"
    if rdtype == "TXT":
        data = raw(data)
    elif rdtype == "CNAME":
        data = dotted(data)
    elif rdtype == "MX":
        data = f"{form['MX']} {dotted(data)}"
    elif rdtype == "SRV":
        numbers, _, host = data.rpartition(" ")
        data = f"{numbers} {under(host, zone)}"
    return owner, rdtype, data, None


CLOUDFLARE_TTLS = {"1 minute": 60, "5 minutes": 300, "30 minutes": 1800, "1 hour": 3600}
CLOUDFLARE_DATA = {
    "A": ("IPv4 address",),
    "AAAA": ("IPv6 address",),
    "CNAME": ("Target",),
    "MX": ("Priority", "Mail server"),
    "SRV": ("Priority", "Weight", "Port", "Target"),
    "TXT": ("Content",),
    "CAA": ("Flags", "Tag", "Value"),
    "TLSA": ("Usage", "Selector", "Matching type", "Certificate data"),
}


def cloudflare(form: Form, zone: str) -> Saved:
    """Knows whole names when it sees them, adds quotes, and splits texts itself."""
    rdtype = form["Type"]
    if form["TTL"] not in CLOUDFLARE_TTLS:
        raise RefusedError("the TTL is not in the list")
    name = dotted(form["Name"])
    owner = zone if name == "@." else name if name.endswith(f".{zone}") else f"{name}{zone}"
    parts = [form[box] for box in CLOUDFLARE_DATA[rdtype]]
    if rdtype in {"CNAME", "MX", "SRV"}:
        parts[-1] = dotted(parts[-1])
    if rdtype == "TXT":
        parts = [parts[0] if parts[0].startswith('"') else raw(parts[0])]
    if rdtype == "CAA":
        parts[-1] = raw(parts[-1])
    return owner, rdtype, " ".join(parts), CLOUDFLARE_TTLS[form["TTL"]]


def inwx(form: Form, zone: str) -> Saved:
    """Adds the final dot of a target itself, and refuses a typed one."""
    rdtype = form["Type"]
    name = dotted(form["Name"])
    owner = zone if name == "." else name if name.endswith(f".{zone}") else f"{name}{zone}"
    data = form.get("Value", form.get("Target", ""))
    if rdtype in {"CNAME", "MX", "SRV"}:
        *numbers, host = data.split(" ")
        if host.endswith(".") and host != ".":
            raise RefusedError("the target ends in a dot")
        data = " ".join([*filter(None, [form.get("Priority")]), *numbers, dotted(host)])
    if rdtype == "TXT":
        data = _inwx_text(data)
    return owner, rdtype, data, int(form["TTL"])


def _inwx_text(text: str) -> str:
    if "`" in text or text != text.strip() or not text:
        raise RefusedError("a TXT may not have a backtick or a blank at its end")
    if text.startswith('"'):
        return of_short_strings(text)
    if len(text.encode()) > 255:
        raise RefusedError("a TXT string exceeds 255 characters")
    return raw(text)


PANELS: Mapping[str, Panel] = {
    "hetzner": hetzner,
    "ionos": ionos,
    "netcup": netcup,
    "cloudflare": cloudflare,
    "inwx": inwx,
}
