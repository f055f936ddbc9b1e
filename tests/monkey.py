"""Plays the wizard at random: `python -m tests.monkey SEED [ACTS] [--hostile]`.

Keys, clicks, pastes and sizes in a pseudo-terminal, on the example, or with `--hostile` on name
servers that answer as badly as they can. A traceback, an end that no key asked for, and a key that
is not served in time are faults: each is told, and kept in the folder with the acts before it. The
same seed plays the same acts.
"""

import argparse
import os
import pty
import random
import re
import select
import subprocess
import sys
import tempfile
import termios
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from mailcow_dns_tui.demo import demo_setup
from mailcow_dns_tui.plan_file import write_plan
from tests.hostile_dns import hostile_dns

PATIENCE = 5.0
"""Seconds until a key is served; on a machine with nothing else to do one is enough."""
BACKLOG = 20
"""How many times that long all keys may take that were sent before it."""
START = 120.0
BETWEEN_LOOKS = 25
"""Acts."""
REMEMBERED = 100
STYLE = re.compile(rb"\x1b\[[0-9;:?]*[a-zA-Z]")
ROOT = Path(__file__).parents[1]
EXAMPLE = (sys.executable, "-m", "mailcow_dns_tui", "--demo")
SIZES = ((20, 5), (80, 24), (100, 30), (60, 20), (200, 60), (10, 3), (1, 1), (132, 10), (79, 3))
ESCAPE, PALETTE = b"\x1b", b"\x10"
SEARCH = "earch for commands…"
TEXTS = (
    "\x1b]52;c;cm0gLXJmIC8=\x07",
    "\x1b[31mred",
    "[link=https://e]x[/link]",
    "[@click=app.quit]q[/]",
    "[/] [[[",
    "\u202eevil\u202c a\u200bb",
    "\u0301" * 100,
    "\U0001f468\u200d\U0001f469",
    "é" * 300,
    "\r\n\t",
    "x" * 5000,
    "a.b,c.d;e.f\n" * 300,
    "mail.example.org\nfoo.example\nbar.example",
    "bücher.example",
    "192.0.2.1",
    "2001:db8::1",
    "v=DKIM1; k=rsa; p=MIIB",
)
CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789 .:-_/@?![]{}()<>=+*&%$#\"'\\;,~^|`äß€"
LETTERS_OF_STEPS = "bfpcnvgodzxmwealgsrho/"
SPECIAL = (
    *("\t", "\x1b[Z", "\r", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F"),
    *("\x1b[5~", "\x1b[6~", "\x1b[3~", "\x1b[2~", "\x7f", "\x08", " ", "\x1b", "\x1bOP"),
    *("\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~"),
)
# Ctrl+Q ends the wizard, and Ctrl+Z stops it.
CONTROLS = [chr(code) for code in range(1, 27) if chr(code) not in "\x11\x1a"]
REPORTS = ("\x1b[I", "\x1b[O", "\x1b[?1;2c", "\x1b[24;80R", "\x1b[?2026;2$y", "\x1b[?0u")


@dataclass(frozen=True)
class Act:
    """What is sent, or the size that the terminal takes."""

    keys: bytes = b""
    size: tuple[int, int] | None = None


def acts(chance: random.Random) -> Iterator[Act]:
    """Without end."""
    columns, rows = SIZES[2]
    while True:
        dice = chance.random()
        if dice < 0.02:
            columns, rows = chance.choice(SIZES)
            yield Act(size=(columns, rows))
        elif dice < 0.06:
            yield Act(f"\x1b[200~{chance.choice(TEXTS)}\x1b[201~".encode())
        elif dice < 0.15:
            yield Act(_mouse(chance, columns, rows).encode())
        else:
            yield Act(_key(chance).encode())


def _key(chance: random.Random) -> str:
    kinds = (CHARACTERS, SPECIAL, CONTROLS, LETTERS_OF_STEPS, "12345", REPORTS)
    kind = chance.choices(kinds, (22, 30, 14, 20, 10, 2))[0]
    key = chance.choice(kind)
    return f"\x1b{key}" if kind == "12345" else key


def _mouse(chance: random.Random, columns: int, rows: int) -> str:
    """A click, a turn of the wheel, a move or a drag."""
    places = [f"{chance.randint(1, columns)};{chance.randint(1, rows)}" for _ in range(2)]
    button = chance.choice([0, 0, 0, 2, 64, 65, 35])
    if button == 35:
        return f"\x1b[<0;{places[0]}M\x1b[<32;{places[1]}M\x1b[<0;{places[1]}m"
    up = f"\x1b[<{button};{places[0]}m" if button in {0, 2} else ""
    return f"\x1b[<{button};{places[0]}M{up}"


@dataclass(frozen=True)
class Stage:
    """How the wizard is started, and where it finds its plan."""

    command: Sequence[str]
    home: Path

    @classmethod
    def example(cls, home: Path) -> "Stage":
        return cls(EXAMPLE, home)

    @classmethod
    def hostile(cls, home: Path, port: int) -> "Stage":
        """With one server for everything; the plan is as good as any."""
        plan = home / "plan.toml"
        command = (sys.executable, "-m", "tests.local_wizard", str(plan), str(port), str(port))
        return cls(command, home)

    def prepare(self) -> None:
        write_plan(demo_setup(), self.home / "plan.toml")


def _let_flow(terminal: int) -> None:
    """Else Ctrl+S right after plain text stops the terminal itself, and only Ctrl+Q frees it."""
    attributes = termios.tcgetattr(terminal)
    attributes[0] &= ~termios.IXON
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)


