"""What is known of the terminal before anything is drawn."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Terminal:
    """The surroundings of the process.

    Attributes:
        few_colours: the terminal's own 16 are to be used, or none.
    """

    environ: Mapping[str, str]
    few_colours: bool = False


THIS_TERMINAL = Terminal(os.environ)
