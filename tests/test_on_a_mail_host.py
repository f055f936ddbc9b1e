"""The wizard on a machine laid out as a mailcow host, in a real terminal: Enter is enough."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mailcow_dns_tui.demo.example import EXAMPLE_ORG_KEY
from mailcow_dns_tui.plan_file import read_plan
from tests.conftest import need
from tests.mailcow.api_server import ApiServer
from tests.mailcow.database_servers import DB_PASSWORD, REDIS_PASSWORD, MailcowDatabases
from tests.mailcow.mail_host import lay_out, seen_secrets, serving_api, with_api
from tests.mailcow.source_states import STATES, close_to_us, without_privilege
from tests.servers import free_port
from tests.wizard.terminal import Tmux, tmux_server, wait_until

MOST_FIELDS = 160


@pytest.fixture
def api() -> Iterator[ApiServer]:
    with serving_api("example.org", "xn--bcher-kva.example") as running:
        yield running


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    need("tmux")
    with tmux_server({}) as server:
        yield server


def shows(tmux: Tmux, *texts: str) -> bool:
    """Whether the screen has the texts, or soon does, wherever it wraps them."""
    packed = ["".join(text.split()) for text in texts]
    return wait_until(lambda: all(text in "".join(tmux.screen.split()) for text in packed))


def start(
    tmux: Tmux,
    plan: Path,
    folder: Path,
    columns: int = 80,
    rows: int = 24,
    wrapper: Sequence[str] = (),
) -> None:
    """No resolver answers; what mailcow knows does not depend on one."""
    nobody = str(free_port())
    command = [*wrapper, sys.executable, "-m", "tests.local_wizard", str(plan), nobody, nobody]
    tmux.start([*command, "--mailcow", str(folder)], columns=columns, rows=rows)


def press_enter(tmux: Tmux) -> None:
    """Until something is drawn anew, as the focus is: a field takes a second press for none."""
    before = tmux("capture-pane", "-p", "-e")
    tmux.press("Enter")
    wait_until(lambda: tmux("capture-pane", "-p", "-e") != before)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 36)])
def test_enter_leads_through_complete_steps_to_the_records(
    tmux: Tmux, api: ApiServer, tmp_path: Path, columns: int, rows: int
) -> None:
    folder, plan = lay_out(tmp_path / "host", *with_api(api)), tmp_path / "plan.toml"
    start(tmux, plan, folder, columns, rows)
    assert shows(tmux, "Read from mailcow: mailcow.conf, mailcow's API"), tmux.screen
    assert shows(tmux, "mail.example.org · 2 domains"), tmux.screen
    assert wait_until(lambda: "·" not in tmux.screen.splitlines()[1]), "a step is to do"
    for _ in range(MOST_FIELDS):
        if "Server, set once" in tmux.screen:
            break
        press_enter(tmux)
    assert shows(tmux, "Server, set once"), tmux.screen
    saved = read_plan(plan)
    assert [domain.name for domain in saved.domains] == ["example.org", "xn--bcher-kva.example"]
    assert (saved.server.ipv4, saved.server.ipv6) == ("192.0.2.10", "2001:db8::10")
    assert not seen_secrets(api, plan.read_text())


def test_the_databases_answer_in_place_of_the_api(
    tmux: Tmux, databases: MailcowDatabases, tmp_path: Path
) -> None:
    databases.add_domain("example.org")
    databases.add_key("example.org", "dkim", EXAMPLE_ORG_KEY)
    databases.add_policy("example.org", 20261123000000)
    folder, plan = lay_out(tmp_path / "host", *databases.lines), tmp_path / "plan.toml"
    start(tmux, plan, folder)
    assert shows(tmux, "Read from mailcow: mailcow.conf, mailcow's databases"), tmux.screen
    assert wait_until(lambda: "·" not in tmux.screen.splitlines()[1]), "a step is to do"
    tmux.press("M-2")
    assert shows(tmux, "example.org", EXAMPLE_ORG_KEY[:40]), tmux.screen
    tmux.press("C-q")
    assert wait_until(lambda: not tmux.running)
    (domain,) = read_plan(plan).domains
    assert domain.mta_sts_id == "20261123000000"
    saved = plan.read_text()
    assert not any(password in saved for password in (DB_PASSWORD, REDIS_PASSWORD))


def test_the_next_start_overwrites_nothing_and_says_what_differs(
    tmux: Tmux, api: ApiServer, tmp_path: Path
) -> None:
    folder, plan = lay_out(tmp_path / "host", *with_api(api)), tmp_path / "plan.toml"
    plan.write_text(
        'version = 1\n[server]\nhostname = "mx.example.org"\nipv4 = "192.0.2.10"\n'
        '[[domains]]\nname = "example.org"\n'
        f'dkim = [{{ selector = "dkim", key = "{EXAMPLE_ORG_KEY}" }}]\n'
    )
    start(tmux, plan, folder)
    assert shows(tmux, "Other answers were found"), tmux.screen
    tmux.press("M-1")
    assert shows(tmux, "mailcow.conf has mail.example.org. Ctrl+T takes it."), tmux.screen
    tmux.press("M-2")
    assert shows(tmux, "mailcow also has xn--bcher-kva.example"), tmux.screen
    tmux.press("C-t")
    assert shows(tmux, "mx.example.org · 2 domains"), tmux.screen
    tmux.press("C-q")
    assert wait_until(lambda: not tmux.running)
    assert read_plan(plan).server.hostname == "mx.example.org"


@pytest.mark.parametrize(
    ("breaking", "sentence"),
    [
        ("rm {}/mailcow.conf", "There is no mailcow.conf in"),
        ("mkfifo {}/pipe && mv {}/pipe {}/mailcow.conf", "mailcow.conf"),
        ("printf '\\377\\376' > {}/mailcow.conf", "is not a text in UTF-8"),
        ("echo 'IMAP_PORT=many' >> {}/mailcow.conf", "IMAP_PORT"),
    ],
    ids=["absent", "a pipe", "not a text", "a wrong value"],
)
def test_a_broken_source_is_told_and_the_wizard_goes_on(
    tmux: Tmux, api: ApiServer, tmp_path: Path, breaking: str, sentence: str
) -> None:
    folder, plan = lay_out(tmp_path / "host", *with_api(api)), tmp_path / "plan.toml"
    subprocess.run(breaking.replace("{}", str(folder)), shell=True, check=True)
    start(tmux, plan, folder)
    assert shows(tmux, "? ", sentence, "The mail server"), tmux.screen
    tmux.type("mx.example.net")
    assert shows(tmux, "mx.example.net"), tmux.screen


def test_a_conf_that_may_not_be_read_is_told(tmux: Tmux, tmp_path: Path) -> None:
    folder, plan = lay_out(tmp_path / "host"), tmp_path / "plan.toml"
    close_to_us(folder / "mailcow.conf")
    start(tmux, plan, folder, wrapper=without_privilege())
    assert shows(tmux, "? ", STATES["mailcow.conf unreadable"].said, "The mail server"), tmux.screen
    tmux.press("F2")
    assert shows(tmux, "Esc closes", STATES["mailcow.conf unreadable"].said), tmux.screen
