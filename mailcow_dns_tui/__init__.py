"""Plans, shows, copies and checks the DNS records of a mailcow mail server."""

PROGRAM = "mailcow-dns-tui"
__version__ = "0.1.0"
VERSION = f"{PROGRAM} {__version__}"
