"""The DKIM selectors and public keys in mailcow's Redis; private keys are never asked for."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

from mailcow_dns_tui.mailcow.containers_docker import Docker, Trouble, failed
from mailcow_dns_tui.mailcow.containers_process import Output
from mailcow_dns_tui.mailcow.secret import Secret

WHAT = "mailcow's Redis"
SELECTORS = "DKIM_SELECTORS"
PUBLIC_KEYS = "DKIM_PUB_KEYS"
# What `redis-cli --csv` writes, in each of its versions: quoted strings, with commas between.
STRING = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"(?:,|$)')
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"\a", b"b": b"\b"}


@dataclass(frozen=True)
class DkimHashes:
    """Selector and public key, each by mail domain."""

    selectors: Mapping[str, str]
    public_keys: Mapping[str, str]


async def read_dkim(docker: Docker, container: str, password: Secret) -> DkimHashes | Trouble:
    """Ask for both hashes; without a password where there is none, as in mailcow before 2024-12."""
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(_read_hash(docker, container, password, SELECTORS))
        asked_too = group.create_task(_read_hash(docker, container, password, PUBLIC_KEYS))
    selectors, public_keys = asked.result(), asked_too.result()
    if isinstance(selectors, Trouble):
        return selectors
    return public_keys if isinstance(public_keys, Trouble) else DkimHashes(selectors, public_keys)


async def _read_hash(
    docker: Docker, container: str, password: Secret, key: str
) -> Mapping[str, str] | Trouble:
    command = ("redis-cli", "--csv", "HGETALL", key)
    secrets = {"REDISCLI_AUTH": password} if password else {}
    output = await docker.execute(container, command, WHAT, secrets=secrets)
    if isinstance(output, Trouble):
        return output
    trouble = _trouble(output, secrets)
    return trouble or _pairs(output.stdout)


def _trouble(output: Output, secrets: Mapping[str, Secret]) -> Trouble | None:
    # Redis' own errors are on stdout, with an exit code of 0.
    if not output.code and not output.stdout.startswith(b"ERROR,"):
        return None
    said = output.stdout if output.stdout.startswith(b"ERROR,") else output.stderr
    if re.search(rb"\b(NOAUTH|WRONGPASS)\b", said):
        return Trouble(f"{WHAT} refuses REDISPASS of mailcow.conf: use mailcow's API.")
    if re.search(rb"\bLOADING\b|Connection refused", said):
        return Trouble(f"{WHAT} is not ready yet: try again in a minute.")
    return failed(WHAT, output, secrets, said)


def _pairs(stdout: bytes) -> Mapping[str, str] | Trouble:
    texts, end = [], 0
    line = stdout.rstrip(b"\r\n")
    while match := STRING.match(line, end):
        texts.append(_unescaped(match[1]))
        end = match.end()
    if end < len(line) or len(texts) % 2:
        return Trouble(f"{WHAT} answered what can't be understood: use mailcow's API instead.")
    return dict(zip(texts[::2], texts[1::2], strict=True))


def _unescaped(quoted: bytes) -> str:
    raw = re.sub(rb"\\(x[0-9a-f]{2}|.)", _character, quoted)
    return raw.decode(errors="backslashreplace")


def _character(escape: re.Match[bytes]) -> bytes:
    code = escape[1]
    return bytes.fromhex(code[1:].decode()) if len(code) == 3 else ESCAPES.get(code, code)
