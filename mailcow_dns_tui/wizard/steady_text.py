"""A text that stays as it is until it says something else."""

from textual.content import Content
from textual.widgets import Static


class SteadyText(Static):
    """A text without markup, drawn only where it has changed.

    With each drawing of a `Static` its whole screen is laid out anew, and news arrive ten times a
    second, most of them about something else.
    """

    def __init__(
        self,
        content: Content | str = "",
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(content, id=id, classes=classes, markup=False)

    def show(self, content: Content | str) -> None:
        """Texts of other colours differ, too."""
        shown = self.content
        before = shown if isinstance(shown, Content) else Content(str(shown))
        now = content if isinstance(content, Content) else Content(content)
        if not now.is_same(before):
            self.update(now)