class Player:
    """A wizard in a pseudo-terminal of its own, of which all output is read while it is played."""

    def __init__(self, stage: Stage, patience: float) -> None:
        stage.prepare()
        self._patience = patience
        self._main, child = pty.openpty()
        _let_flow(child)
        os.set_blocking(self._main, False)
        self.painted = b""
        self.resize(SIZES[2])
        path = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        plain = {"HOME": str(stage.home), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        self._process = subprocess.Popen(
            # Without a controlling terminal nothing tells it of another size.
            ["setsid", "--ctty", *stage.command],
            # It saves exports where it was started.
            cwd=stage.home,
            env={**path, **plain},
            stdin=child,
            stdout=child,
            stderr=child,
        )
        os.close(child)

    @property
    def code(self) -> int | None:
        """The exit code; None while it runs."""
        return self._process.poll()

    @property
    def is_plain(self) -> bool:
        """Whether the terminal was given free, for text that waits for Enter."""
        flags: int = termios.tcgetattr(self._main)[3]
        return bool(flags & termios.ICANON)

    def resize(self, size: tuple[int, int]) -> None:
        termios.tcsetwinsize(self._main, (size[1], size[0]))

    def play(self, act: Act) -> bool:
        """Whether it took what was sent."""
        if act.size is not None:
            self.resize(act.size)
        return self.send(act.keys)

    def send(self, keys: bytes) -> bool:
        end = time.monotonic() + self._patience
        while keys and self.code is None and time.monotonic() < end:
            if select.select([], [self._main], [], 0.01)[1]:
                with suppress(BlockingIOError):
                    keys = keys[os.write(self._main, keys[:1024]) :]
            self.read(0)
        return not keys or self.code is not None

    def read(self, seconds: float) -> None:
        """Take what is painted in that time."""
        end = time.monotonic() + seconds
        while True:
            ready = select.select([self._main], [], [], max(0, end - time.monotonic()))[0]
            if not ready:
                return
            try:
                self.painted = (self.painted + os.read(self._main, 65536))[-200_000:]
            except OSError:
                # The terminal is gone with the process.
                self._process.wait()
                return

    def rest(self) -> None:
        """Until nothing more is painted: what was sent before has been read by then."""
        end, before = time.monotonic() + self._patience, b""
        while before != self.painted and time.monotonic() < end:
            before = self.painted
            self.read(0.3)

    def comes_to(self, done: Callable[[], bool], seconds: float) -> bool:
        """Whether a condition comes true in time; never after the end."""
        end = time.monotonic() + seconds
        while not done():
            if self.code is not None or time.monotonic() > end:
                return False
            self.read(0.02)
        return True

    def works_off(self, done: Callable[[], bool]) -> bool:
        """Whether a condition comes true before it has been still for longer than its patience.

        The keys that came before take their time; each of them paints something.
        """
        end, still = time.monotonic() + BACKLOG * self._patience, 0.0
        while not done():
            before, began = self.painted, time.monotonic()
            self.read(0.02)
            still = 0.0 if self.painted != before else still + time.monotonic() - began
            if self.code is not None or still > self._patience or time.monotonic() > end:
                return False
        return True

    def shows(self, text: str) -> bool:
        """Whether a text was painted, in whatever colours."""
        return text.encode() in STYLE.sub(b"", self.painted)

    def serves(self) -> bool:
        """Whether it opens its palette of commands in time, whatever it is busy with."""
        self.resize(SIZES[2])
        # A key before may bring the plain text, which takes no other than Enter.
        for _ in range(3):
            if self.is_plain:
                self.send(b"\r")
                self.comes_to(lambda: not self.is_plain, self._patience)
            self.send(ESCAPE)
            # Together with the next key Escape would be another one.
            self.rest()
            self.painted = b""
            self.send(PALETTE)
            is_told = self.works_off(lambda: self.is_plain or self.shows(SEARCH))
            if not self.is_plain:
                self.send(ESCAPE)
                self.read(0.3)
                return is_told
        # The terminal is the shell's again: it was told to quit, and works off the keys before.
        return self.comes_to(lambda: self.code is not None, BACKLOG * self._patience)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._main)


