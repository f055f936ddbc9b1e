"""How far somebody has come in the guide."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GuidePlace:
    """What brings a user back to where a lost connection interrupted the guide.

    Attributes:
        is_open: whether the guide was on the screen.
        step: the mark of the step that it showed (`GuideStep.mark`); empty for none.
        skipped: the marks of the steps that were put off, in that order.
        left: the addresses that the hostname had before; SPF may still have them at the end.
    """

    is_open: bool = False
    step: str = ""
    skipped: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


BEGINNING = GuidePlace()
