"""`python -m mailcow_dns_tui`, and the installed command."""

import sys

from mailcow_dns_tui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
