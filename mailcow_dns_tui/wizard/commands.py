"""Every command that a key gives, declared once.

The keys of the screens, the footer, the command palette, the help and the README's table of keys
are made of these. What a list or a field does with the arrow keys is declared by that widget.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from mailcow_dns_tui.wizard.command import Command
from mailcow_dns_tui.wizard.screen_commands import PUBLISHING
from mailcow_dns_tui.wizard.steps.step import Step

TAKE = Command(
    "take",
    "ctrl+t",
    "Take",
    footer=1,
    help="take what is offered",
    readme="take the answer that is offered",
)
"""Each who offers something else says in its own tooltip what that is."""
MAILCOW = Command(
    "app.mailcow",
    "f2",
    "mailcow",
    "Read these answers from mailcow, or see what was read",
    footer=2,
    help="mailcow's answers",
    column=42,
    readme="read the answers from mailcow, or see what was read",
    palette=("mailcow", "What was read from mailcow, and how"),
)
BEGIN_GUIDE = Command(
    "app.guide",
    "ctrl+g",
    "Guide",
    "Be led through what is left, one by one",
    footer=2,
    help="the guide",
    readme="the guide, from any step",
)
"""These two are in the footer of the steps that are about them, and work in all."""
PALETTE = Command("command_palette", keys="Ctrl+P", help="all commands")
QUIT = Command(
    "quit",
    "ctrl+q",
    "Quit",
    "Quit; what was typed is saved",
    footer=1,
    priority=True,
    help="quit",
    column=42,
)
APP = (QUIT, Command("suspend_process", "ctrl+z"))
_before_fields = partial(Command, priority=True)
"""What a field does with the key comes after that."""
MAIN = (
    _before_fields("go_on", "enter", keys="Enter, Tab, ↓", help="next field"),
    _before_fields("next_field", "down"),
    _before_fields("app.focus_next", "tab"),
    _before_fields("previous_field", "up", keys="Shift+Tab, ↑", help="field before", column=42),
    _before_fields("app.focus_previous", "shift+tab"),
    Command("choose", keys="← → Space", help="choose"),
    _before_fields(
        "next_step", "ctrl+n", "Next", "Go to the next step", footer=1, help="next step", column=42
    ),
    Command("steps", keys="Alt+1 … Alt+5", help="that step"),
    *(
        _before_fields(
            f"step('{step.id}')",
            f"alt+{step.number}",
            palette=(f"Step {step.number}: {step.title}", "Go to this step"),
        )
        for step in Step
    ),
    _before_fields(
        "back", "escape", "Back", "Go back a step", footer=2, help="back a step", column=42
    ),
    _before_fields(
        "preview",
        "ctrl+o",
        "Preview",
        "Show or hide the zone preview",
        footer=3,
        help="zone preview",
        palette=("Zone preview", "Show or hide the zone"),
    ),
    _before_fields(
        "check",
        "ctrl+r",
        "Check",
        "Ask all name servers again",
        footer=4,
        help="check again",
        column=42,
        readme="check again, from nothing",
        palette=("Check again", "Ask all name servers again"),
    ),
    replace(TAKE, tooltip="Go to the first answer for which another one is offered"),
    replace(MAILCOW, footer=0),
    replace(BEGIN_GUIDE, footer=0),
    Command(
        "overview",
        "f3",
        help="all domains",
        column=42,
        palette=("All domains", "Each in one row, the worst first"),
    ),
    Command("help", "f1", "Help", "What this step is about, and all keys", footer=5, readme="help"),
)
"""In every step."""
RECORDS = (
    Command(
        "copy_box",
        "b",
        "Box",
        "Copy the next box of the panel's form",
        footer=3,
        help="copy the next box of the panel's form; after the last one: look it up",
        readme="copy the next box of the form that your panel shows; after the last one, look for "
        "the record and go on to the next that is not good",
    ),
    Command(
        "copy_form",
        "f",
        help="copy many records in that form",
        readme="copy a record, all that are not good yet, a domain, a zone or everything in the "
        "panel's form: one box a line, under its name",
    ),
    Command(
        "panel",
        "p",
        help="choose another panel",
        column=41,
        readme="choose the DNS provider of the domain; on a record of the server, that of all "
        "domains without a choice of their own",
    ),
    Command(
        "copy_record",
        "c",
        "Copy",
        "Copy the record as a line of a zone file",
        footer=2,
        help="copy the record",
    ),
    Command("copy_name", "n", help="its name", column=22, readme="copy its name"),
    Command(
        "copy_value",
        "v",
        "Value",
        "Copy the record's value",
        footer=4,
        help="its value",
        column=42,
        readme="copy its value",
    ),
    Command(
        "seen",
        "e",
        help="who sees it",
        column=58,
        readme="who sees the record: each name server, this machine's resolver, public ones",
        palette=("Seen everywhere", "Show who sees the record at the cursor"),
    ),
    Command(
        "copy_domain",
        "d",
        help="the domain",
        readme="copy the domain's records that are there or can be added now; what would move "
        "mail, or stand beside another record, is left out",
    ),
    Command(
        "screen.copy_zone",
        "z",
        help="all records",
        column=22,
        readme="copy all records, those that are not safe yet as well",
        palette=("Copy all records", "As zone files"),
    ),
    Command(
        "screen.plain",
        "x",
        help="all as plain text",
        column=42,
        readme="all records as plain text on the bare terminal, to select with the mouse",
        palette=("Plain text", "Show all records to select from"),
    ),
    Command(
        "import_zone",
        "i",
        help="one zone file to import, of all that is safe now",
        readme="a zone file of all that is safe to publish now, for a panel that imports one",
        palette=("Zone file to import", "All that is safe to publish now, as one file"),
    ),
    *PUBLISHING,
    Command(
        "search",
        "slash",
        keys="/",
        help="search",
        readme="search by parts of a name, type or value; Esc shows all",
    ),
    Command(
        "only_faults",
        "l",
        help="only faults",
        column=22,
        readme="show faults only, or all again",
        palette=("Only faults", "Show the records with faults only, or all again"),
    ),
    Command(
        "fault(1)",
        "right_square_bracket",
        keys="[ ]",
        help="fault before and after",
        column=42,
        readme="to the fault before, and after",
    ),
    Command("fault(-1)", "left_square_bracket"),
    Command(
        "mute",
        "m",
        help="mute a fault",
        readme="mute what is found there, with the reason why it is meant to be so; again: no more",
    ),
    Command(
        "app.undo",
        "u",
        help="bring back what was taken out",
        readme="bring back what a key took out last",
    ),
    Command(
        "app.watch",
        "w",
        help="watch: check again and again",
        column=36,
        readme="watch: check everything every 30 seconds to 15 minutes, also while you do "
        "something else, and list what changes; the list can be copied and saved",
        palette=("Watch", "Check again and again, tell what changes"),
    ),
    Command(
        "screen.help",
        "question_mark",
        keys="?",
        help="what the signs mean, and all keys",
        readme="help, as F1: what the signs mean, and all keys",
    ),
    Command(
        "screen.overview",
        "o",
        help="all domains at a glance (F3 in any step)",
        readme="all domains at a glance (F3 in any step): one row each, a glyph per topic, the "
        "worst first; `/` searches, `f` shows only faults, Enter leads to the records",
    ),
    Command(
        "app.guide",
        "g",
        "Guide",
        "Be led through what is left, one by one",
        footer=1,
        help="be led through what is left, one thing at a time",
        readme="the guide: what is left, one thing at a time, in the order that is safe; it asks "
        "until each is there, and goes on where it was after a lost connection",
        palette=("Guide", "One thing at a time, until all is good"),
    ),
)
"""Besides, in the step of the records; what the app or the screen does, the palette has always."""
GUIDE = (
    Command(
        "copy_box",
        "b",
        "Box",
        "Copy the next box of the panel's form",
        footer=1,
        help="copy the next box of the form",
    ),
    Command(
        "save",
        "enter",
        "Saved",
        "It is saved there: look for it, and go on",
        footer=2,
        key_display="⏎",
        help="it is saved there: look for it, and go on to the next",
    ),
    *PUBLISHING,
    Command("copy_value", "v", "Value", "Copy the record's value", footer=5, help="copy the value"),
    Command(
        "panel",
        "p",
        "Panel",
        "Choose the DNS provider whose form it is",
        footer=6,
        help="choose the DNS provider",
        column=41,
    ),
    Command(
        "import_zone",
        "i",
        "Import",
        "One zone file of all that can be imported now",
        footer=3,
        help="a file of what can be imported now",
    ),
    Command("plain", "x", help="this step as plain text", column=41),
    Command("skip", "s", "Skip", "Put this off", footer=2, help="put this off"),
    Command(
        "look",
        "r",
        "Check",
        "Ask about everything anew",
        footer=7,
        help="ask the name servers now",
        column=41,
    ),
    Command("at_once", "y", help="a stricter DMARC policy at once, without waiting for reports"),
    Command(
        "back",
        "left,backspace",
        "Back",
        "To the step before",
        footer=2,
        key_display="←",
        keys="←",
        help="back to the step before",
    ),
    Command("app.undo", "u", help="bring back what was taken out", column=41),
    Command("mute", "m", help="leave it as it is, for a reason that you give"),
    Command(
        "without_services",
        "o",
        "No SRV",
        "The panel has no SRV records: take them all out of the plan",
        footer=7,
        help="the panel has no SRV records: take them all out of the plan",
    ),
    Command(
        "without_ipv6",
        "4",
        "No IPv6",
        "Take the IPv6 address out of the plan",
        footer=7,
        help="IPv6 gets no reverse DNS: take its address out of the plan",
    ),
    Command(
        "copy_cron",
        "c",
        "Crontab line",
        "Copy the line for a crontab",
        footer=7,
        help="at the end: copy the line for a crontab",
    ),
    Command("help", "f1,question_mark", "Help", "How the guide works, and all keys", footer=8),
    Command(
        "leave",
        "escape,g",
        "Leave",
        "Back to the records",
        footer=9,
        keys="g, Esc",
        help="leave, back to the records",
    ),
    Command("quit", keys="Ctrl+Q", help="quit", column=41),
    Command("check", "ctrl+r", help="ask about everything anew"),
    Command("focus", keys="Tab", help="to what is left, and back; ↑ ↓ scroll"),
)