@dataclass
class Monkey:
    """Plays one wizard after the other, and remembers the faults."""

    stage: Stage
    seed: int
    into: Path
    patience: float = PATIENCE
    faults: list[str] = field(default_factory=list)
    _before: deque[Act] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def play(self, count: int) -> None:
        chance = random.Random(self.seed)
        to_come, done = acts(chance), 0
        while done < count:
            done += self._play_one(to_come, count - done, chance)

    def _play_one(self, to_come: Iterator[Act], most: int, chance: random.Random) -> int:
        """How many acts it took until a wizard ended, or all were played."""
        player = Player(self.stage, self.patience)
        try:
            if not player.comes_to(lambda: player.shows("Quit"), START):
                self._note(player, "It does not start")
                return most
            for number in range(1, most + 1):
                act = next(to_come)
                self._before.append(act)
                took = player.play(act)
                player.read(chance.choice([0, 0, 0.002, 0.01, 0.03]))
                wrong = self._wrong(player, took, is_look=number % BETWEEN_LOOKS == 0)
                if wrong:
                    self._note(player, wrong)
                if wrong or player.code is not None:
                    return number
        finally:
            player.close()
        return most

    def _wrong(self, player: Player, took: bool, *, is_look: bool) -> str:
        """What is wrong now; empty where nothing is."""
        if not took:
            return "It takes no key any more"
        if player.code is None and is_look and not player.serves() and player.code is None:
            return f"A key was not served in {self.patience:g} s"
        if player.code is None:
            return ""
        player.read(0.3)
        is_torn = b"Traceback" in player.painted or b"Error" in player.painted[-4000:]
        # Its own keys and clicks may have ended it in good order.
        return f"It ended with {player.code}" if player.code or is_torn else ""

    def _note(self, player: Player, sentence: str) -> None:
        path = self.into / f"{self.seed}-{len(self.faults)}.txt"
        played = "\n".join(map(repr, self._before))
        path.write_bytes(f"{sentence}\n{played}\n".encode() + player.painted)
        self.faults.append(f"{sentence}: {path}")


@contextmanager
def monkey(
    seed: int, into: Path, *, hostile: bool = False, patience: float = PATIENCE
) -> Iterator[Monkey]:
    """One that keeps its faults in a folder."""
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, hostile_dns(seed) as port:
        place = Path(home)
        stage = Stage.hostile(place, port) if hostile else Stage.example(place)
        yield Monkey(stage, seed, into, patience)


def main() -> int:
    parser = argparse.ArgumentParser(description="Plays the wizard at random.")
    parser.add_argument("seed", type=int)
    parser.add_argument("acts", type=int, nargs="?", default=2000)
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--into", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE,
        help="seconds that it may be still before a key acts",
    )
    options = parser.parse_args()
    began = time.monotonic()
    how = {"hostile": options.hostile, "patience": options.patience}
    with monkey(options.seed, options.into, **how) as player:
        player.play(options.acts)
    print(*player.faults, sep="\n", end="\n" * bool(player.faults))
    print(f"{options.acts} acts, {len(player.faults)} faults, {time.monotonic() - began:.0f} s")
    return int(bool(player.faults))


if __name__ == "__main__":
    sys.exit(main())
