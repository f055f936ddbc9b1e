"""Python's look for garbage, in processes that do nothing but check."""

import gc


def collect_less_often() -> None:
    """A check makes many objects that stay, and hardly any that only garbage collection frees.

    Looking for these takes a quarter of the time of a check of 200 domains otherwise.
    """
    gc.set_threshold(20_000, 20, 20)
