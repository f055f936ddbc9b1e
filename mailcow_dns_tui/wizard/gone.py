"""What the examiner's process may come to."""

CLOSED = "The process of the checks was ended."


class GoneError(RuntimeError):
    """The process ended before it answered, as where a machine is short of memory."""
