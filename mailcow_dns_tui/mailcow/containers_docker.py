"""Docker's command: which containers run, and what a program inside one of them says."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailcow_dns_tui.mailcow.containers_process import Failure, Output, run
from mailcow_dns_tui.mailcow.containers_text import shown_output
from mailcow_dns_tui.mailcow.secret import Secret

FORMAT = '{{.ID}} {{.Label "com.docker.compose.service"}}'
ROOT_WANTED = "This user may not use Docker: start this as root, as with sudo."
NOT_RUNNING = "Docker is not running: start it, as with systemctl start docker."


@dataclass(frozen=True)
class Trouble:
    """What could not be read, and what to do: one sentence, fit for the screen."""

    sentence: str


@dataclass(frozen=True)
class Docker:
    """Docker as its command offers it.

    Attributes:
        program: its name or path.
        seconds: how long each answer may take.
    """

    program: str
    seconds: float

    async def containers(self, project: str) -> Mapping[str, str] | Trouble:
        """The ID of each running container of a Compose project, by its service."""
        label = f"label=com.docker.compose.project={project}"
        command = (self.program, "ps", "--filter", label, "--format", FORMAT)
        output = await run(command, b"", {}, self.seconds)
        if isinstance(output, Failure):
            return self._failed(output, "Docker")
        if output.code:
            return _refused(output)
        lines = output.stdout.decode(errors="replace").splitlines()
        found = [re.fullmatch(r"([0-9a-f]{12,64}) (\S+)", line.strip()) for line in lines]
        # The newest comes first, and may be somebody's `docker compose run` beside the service.
        return {match[2]: match[1] for match in found if match}

    async def execute(
        self,
        container: str,
        command: Sequence[str],
        what: str,
        *,
        data: bytes = b"",
        secrets: Mapping[str, Secret],
    ) -> Output | Trouble:
        """Run a command in a container, with the data on its stdin.

        The secrets get into its environment, and are on nobody's command line. `what` is who
        answers, as a sentence begins: `mailcow's database`.
        """
        names = [part for name in secrets for part in ("-e", name)]
        interactive = ["-i"] if data else []
        # Killing `docker exec` leaves the program in the container; there, `timeout` ends it.
        inner = ("timeout", str(math.ceil(self.seconds) + 1), *command)
        output = await run(
            (self.program, "exec", *interactive, *names, container, *inner),
            data,
            secrets,
            self.seconds,
        )
        return self._failed(output, what) if isinstance(output, Failure) else output

    def _failed(self, failure: Failure, what: str) -> Trouble:
        sentences = {
            Failure.MISSING: "Docker was not found on this machine: start this on the mailcow "
            "host, or use mailcow's API.",
            Failure.FORBIDDEN: ROOT_WANTED,
            Failure.BROKEN: "Docker's command can't be started: see whether docker ps works.",
            Failure.UNUSABLE: "A name or password in mailcow.conf has a character that no program "
            "can be given: mend it there.",
            Failure.SLOW: f"{what} gave no answer within {self.seconds:g} seconds: see with "
            "docker ps whether all containers are well.",
            Failure.HUGE: f"{what} sent more than there can be: use mailcow's API instead.",
        }
        return Trouble(sentences[failure])


def failed(what: str, output: Output, secrets: Mapping[str, Secret], said: bytes = b"") -> Trouble:
    """A program ended with an error that has no sentence of its own.

    `said` is the part of its output that tells why, where that is not its stderr.
    """
    text = shown_output(said or output.stderr, secrets.values()) or f"exit code {output.code}"
    return Trouble(f"{what} could not be read; try it again, or use mailcow's API. It said: {text}")


def _refused(output: Output) -> Trouble:
    said = output.stderr.lower()
    if b"permission denied" in said:
        return Trouble(ROOT_WANTED)
    if b"daemon" in said and b"running" in said:
        return Trouble(NOT_RUNNING)
    return failed("Docker", output, {})
