"""The commands of the screens that lie over the steps and the guide, and those that open one."""

from mailcow_dns_tui.wizard.command import Command

PUBLISHING = (
    Command(
        "publish_this",
        "t",
        "Publish",
        "Publish this at the DNS provider, after a yes",
        footer=3,
        help="publish this",
        readme="publish at the DNS provider what the guide does about the record",
        palette=("Publish this", "At the DNS provider, after a yes"),
    ),
    Command(
        "publish_all",
        "a",
        "All",
        "Publish all that is safe now, after a yes",
        footer=3,
        help="publish all that is safe now",
        column=20,
        readme="publish all that is safe now, in every zone where that is possible",
        palette=("Publish all that is safe now", "In every zone where that is possible"),
    ),
    Command(
        "connect",
        "k",
        "Connect",
        "Connect to the DNS provider, to publish there",
        footer=7,
        help="connect",
        column=56,
        readme="connect to the DNS provider, or with other credentials",
        palette=("Connect to the DNS provider", "With what it takes to publish there"),
    ),
)
"""In the guide and in the records."""
IMPORT = (
    Command("copy", "c", "Copy", footer=1),
    Command("save", "w", "Save", footer=2),
    Command("services", "s", "Services", footer=3),
    Command("plain", "x", "Plain text", footer=4),
    Command("scroll('down')", "down"),
    Command("scroll('up')", "up"),
    Command("scroll('page_down')", "pagedown"),
    Command("scroll('page_up')", "pageup"),
    Command("dismiss", "i,q", "Close"),
)
OVERVIEW = (
    Command("choose", "enter", "Its records", footer=1),
    Command("back", "escape", "Back", footer=2),
    Command("search", "slash", "Search", footer=3, key_display="/", priority=True),
    Command("only_bad", "f", "Faults only", footer=4),
    Command("move(1)", "down"),
    Command("move(-1)", "up"),
)
PROPAGATION = (
    Command("dismiss", "escape,q", "Back", footer=1),
    Command("agree", "enter", "Ask public", footer=2, priority=True),
    Command("again", "ctrl+r,r", "Again", footer=3, key_display="r", priority=True),
    Command("anyway", "a", "Ask all the same", footer=4),
    Command("switch", "o", "On/off", footer=5),
    Command("list", "l", "List", footer=6),
)
PUBLISH = (
    Command("yes", "y", "Publish", "Publish what is shown", footer=1),
    Command("no", "n", "No", "Leave it as it is", footer=2),
    Command("copy", "c", "Copy the way back", "Copy the command that undoes it", footer=3),
    Command("leave", "escape,q", "Leave", footer=4),
)
WATCH = (
    Command("dismiss", "escape,w", "Close", footer=1),
    Command("copy", "c", "Copy", footer=2),
    Command("save", "s", "Save", footer=3),
    Command("bell", "b", "Bell", footer=4),
    Command("log('scroll_down')", "down"),
    Command("log('scroll_up')", "up"),
    Command("log('scroll_page_down')", "pagedown"),
    Command("log('scroll_page_up')", "pageup"),
)
